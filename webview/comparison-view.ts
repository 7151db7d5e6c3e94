import { html, nothing, type TemplateResult } from 'lit';
import type { ComparedFigure, ComparedName, GroupSide } from '../src/observe/compare-groups.ts';
import { architectures, pricesOf } from '../src/observe/cost.ts';
import type { ComparisonChoice, FunctionHistory, GroupChoice, HistoryGroup } from '../src/observe/function-history.ts';
import { priceNote } from './cost-basis.ts';
import './distribution-chart.ts';
import type { DistributionSeries } from './distribution-chart.ts';
import { counted, decimal, dollars, milliseconds } from './format.ts';
import { codeWords } from './history-words.ts';
import { t } from './translate.ts';

export type ComparedSides = Omit<ComparisonChoice, 'region'>;

/** What is chosen anew for one of the two; undefined: any. */
export interface ComparedChange {
  readonly side: 'before' | 'after';
  readonly change: { readonly [Name in keyof GroupChoice]?: GroupChoice[Name] | undefined };
}

export interface ComparisonViewOptions {
  readonly history: FunctionHistory;
  readonly onChange: (change: ComparedChange) => void;
}

/** Two groups of a function's kept timings side by side: deployments, versions, memory sizes or architectures. */
export function comparisonView({ history, onChange }: ComparisonViewOptions): TemplateResult | typeof nothing {
  const { groups, comparison } = history;
  if (!comparison) return nothing;
  const { before, after, figures, choice } = comparison;
  const tools = (side: 'before' | 'after', label: string): TemplateResult =>
    choiceTools({
      groups,
      label,
      choice: choice[side],
      onChange: (change) => onChange({ side, change }),
    });
  return html`
    <h2 class="part">${t('Side by side')}</h2>
    <div class="comparison-tools">${tools('before', t('First'))} ${tools('after', t('Second'))}</div>
    ${
      before.invocations === 0 || after.invocations === 0
        ? html`<p class="note" role="status">
            ${t('Nothing is kept that fits the {0} choice.', before.invocations === 0 ? t('first') : t('second'))}
          </p>`
        : html`
            <distribution-chart .series=${seriesOf(before, after)}></distribution-chart>
            <p class="note chart-words">
              ${t('How many took no longer: broken lines are the first, whole lines the second; cold starts in orange, warm in blue.')}
            </p>
            ${comparisonTable(before, after, figures)}
            <p class="note">${notesOf(comparison).join(' ')}</p>
          `
    }
  `;
}

function notesOf({ before, after, choice }: NonNullable<FunctionHistory['comparison']>): string[] {
  const knows = before.knowsArchitecture && after.knowsArchitecture;
  return [
    t('In brackets the 95 % confidence interval, by the bootstrap, of the newest 300 of a kind.'),
    `${priceNote({ prices: pricesOf(choice.region), region: choice.region })}.`,
    ...(knows ? [] : [t('Where the architecture is not known, x86_64 is reckoned with.')]),
  ];
}

const seriesOf = (before: GroupSide, after: GroupSide): DistributionSeries[] => [
  { label: t('First, cold'), values: before.cold, kind: 'cold', isBroken: true },
  { label: t('First, warm'), values: before.warm, kind: 'warm', isBroken: true },
  { label: t('Second, cold'), values: after.cold, kind: 'cold' },
  { label: t('Second, warm'), values: after.warm, kind: 'warm' },
];

interface ChoiceToolsOptions {
  readonly groups: readonly HistoryGroup[];
  readonly label: string;
  readonly choice: GroupChoice;
  readonly onChange: (change: ComparedChange['change']) => void;
}

function choiceTools({ groups, label, choice, onChange }: ChoiceToolsOptions): TemplateResult {
  const { code, memorySizeMB, architecture } = choice;
  const codes = new Map(groups.toReversed().map((group) => [group.code, codeWords(group)]));
  const sizes = [...new Set(groups.flatMap((group) => group.memorySizeMB ?? []))].sort((a, b) => a - b);
  const known = architectures.filter((each) => groups.some((group) => group.architecture === each));
  const select = (
    what: string,
    chosen: string,
    options: readonly (readonly [value: string, words: string])[],
    onChosen: (value: string) => ComparedChange['change'],
  ): TemplateResult => html`
    <label class=${what === t('Code') ? 'code' : ''}
      >${what}
      <select @change=${(event: Event) => onChange(onChosen(valueOf(event)))}>
        ${[['', t('any')] as const, ...options].map(
          ([value, words]) => html`<option value=${value} .selected=${value === chosen}>${words}</option>`,
        )}
      </select></label
    >
  `;
  return html`
    <fieldset>
      <legend>${label}</legend>
      ${select(t('Code'), code ?? '', [...codes].toReversed(), (value) => ({ code: value || undefined }))}
      ${select(
        t('Memory'),
        String(memorySizeMB ?? ''),
        sizes.map((size) => [String(size), `${size} MB`]),
        (value) => ({ memorySizeMB: Number(value) || undefined }),
      )}
      ${select(
        t('Architecture'),
        architecture ?? '',
        known.map((each) => [each, each]),
        (value) => ({ architecture: architectures.find((each) => each === value) }),
      )}
    </fieldset>
  `;
}

