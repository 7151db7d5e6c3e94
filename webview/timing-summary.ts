import { html, nothing, type TemplateResult } from 'lit';
import type { InvocationTiming } from '../src/observe/timing.ts';
import { costOfMillion, dollars, priceNote } from './cost.ts';
import { quantile } from '../src/observe/quantile.ts';
import { milliseconds } from './format.ts';
import { isFailed, startKind, totalMs } from './invocation-words.ts';

/** The figures over the chart, and what its colours mean. Medians are of Init and Duration together. */
export function timingSummary(invocations: readonly InvocationTiming[]): TemplateResult {
  const ofKind = (kind: 'cold' | 'warm'): InvocationTiming[] =>
    invocations.filter((invocation) => invocation.durationMs !== undefined && startKind(invocation) === kind);
  const cold = ofKind('cold');
  const warm = ofKind('warm');
  const running = invocations.filter((invocation) => invocation.status === 'running').length;
  const failed = invocations.filter(isFailed).length;
  const millionCost = costOfMillion(invocations);
  return html`
    <div class="summary">
      ${figure(invocations.length === 1 ? 'invocation' : 'invocations', String(invocations.length))}
      ${running > 0 ? figure('running', String(running), 'running') : nothing}
      ${figure(cold.length === 1 ? 'cold start' : 'cold starts', String(cold.length), cold.length > 0 ? 'cold' : '')}
      ${cold.length > 0 ? figure('cold p50', milliseconds(quantile(cold.map(totalMs), 0.5)), 'cold') : nothing}
      ${warm.length > 0 ? figure('warm p50', milliseconds(quantile(warm.map(totalMs), 0.5)), 'warm') : nothing}
      ${millionCost === undefined ? nothing : figure('per million', dollars(millionCost), 'cost', costNote)}
      ${failed > 0 ? figure('failed', String(failed), 'failed') : nothing}
      <ul class="legend" aria-label="Colours of the chart">
        <li class="init">Init (cold start)</li>
        <li class="duration">Duration</li>
        <li class="failed">Failed</li>
      </ul>
    </div>
  `;
}

const costNote = `What a million invocations such as these cost on AWS: ${priceNote('x86_64')}, without the free tier`;

function figure(label: string, value: string, kind = '', note = ''): TemplateResult {
  return html`<div class="figure ${kind}" title=${note || nothing}>
    <span class="value">${value}</span><span class="label">${label}</span>
  </div>`;
}
