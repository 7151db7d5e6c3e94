import { html, nothing, type TemplateResult } from 'lit';
import type { InvocationTiming } from '../src/observe/timing.ts';
import { costOfMillion } from '../src/observe/cost.ts';
import { quantile } from '../src/observe/quantile.ts';
import { priceNote, type CostBasis } from './cost-basis.ts';
import type { Throttled } from '../src/protocol/panel.ts';
import { counted, dollars, milliseconds } from './format.ts';
import { isFailed, startKind, totalMs } from './invocation-facts.ts';
import { throttledCount } from './throttles.ts';
import { t } from './translate.ts';

export interface SummaryOptions {
  readonly invocations: readonly InvocationTiming[];
  readonly throttles: readonly Throttled[];
  readonly basis: CostBasis;
}

/** The figures over the chart, and what its colours mean. Medians are of Init and Duration together. */
export function timingSummary({ invocations, throttles, basis }: SummaryOptions): TemplateResult {
  const ofKind = (kind: 'cold' | 'warm'): InvocationTiming[] =>
    invocations.filter((invocation) => invocation.durationMs !== undefined && startKind(invocation) === kind);
  const cold = ofKind('cold');
  const warm = ofKind('warm');
  const running = invocations.filter((invocation) => invocation.status === 'running').length;
  const failed = invocations.filter(isFailed).length;
  const throttled = throttledCount(throttles);
  const millionCost = costOfMillion(invocations, basis);
  return html`
    <div class="summary">
      ${figure(invocations.length === 1 ? t('invocation') : t('invocations'), counted(invocations.length))}
      ${running > 0 ? figure(t('running'), counted(running), 'running') : nothing}
      ${figure(cold.length === 1 ? t('cold start') : t('cold starts'), counted(cold.length), cold.length > 0 ? 'cold' : '')}
      ${cold.length > 0 ? figure(t('cold p50'), milliseconds(quantile(cold.map(totalMs), 0.5)), 'cold') : nothing}
      ${warm.length > 0 ? figure(t('warm p50'), milliseconds(quantile(warm.map(totalMs), 0.5)), 'warm') : nothing}
      ${millionCost === undefined ? nothing : figure(t('per million'), dollars(millionCost), 'cost', costNote(basis))}
      ${failed > 0 ? figure(t('failed'), counted(failed), 'failed') : nothing}
      ${throttled > 0 ? figure(t('throttled'), counted(throttled), 'throttled', throttledNote()) : nothing}
      <ul class="legend" aria-label=${t('Colours of the chart')}>
        <li class="init">${t('Init (cold start)')}</li>
        <li class="duration">${t('Duration')}</li>
        <li class="failed">${t('Failed')}</li>
        ${throttled > 0 ? html`<li class="throttled">${t('Throttled (below the bars)')}</li>` : nothing}
      </ul>
    </div>
  `;
}

const throttledNote = (): string =>
  t('Invocations that were refused because no concurrency was left, as CloudWatch counts them (Throttles). They are neither invocations nor failures, and leave no line in the log.'); // prettier-ignore

const costNote = (basis: CostBasis): string =>
  t('What a million invocations such as these cost on AWS, without the free tier. {0}', priceNote(basis));

function figure(label: string, value: string, kind = '', note = ''): TemplateResult {
  return html`<div class="figure ${kind}" title=${note || nothing}>
    <span class="value">${value}</span><span class="label">${label}</span>
  </div>`;
}
