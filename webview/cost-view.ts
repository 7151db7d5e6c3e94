import { html, nothing, type TemplateResult } from 'lit';
import type { InvocationTiming } from '../src/observe/timing.ts';
import {
  costOf,
  costOfAll,
  costOfMillion,
  costOfMonth,
  dollars,
  priceNote,
  prices,
  type Architecture,
} from './cost.ts';
import { startKind } from './invocation-words.ts';

export interface CostSettings {
  readonly architecture: Architecture;
  /** Invocations a month. */
  readonly monthly: number;
}

export interface CostViewOptions {
  readonly invocations: readonly InvocationTiming[];
  readonly settings: CostSettings;
  readonly onChange: (change: Partial<CostSettings>) => void;
}

/** What these invocations would cost on AWS, each and in a month. */
export function costView({ invocations, settings, onChange }: CostViewOptions): TemplateResult {
  const { architecture, monthly } = settings;
  const billed = invocations.filter((invocation) => costOf(invocation) !== undefined);
  if (billed.length === 0) return html`<p class="note">No invocation has ended yet.</p>`;
  const ofKind = (kind: 'cold' | 'warm'): InvocationTiming[] => billed.filter((each) => startKind(each) === kind);
  const mean = (some: readonly InvocationTiming[]): string =>
    some.length === 0 ? '–' : dollars(costOfAll(some, architecture) / some.length);
  const month = costOfMonth(billed, { count: monthly, architecture });
  const row = (what: string, value: string | undefined): TemplateResult =>
    html`<tr>
      <th scope="row">${what}</th>
      <td class="number">${value ?? '–'}</td>
    </tr>`;
  return html`
    <div class="cost-tools">
      <label
        >Invocations a month
        <input
          class="monthly"
          type="number"
          min="0"
          step="100000"
          .value=${String(monthly)}
          @input=${(event: Event) => onChange({ monthly: countOf(event) })}
      /></label>
      <label
        >Architecture
        <select class="architecture" @change=${(event: Event) => onChange({ architecture: architectureOf(event) })}>
          ${(['x86_64', 'arm64'] as const).map((each) => html`<option ?selected=${each === architecture}>${each}</option>`)}
        </select></label
      >
    </div>
    <div class="timings-scroll">
      <table class="timings figures-table cost-table">
        <caption class="visually-hidden">
          Cost on AWS
        </caption>
        <tbody>
          ${row(`A month of ${monthly.toLocaleString('en-US')}`, month && dollars(month.full))}
          ${row('The same, beyond what is free each month', month && dollars(month.beyondFree))}
          ${row('A million', dollars(costOfMillion(billed, architecture) ?? 0))} ${row('One, on average', mean(billed))}
          ${row('One cold start', mean(ofKind('cold')))} ${row('One warm start', mean(ofKind('warm')))}
          ${row(`These ${billed.length.toLocaleString('en-US')}`, dollars(costOfAll(billed, architecture)))}
        </tbody>
      </table>
    </div>
    <p class="note">
      By what their REPORT lines bill; ${priceNote(architecture)}. Free each month:
      ${prices.freeRequests.toLocaleString('en-US')} requests and ${prices.freeGbSeconds.toLocaleString('en-US')} GB-s
      of the account.
      ${architecture === 'arm64' ? 'Durations are those that were measured, whatever they ran on.' : nothing}
    </p>
  `;
}

const textOf = (event: Event): string => (event.target && 'value' in event.target ? String(event.target.value) : '');
const architectureOf = (event: Event): Architecture => (textOf(event) === 'arm64' ? 'arm64' : 'x86_64');

function countOf(event: Event): number {
  const count = Math.floor(Number(textOf(event)));
  return Number.isFinite(count) && count > 0 ? Math.min(count, 1e12) : 0;
}