const valueOf = (event: Event): string => (event.target instanceof HTMLSelectElement ? event.target.value : '');

function comparisonTable(before: GroupSide, after: GroupSide, figures: readonly ComparedFigure[]): TemplateResult {
  const counts = (side: GroupSide): string =>
    side.failed === 0 ? counted(side.invocations) : t('{0} ({1} failed)', counted(side.invocations), side.failed);
  return html`
    <div class="timings-scroll">
      <table class="timings figures-table comparison-table">
        <caption class="visually-hidden">
          ${t('The first and the second group, and how the second differs')}
        </caption>
        <thead>
          <tr>
            <td></td>
            <th scope="col" class="number">${t('First')}</th>
            <th scope="col" class="number">${t('Second')}</th>
            <th scope="col">${t('Difference')}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">${t('Invocations')}</th>
            <td class="number">${counts(before)}</td>
            <td class="number">${counts(after)}</td>
            <td></td>
          </tr>
          ${figures.map((figure) => {
            const { what, show } = presentation(figure.name);
            return html`<tr>
              <th scope="row">${what}</th>
              <td class="number">${figure.before === undefined ? '–' : show(figure.before)}</td>
              <td class="number">${figure.after === undefined ? '–' : show(figure.after)}</td>
              <td class="difference">${differenceWords(figure)}</td>
            </tr>`;
          })}
        </tbody>
      </table>
    </div>
  `;
}

interface Presentation {
  readonly what: string;
  readonly show: (value: number) => string;
  /** What it is to have more of it, and less. */
  readonly more: (change: string) => string;
  readonly less: (change: string) => string;
}

const time = (what: string): Presentation => ({
  what,
  show: milliseconds,
  more: (change) => t('{0} slower', change),
  less: (change) => t('{0} faster', change),
});

function presentation(name: ComparedName): Presentation {
  switch (name) {
    case 'coldShare':
      return {
        what: t('Cold starts'),
        show: (share) => `${decimal(100 * share, 1)} %`,
        more: (change) => t('{0} points more', change),
        less: (change) => t('{0} points fewer', change),
      };
    case 'memoryUsed':
      return {
        what: t('Memory used, median'),
        show: (used) => `${Math.round(used)} MB`,
        more: (change) => t('{0} more', change),
        less: (change) => t('{0} less', change),
      };
    case 'costOfMillion':
      return {
        what: t('Cost of a million'),
        show: dollars,
        more: (change) => t('{0} dearer', change),
        less: (change) => t('{0} cheaper', change),
      };
    default:
      return time(`${name.startsWith('cold') ? t('Cold') : t('Warm')} ${name.slice(4).toLowerCase()}`);
  }
}

/** Says that there is a difference only where the confidence interval leaves zero out. */
export function differenceWords({ name, change, before, after, needed = 0 }: ComparedFigure): string {
  if (!change) return before === undefined && after === undefined ? '' : t('too few: {0} of each are needed', needed);
  const { value, low, high } = change;
  const isPoints = name === 'coldShare';
  const unit = isPoints ? '' : ' %';
  const number = (part: number): string => {
    const hundredths = 100 * part;
    return Math.abs(hundredths) < 10 ? decimal(hundredths, 1) : counted(hundredths);
  };
  const signed = (part: number): string => `${part < 0 ? '−' : '+'}${number(Math.abs(part))}`;
  const { more, less } = presentation(name);
  if (low > 0)
    return `${more(`${number(value)}${unit}`)} ${t('(95 %: {0} to {1})', number(low), `${number(high)}${unit}`)}`;
  if (high < 0)
    return `${less(`${number(-value)}${unit}`)} ${t('(95 %: {0} to {1})', number(-high), `${number(-low)}${unit}`)}`;
  return `${t('no difference that chance would not explain')} ${t('(95 %: {0} to {1})', signed(low), `${signed(high)}${unit}`)}`;
}
