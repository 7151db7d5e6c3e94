import { html, nothing, type TemplateResult } from 'lit';
import type { InvocationTiming } from '../src/observe/timing.ts';
import type { Throttled } from '../src/protocol/panel.ts';
import { milliseconds, timeOfDay } from './format.ts';
import { functionChip } from './function-chip.ts';
import { startKind } from './invocation-facts.ts';
import { kindWords } from './invocation-words.ts';
import { throttledWords } from './throttles.ts';
import { t } from './translate.ts';

/** More rows than a person reads; the log below has all of them. */
const maxRows = 200;

const words: Record<InvocationTiming['status'], () => string> = {
  running: () => t('running'),
  ok: () => t('ok'),
  error: () => t('error'),
  timeout: () => t('timed out'),
};

export interface TimingTableOptions {
  readonly invocations: readonly InvocationTiming[];
  readonly throttles: readonly Throttled[];
  /** Of the panel: where it has several, each row says whose it is. */
  readonly functionNames: readonly string[];
  readonly selected: string | undefined;
  readonly utc: boolean;
  readonly onSelect: (requestId: string) => void;
}

/** The invocations as an accessible table, the newest first: all that the chart says, in numbers. */
export function timingTable({ invocations, throttles, ...options }: TimingTableOptions): TemplateResult {
  const { functionNames } = options;
  const newest = invocations.slice(-maxRows).toReversed();
  const oldest = invocations.length > maxRows ? (newest.at(-1)?.startedAt ?? 0) : -Infinity;
  const rows = [
    ...newest.map((invocation) => ({ at: invocation.startedAt, row: () => timingRow(invocation, options) })),
    ...throttles
      .slice(-maxRows)
      .filter(({ time, periodMs }) => time + periodMs > oldest)
      .map((each) => ({ at: each.time, row: () => throttledRow(each, options) })),
  ].sort((a, b) => b.at - a.at);
  return html`
    <div class="timings-scroll">
      <table class="timings ${functionNames.length > 1 ? 'of-several' : ''}">
        <caption class="visually-hidden">
          ${t('Invocations, the newest first')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t('Time')}</th>
            ${functionNames.length > 1 ? html`<th scope="col">${t('Function')}</th>` : nothing}
            <th scope="col">${t('Start')}</th>
            <th scope="col" class="number init">${t('Init')}</th>
            <th scope="col" class="number">${t('Duration')}</th>
            <th scope="col" class="number billed">${t('Billed')}</th>
            <th scope="col" class="number memory">${t('Memory')}</th>
            <th scope="col">${t('Status')}</th>
            <th scope="col" class="request-id">${t('Request')}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(({ row }) => row())}
        </tbody>
      </table>
    </div>
    ${invocations.length > maxRows ? html`<p class="note">${t('The newest {0} of {1} invocations.', maxRows, invocations.length)}</p>` : nothing}
  `;
}

type RowOptions = Omit<TimingTableOptions, 'invocations' | 'throttles'>;

/** A period's refused invocations: they have no times, and nothing to select. */
function throttledRow(
  { functionName, time, periodMs, count }: Throttled,
  { functionNames, utc }: RowOptions,
): TemplateResult {
  return html`
    <tr class="throttled">
      <td>${timeOfDay(time, utc).slice(0, 'hh:mm'.length)}</td>
      ${functionNames.length > 1 ? html`<td>${functionChip(functionName, functionNames)}</td>` : nothing}
      <td><span class="badge throttled">${t('throttled')}</span></td>
      <td class="number init">–</td>
      <td class="number">–</td>
      <td class="number billed">–</td>
      <td class="number memory">–</td>
      <td class="status">${throttledWords(count, periodMs)}</td>
      <td class="request-id"></td>
    </tr>
  `;
}

function timingRow(
  invocation: InvocationTiming,
  { functionNames, selected, utc, onSelect }: RowOptions,
): TemplateResult {
  const kind = startKind(invocation);
  const { requestId, status } = invocation;
  const memory =
    invocation.maxMemoryUsedMB === undefined
      ? '–'
      : `${invocation.maxMemoryUsedMB} / ${invocation.memorySizeMB ?? '?'} MB`;
  return html`
    <tr
      class="${kind} ${status}${requestId === selected ? ' selected' : ''}"
      data-request-id=${requestId}
      @click=${() => onSelect(requestId)}
    >
      <td>${timeOfDay(invocation.startedAt, utc)}</td>
      ${functionNames.length > 1 ? html`<td>${functionChip(invocation.functionName, functionNames)}</td>` : nothing}
      <td><span class="badge ${kind}">${kindWords(kind)}</span></td>
      <td class="number init">${milliseconds(invocation.initDurationMs ?? invocation.restoreDurationMs)}</td>
      <td class="number">${milliseconds(invocation.durationMs)}</td>
      <td class="number billed">${milliseconds(invocation.billedDurationMs)}</td>
      <td class="number memory">${memory}</td>
      <td class="status">${words[status]()}${invocation.errorType ? ` · ${invocation.errorType}` : ''}</td>
      <td class="request-id">
        <button
          class="link"
          title=${requestId}
          aria-label=${t('Show the log of {0}', requestId)}
          @click=${() => onSelect(requestId)}
        >
          ${requestId.slice(0, 8)}
        </button>
      </td>
    </tr>
  `;
}
