import { html, nothing, type TemplateResult } from 'lit';
import type { InvocationTiming } from '../src/observe/timing.ts';
import { milliseconds, timeOfDay } from './format.ts';
import { functionChip } from './function-chip.ts';
import { startKind } from './invocation-facts.ts';
import { failureWords, kindWords } from './invocation-words.ts';
import { t } from './translate.ts';

export interface LogHeadingOptions {
  readonly invocation: InvocationTiming;
  readonly index: number;
  readonly utc: boolean;
  /** Of the panel, where it has several. */
  readonly functionNames: readonly string[];
  readonly open: boolean;
  readonly selected: boolean;
  readonly onToggle: () => void;
  readonly onCopy: () => void;
}

/** The line above an invocation's lines: how it went, in one look. */
export function logHeading({
  invocation,
  index,
  utc,
  functionNames,
  open,
  selected,
  onToggle,
  onCopy,
}: LogHeadingOptions): TemplateResult {
  const { requestId, status, durationMs } = invocation;
  const kind = startKind(invocation);
  const init = invocation.initDurationMs ?? invocation.restoreDurationMs;
  const failure = failureWords(invocation);
  const copyLabel = t('Copy the lines of {0}', requestId);
  return html`<div
    class="log-row heading ${kind} ${status}${selected ? ' selected' : ''}"
    data-index=${index}
    data-invocation=${requestId}
  >
    <button class="toggle" aria-expanded=${open ? 'true' : 'false'} @click=${onToggle}>
      <span class="chevron" aria-hidden="true"></span>
      <span class="badge ${kind}">${kindWords(kind)}</span>
      <span class="time">${timeOfDay(invocation.startedAt, utc)}</span>
      ${functionChip(invocation.functionName, functionNames)}
      ${durationMs === undefined ? nothing : html`<span class="figures">${milliseconds(durationMs)}</span>`}
      ${init === undefined ? nothing : html`<span class="figures init">${t('+ {0} init', milliseconds(init))}</span>`}
      ${failure ? html`<span class="failure">${failure}</span>` : nothing}
      <span class="request">${requestId}</span>
    </button>
    <button class="link copy-invocation" aria-label=${copyLabel} @click=${onCopy}>${t('Copy')}</button>
  </div>`;
}
