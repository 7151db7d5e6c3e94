import { html, type TemplateResult } from 'lit';
import type { MedianChange } from '../src/observe/compare-medians.ts';
import type { FunctionHistory, HistoryGroup, TimeFigures } from '../src/observe/function-history.ts';
import { dateAndTime, milliseconds } from './format.ts';

/** What is kept of earlier days and deployments, and whether the newest is slower or faster than the one before it. */
export function historyView(history: FunctionHistory | undefined): TemplateResult {
  if (!history) return html`<p class="note">Reading what was kept…</p>`;
  if (history.groups.length === 0) return html`<p class="note">Nothing is kept of this function yet.</p>`;
  const { cold, warm } = history.change;
  return html`
    <ul class="changes">
      <li>${changeWords('Cold starts', cold, history)}</li>
      <li>${changeWords('Warm starts', warm, history)}</li>
    </ul>
    <div class="timings-scroll">
      <table class="timings figures-table">
        <caption class="visually-hidden">
          Init and Duration together by deployment, the newest first
        </caption>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col" class="number">Memory</th>
            <th scope="col" class="number">Invocations</th>
            <th scope="col" class="number">Cold p50, p90, p99</th>
            <th scope="col" class="number">Warm p50, p90, p99</th>
          </tr>
        </thead>
        <tbody>
          ${history.groups.map(groupRow)}
        </tbody>
      </table>
    </div>
  `;
}

function groupRow(group: HistoryGroup): TemplateResult {
  const { version, deployedAt, codeSha256, memorySizeMB, maxMemoryUsedMB, invocations, failed, cold, warm } = group;
  const code =
    version !== '$LATEST'
      ? `Version ${version}`
      : deployedAt === undefined
        ? `Until ${dateAndTime(group.lastAt)}`
        : `Deployed ${dateAndTime(deployedAt)}`;
  const memory = memorySizeMB === undefined ? '–' : `${maxMemoryUsedMB ?? '?'} / ${memorySizeMB} MB`;
  return html`
    <tr>
      <th scope="row" title=${codeSha256 ?? ''}>${code}</th>
      <td class="number">${memory}</td>
      <td class="number">${invocations.toLocaleString('en-US')}${failed > 0 ? ` (${failed} failed)` : ''}</td>
      ${figureCell(cold)} ${figureCell(warm)}
    </tr>
  `;
}

const figureCell = (figures: TimeFigures | undefined): TemplateResult =>
  html`<td class="number">${figures ? [figures.p50, figures.p90, figures.p99].map(milliseconds).join(', ') : '–'}</td>`;

/** Says that something has changed only where the confidence interval leaves zero out. */
export function changeWords(what: string, change: MedianChange | undefined, { groups }: FunctionHistory): string {
  if (!change) {
    return groups.length < 2
      ? `${what}: one deployment so far, nothing to compare with.`
      : `${what}: too few to compare the newest two; five of each are needed.`;
  }
  const { differenceMs, lowMs, highMs, before, after } = change;
  const sign = (ms: number): string => `${ms < 0 ? '−' : '+'}${milliseconds(Math.abs(ms))}`;
  const interval = `95 % interval ${sign(lowMs)} to ${sign(highMs)}`;
  const medians = `median ${milliseconds(before.medianMs)} of ${before.count} before, ${milliseconds(after.medianMs)} of ${after.count} now`;
  if (lowMs > 0) return `${what} have become slower by ${milliseconds(differenceMs)} (${interval}; ${medians}).`;
  if (highMs < 0) return `${what} have become faster by ${milliseconds(-differenceMs)} (${interval}; ${medians}).`;
  return `${what}: no change that chance would not explain (${interval}; ${medians}).`;
}
