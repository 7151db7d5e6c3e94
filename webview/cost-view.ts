import { html, nothing, type TemplateResult } from 'lit';
import {
  architectures,
  costOf,
  costOfAll,
  costOfMillion,
  costOfMonth,
  costOfReady,
  freeEachMonth,
  pricedRegions,
} from '../src/observe/cost.ts';
import type { FunctionHistory } from '../src/observe/function-history.ts';
import type { InvocationTiming } from '../src/observe/timing.ts';
import { priceNote, type CostBasis, type CostSettings } from './cost-basis.ts';
import { counted, dollars } from './format.ts';
import { startKind } from './invocation-facts.ts';
import { memorySizesView } from './memory-sizes-view.ts';
import { provisionedNotes, readyWords } from './provisioned-words.ts';
import { t } from './translate.ts';

export interface CostViewOptions {
  readonly invocations: readonly InvocationTiming[];
  readonly settings: CostSettings;
  readonly basis: CostBasis;
  readonly history: FunctionHistory | undefined;
  readonly onChange: (change: Partial<CostSettings>) => void;
}

/** What these invocations would cost on AWS, each and in a month. */
export function costView({ invocations, settings, basis, history, onChange }: CostViewOptions): TemplateResult {
  const { monthly } = settings;
  const billed = invocations.filter((invocation) => costOf(invocation, basis) !== undefined);
  if (billed.length === 0) return html`<p class="note">${t('No invocation has ended yet.')}</p>`;
  const ofKind = (kind: 'cold' | 'warm'): InvocationTiming[] => billed.filter((each) => startKind(each) === kind);
  const mean = (some: readonly InvocationTiming[]): string =>
    some.length === 0 ? '–' : dollars(costOfAll(some, basis) / some.length);
  const month = costOfMonth(billed, monthly, basis);
  const ready = costOfReady(basis.provisioned, basis.prices);
  const row = (what: string, value: string | undefined): TemplateResult =>
    html`<tr>
      <th scope="row">${what}</th>
      <td class="number">${value ?? '–'}</td>
    </tr>`;
  return html`
    ${costTools(settings, basis, onChange)}
    <div class="timings-scroll">
      <table class="timings figures-table cost-table">
        <caption class="visually-hidden">
          ${t('Cost on AWS')}
        </caption>
        <tbody>
          ${row(t('A month of {0}', counted(monthly)), month && dollars(month.full))}
          ${row(t('The same, beyond what is free each month'), month && dollars(month.beyondFree))}
          ${
            basis.provisioned.length === 0
              ? nothing
              : html`${row(t('Kept ready, each month ({0})', readyWords(basis.provisioned)), dollars(ready))}
                ${row(t('Month and what is kept ready'), month && dollars(month.beyondFree + ready))}`
          }
          ${row(t('A million'), dollars(costOfMillion(billed, basis) ?? 0))} ${row(t('One, on average'), mean(billed))}
          ${row(t('One cold start'), mean(ofKind('cold')))} ${row(t('One warm start'), mean(ofKind('warm')))}
          ${row(t('These {0}', counted(billed.length)), dollars(costOfAll(billed, basis)))}
        </tbody>
      </table>
    </div>
    <p class="note cost-note">
      ${[
        t('By what their REPORT lines bill.'),
        `${priceNote(basis)}.`,
        t(
          'Free each month: {0} requests and {1} GB-s of the account.',
          counted(freeEachMonth.requests),
          counted(freeEachMonth.gbSeconds),
        ),
        ...(basis.ephemeralStorageMB === undefined
          ? []
          : [t('With {0} MB of ephemeral storage, of which 512 are free.', counted(basis.ephemeralStorageMB))]),
        ...provisionedNotes(basis.provisioned, basis.prices),
        ...(settings.architecture === '' || settings.architecture === basis.ownArchitecture
          ? []
          : [t('Durations are those that were measured, whatever they ran on.')]),
      ].join(' ')}
    </p>
    ${history && history.memorySizes ? memorySizesView(history.memorySizes, basis) : nothing}
  `;
}

function costTools(
  { architecture, region, monthly }: CostSettings,
  { ownRegion, ownArchitecture }: CostBasis,
  onChange: CostViewOptions['onChange'],
): TemplateResult {
  const asIs = (own: string | undefined): string =>
    own === undefined ? t('as configured') : t('as configured: {0}', own);
  const option = (value: string, words: string, chosen: string): TemplateResult =>
    html`<option value=${value} ?selected=${value === chosen}>${words}</option>`;
  return html`
    <div class="cost-tools">
      <label
        >${t('Invocations a month')}
        <input
          class="monthly"
          type="number"
          min="0"
          step="100000"
          .value=${String(monthly)}
          @input=${(event: Event) => onChange({ monthly: countOf(event) })}
      /></label>
      <label
        >${t('Architecture')}
        <select
          class="architecture"
          @change=${(event: Event) => onChange({ architecture: architectures.find((each) => each === textOf(event)) ?? '' })}
        >
          ${option('', asIs(ownArchitecture), architecture)}${architectures.map((each) => option(each, each, architecture))}
        </select></label
      >
      <label
        >${t('Region')}
        <select class="region" @change=${(event: Event) => onChange({ region: textOf(event) })}>
          ${option('', asIs(ownRegion), region)}${pricedRegions.map((each) => option(each, each, region))}
        </select></label
      >
    </div>
  `;
}

const textOf = (event: Event): string => (event.target && 'value' in event.target ? String(event.target.value) : '');

function countOf(event: Event): number {
  const count = Math.floor(Number(textOf(event)));
  return Number.isFinite(count) && count > 0 ? Math.min(count, 1e12) : 0;
}
