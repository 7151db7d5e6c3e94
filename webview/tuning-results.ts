import { html, nothing, type TemplateResult } from 'lit';
import type { TunedSize, TuningAdvice, TuningOutcome } from '../src/observe/tuning.ts';
import { counted, dollars, milliseconds } from './format.ts';
import { t } from './translate.ts';
import './tuning-chart.ts';
import { visibleText } from './visible-text.ts';

type AdviceName = 'cheapest' | 'balanced' | 'fastest';

const names: Readonly<Record<AdviceName, () => string>> = {
  cheapest: () => t('cheapest'),
  balanced: () => t('balanced'),
  fastest: () => t('fastest'),
};
const order = Object.keys(names) as AdviceName[]; // the keys of a record are its names

export interface TuningResultsOptions {
  readonly outcome: TuningOutcome;
  /** What the function has now, MB. */
  readonly ownMB: number | undefined;
  readonly isRunning: boolean;
  readonly onApply: (memorySizeMB: number) => void;
}

/** What was found: which size to take, time and cost over memory, and all of it as a table. */
export function tuningResults(options: TuningResultsOptions): TemplateResult | typeof nothing {
  const { outcome } = options;
  const drawn = outcome.sizes.filter(
    ({ warmMs, costOfMillion }) => warmMs !== undefined && costOfMillion !== undefined,
  );
  if (outcome.sizes.length === 0) return nothing;
  return html`
    ${adviceCards(options)}
    ${
      drawn.length < 2
        ? nothing
        : html`<tuning-chart .sizes=${outcome.sizes}></tuning-chart>
            <ul class="legend">
              <li class="time">${t('Warm duration, median (left)')}</li>
              <li class="cost">${t('Cost of a million (right, broken line)')}</li>
            </ul>`
    }
    ${sizesTable(options)} ${reasons(outcome.sizes)}
  `;
}

const memorySize = (mb: number): string => `${counted(mb)} MB`;

/** The names that a size has earned. */
const namesOf = ({ memorySizeMB }: TunedSize, advice: TuningAdvice): string =>
  order
    .filter((name) => advice[name] === memorySizeMB)
    .map((name) => names[name]())
    .join(', ');

function adviceCards({ outcome, ownMB, isRunning, onApply }: TuningResultsOptions): TemplateResult | typeof nothing {
  const { sizes, advice } = outcome;
  const advised = sizes.filter((size) => namesOf(size, advice) !== '');
  if (advised.length === 0) return nothing;
  const own = sizes.find(({ memorySizeMB }) => memorySizeMB === ownMB);
  return html`
    <div class="cards">
      ${advised.map(
        (size) =>
          html`<section class="card" aria-label=${`${size.memorySizeMB} MB`}>
            <span class="earned">${namesOf(size, advice)}</span>
            <strong>${memorySize(size.memorySizeMB)}</strong>
            <span>${t('{0}, {1} a million', milliseconds(size.warmMs), dollars(size.costOfMillion ?? 0))}</span>
            <span class="note">${comparedWords(size, own)}</span>
            ${
              size.memorySizeMB === ownMB
                ? nothing
                : html`<button class="plain apply" ?disabled=${isRunning} @click=${() => onApply(size.memorySizeMB)}>
                    ${t('Give it {0}', memorySize(size.memorySizeMB))}
                  </button>`
            }
          </section>`,
      )}
    </div>
    ${
      advice.isAllTheSame
        ? html`<p class="note same">
            ${t('No size is slower than another beyond what chance explains, so that the cheapest is as fast as any.')}
          </p>`
        : nothing
    }
  `;
}

/** 35 % faster, 4 % dearer than now. */
function comparedWords(size: TunedSize, own: TunedSize | undefined): string {
  if (!own) return '';
  if (size === own) return t('as now');
  const change = (mine: number | undefined, its: number | undefined): number | undefined =>
    mine === undefined || its === undefined || its === 0 ? undefined : Math.round((mine / its - 1) * 100);
  const [time, cost] = [change(size.warmMs, own.warmMs), change(size.costOfMillion, own.costOfMillion)];
  if (time === undefined || cost === undefined) return '';
  const timeWords = time > 0 ? t('{0} % slower', time) : time < 0 ? t('{0} % faster', -time) : t('as fast');
  const costWords = cost > 0 ? t('{0} % dearer', cost) : cost < 0 ? t('{0} % cheaper', -cost) : t('as dear');
  return t('{0}, {1} than now', timeWords, costWords);
}

function sizesTable({ outcome, ownMB }: TuningResultsOptions): TemplateResult {
  const { sizes, advice } = outcome;
  return html`
    <div class="table-scroll" tabindex="0" role="region" aria-label=${t('Time and cost by memory size')}>
      <table>
        <caption class="visually-hidden">
          ${t('Time and cost by memory size')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${t('Memory')}</th>
            <th scope="col" class="number">${t('Warm p50')}</th>
            <th scope="col" class="number spare">${t('Cold start')}</th>
            <th scope="col" class="number spare">${t('Memory used')}</th>
            <th scope="col" class="number">${t('A million')}</th>
            <th scope="col">${t('Verdict')}</th>
          </tr>
        </thead>
        <tbody>
          ${sizes.map(
            (size) =>
              html`<tr class=${size.memorySizeMB === ownMB ? 'own' : ''}>
                <th scope="row">${memorySize(size.memorySizeMB)}</th>
                <td class="number">${milliseconds(size.warmMs)}</td>
                <td class="number spare">${milliseconds(size.coldMs)}</td>
                <td class="number spare">${size.maxMemoryUsedMB === undefined ? '–' : `${size.maxMemoryUsedMB} MB`}</td>
                <td class="number">${size.costOfMillion === undefined ? '–' : dollars(size.costOfMillion)}</td>
                <td class="verdict">${verdict(size, outcome, advice)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}

/** Why sizes have no place in the table: in words that may be long. */
function reasons(sizes: readonly TunedSize[]): TemplateResult | typeof nothing {
  const found = sizes.filter(({ failure, refusal }) => failure !== undefined || refusal !== undefined);
  if (found.length === 0) return nothing;
  return html`<ul class="reasons">
    ${found.map(({ memorySizeMB, refusal, failure = '' }) => html`<li>${memorySize(memorySizeMB)}: ${visibleText(refusal ?? failure)}</li>`)}
  </ul>`;
}

function verdict(size: TunedSize, { memorySizeMB }: TuningOutcome, advice: TuningAdvice): string {
  if (size.refusal !== undefined) return t('refused');
  if (size.failed > 0) return t('{0} failed', size.failed);
  const earned = namesOf(size, advice);
  if (size.memorySizeMB !== memorySizeMB) return earned;
  return earned === '' ? t('as it was') : `${earned}, ${t('as it was')}`;
}
