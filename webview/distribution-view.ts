import { html, type TemplateResult } from 'lit';
import { quantile } from '../src/observe/quantile.ts';
import type { InvocationTiming } from '../src/observe/timing.ts';
import './distribution-chart.ts';
import { counted, decimal, milliseconds } from './format.ts';
import { isFailed, startKind, totalMs } from './invocation-facts.ts';
import { kindWords } from './invocation-words.ts';
import { t } from './translate.ts';

/** Cold starts against warm ones: how their times lie, and how much memory they use. */
export function distributionView(invocations: readonly InvocationTiming[]): TemplateResult {
  const ended = invocations.filter(({ durationMs }) => durationMs !== undefined);
  const kinds = (['cold', 'warm'] as const).map((kind) => {
    return { kind, some: ended.filter((invocation) => startKind(invocation) === kind) };
  });
  const series = kinds.map(({ kind, some }) => {
    return { label: kind === 'cold' ? t('Cold') : t('Warm'), values: some.map(totalMs), kind };
  });
  return html`
    <distribution-chart .series=${series}></distribution-chart>
    <div class="timings-scroll">
      <table class="timings figures-table">
        <caption class="visually-hidden">
          ${t('Init and Duration together, of cold starts and of warm ones')}
        </caption>
        <thead>
          <tr>
            <td></td>
            ${kinds.map(({ kind }) => html`<th scope="col" class="number"><span class="badge ${kind}">${kindWords(kind)}</span></th>`)}
          </tr>
        </thead>
        <tbody>
          ${figures.map(
            ([what, of]) =>
              html`<tr>
                <th scope="row">${what()}</th>
                ${kinds.map(({ some }) => html`<td class="number">${of(some, ended.length)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}

type Figure = (some: readonly InvocationTiming[], all: number) => string;

const timeAt =
  (share: number): Figure =>
  (some) =>
    milliseconds(quantile(some.map(totalMs), share));

const figures: readonly (readonly [what: () => string, of: Figure])[] = [
  [
    () => t('Invocations'),
    (some, all) => `${counted(some.length)} (${decimal((100 * some.length) / (all || 1), 1)} %)`,
  ],
  [() => 'p50', timeAt(0.5)],
  [() => 'p90', timeAt(0.9)],
  [() => 'p99', timeAt(0.99)],
  [() => t('Longest'), timeAt(1)],
  [() => t('Memory used'), memoryWords],
  [() => t('Failed'), (some) => String(some.filter(isFailed).length)],
];

/** The most that was used, of what was configured then: 61 of 128 MB (48 %). */
function memoryWords(invocations: readonly InvocationTiming[]): string {
  const heaviest = invocations.reduce<InvocationTiming | undefined>(
    (most, each) => ((each.maxMemoryUsedMB ?? 0) > (most?.maxMemoryUsedMB ?? 0) ? each : most),
    undefined,
  );
  const { maxMemoryUsedMB: used, memorySizeMB: size } = heaviest ?? {};
  if (used === undefined) return '–';
  return size === undefined ? `${used} MB` : t('{0} of {1} MB ({2} %)', used, size, Math.round((100 * used) / size));
}
