import { html, nothing, type TemplateResult } from 'lit';
import type { MemorySize } from '../src/observe/memory-sizes.ts';
import { priceNote, type CostBasis } from './cost-basis.ts';
import { counted, dollars, milliseconds } from './format.ts';
import { t } from './translate.ts';

/** With fewer invocations a median says little. */
const fewestToJudge = 5;

/** How the newest code does with each memory size that it was tried with: which is the cheapest, which the fastest. */
export function memorySizesView(sizes: readonly MemorySize[], basis: CostBasis): TemplateResult | typeof nothing {
  if (sizes.length < 2) return nothing;
  const judged = sizes.filter(({ invocations }) => invocations >= fewestToJudge);
  const cheapest = least(judged, ({ costOfMillion }) => costOfMillion);
  const fastest = least(judged, ({ warmP50 }) => warmP50);
  const hasArchitectures = new Set(sizes.map(({ architecture }) => architecture)).size > 1;
  return html`
    <h2 class="part">${t('By memory size, of all that is kept of the newest code')}</h2>
    <div class="timings-scroll">
      <table class="timings figures-table sizes-table">
        <caption class="visually-hidden">
          ${t('Time and cost by memory size')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t('Memory')}</th>
            <th scope="col" class="number spare">${t('Invocations')}</th>
            <th scope="col" class="number spare">${t('Memory used')}</th>
            <th scope="col" class="number">${t('Cold p50')}</th>
            <th scope="col" class="number">${t('Warm p50')}</th>
            <th scope="col" class="number">${t('A million')}</th>
            <th scope="col">${t('Verdict')}</th>
          </tr>
        </thead>
        <tbody>
          ${sizes.map(
            (size) =>
              html`<tr>
                <th scope="row">
                  ${size.memorySizeMB} MB${hasArchitectures ? `, ${size.architecture ?? '?'}` : nothing}
                </th>
                <td class="number spare">${counted(size.invocations)}</td>
                <td class="number spare">${size.maxMemoryUsedMB === undefined ? '–' : `${size.maxMemoryUsedMB} MB`}</td>
                <td class="number">${milliseconds(size.coldP50)}</td>
                <td class="number">${milliseconds(size.warmP50)}</td>
                <td class="number">${size.costOfMillion === undefined ? '–' : dollars(size.costOfMillion)}</td>
                <td>${verdict(size, cheapest, fastest)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="note">${t('Architecture and ephemeral storage as they were.')} ${priceNote(basis)}.</p>
  `;
}

function verdict(size: MemorySize, cheapest: MemorySize | undefined, fastest: MemorySize | undefined): string {
  if (size.invocations < fewestToJudge) return t('too few: {0} are needed', fewestToJudge);
  if (size === cheapest && size === fastest) return t('cheapest and fastest');
  if (size === cheapest) return t('cheapest');
  return size === fastest ? t('fastest') : '';
}

/** The one with the least of something; undefined where only one can be judged. */
function least(sizes: readonly MemorySize[], of: (size: MemorySize) => number | undefined): MemorySize | undefined {
  const known = sizes.filter((size) => of(size) !== undefined);
  if (known.length < 2) return undefined;
  return known.reduce((one, other) => ((of(other) ?? 0) < (of(one) ?? 0) ? other : one));
}
