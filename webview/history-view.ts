import { html, type TemplateResult } from 'lit';
import type { FunctionHistory, HistoryGroup, TimeFigures } from '../src/observe/function-history.ts';
import { comparisonView, type ComparedChange } from './comparison-view.ts';
import { counted, milliseconds } from './format.ts';
import { changeWords, codeWords } from './history-words.ts';
import { t } from './translate.ts';

export interface HistoryViewOptions {
  readonly history: FunctionHistory | undefined;
  readonly onCompare: (change: ComparedChange) => void;
}

/** What is kept of earlier days and deployments, whether the newest is slower or faster than the one before it, and any two side by side. */
export function historyView({ history, onCompare }: HistoryViewOptions): TemplateResult {
  if (!history) return html`<p class="note">${t('Reading what was kept…')}</p>`;
  if (history.groups.length === 0) return html`<p class="note">${t('Nothing is kept of this function yet.')}</p>`;
  const { cold, warm } = history.change;
  return html`
    <ul class="changes">
      <li>${changeWords('cold', cold, history)}</li>
      <li>${changeWords('warm', warm, history)}</li>
    </ul>
    <div class="timings-scroll">
      <table class="timings figures-table groups-table">
        <caption class="visually-hidden">
          ${t('Init and Duration together by deployment, the newest first')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t('Code')}</th>
            <th scope="col" class="number">${t('Memory')}</th>
            <th scope="col" class="number">${t('Invocations')}</th>
            <th scope="col" class="number">${t('Cold p50, p90, p99')}</th>
            <th scope="col" class="number">${t('Warm p50, p90, p99')}</th>
          </tr>
        </thead>
        <tbody>
          ${history.groups.map(groupRow)}
        </tbody>
      </table>
    </div>
    ${comparisonView({ history, onChange: onCompare })}
  `;
}

function groupRow(group: HistoryGroup): TemplateResult {
  const { codeSha256, memorySizeMB, maxMemoryUsedMB, architecture, invocations, failed, cold, warm } = group;
  const memory = memorySizeMB === undefined ? '–' : `${maxMemoryUsedMB ?? '?'} / ${memorySizeMB} MB`;
  const count = counted(invocations);
  return html`
    <tr>
      <th scope="row" title=${codeSha256 ?? ''}>${codeWords(group)}</th>
      <td class="number">${memory}${architecture === undefined ? '' : `, ${architecture}`}</td>
      <td class="number">${failed > 0 ? t('{0} ({1} failed)', count, failed) : count}</td>
      ${figureCell(cold)} ${figureCell(warm)}
    </tr>
  `;
}

const figureCell = (figures: TimeFigures | undefined): TemplateResult =>
  html`<td class="number">${figures ? [figures.p50, figures.p90, figures.p99].map(milliseconds).join(', ') : '–'}</td>`;
