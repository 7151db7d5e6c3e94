import { html, nothing, type TemplateResult } from 'lit';
import type { ExpressionProblem } from './expression-program.ts';
import { counted } from './format.ts';
import type { ViewState } from './host.ts';
import type { LineFilter } from './line-filter.ts';
import { t } from './translate.ts';

export interface FilterNoteOptions {
  readonly filter: LineFilter;
  readonly view: ViewState;
  /** Lines that pass, and those that there are. */
  readonly lines: number;
  readonly all: number;
  /** Lines that were not searched yet. */
  readonly left: number;
  readonly onClear: () => void;
}

/** What the filters hide, or why one cannot be used; nothing where all lines show. */
export function filterNote({
  filter,
  view,
  lines,
  all,
  left,
  onClear,
}: FilterNoteOptions): TemplateResult | typeof nothing {
  if (!view.filter.trim() && view.only === 'all' && view.level === 'debug' && !view.functionName) return nothing;
  const words =
    'problem' in filter
      ? html`<span class="problem" role="alert">${problemWords(filter.problem)}</span>`
      : left > 0
        ? html`<span>${t('Searching, {0} of {1} lines to go', counted(left), counted(all))}</span>`
        : lines === 0
          ? html`<span>${emptyWords(view)}</span>`
          : html`<span>${t('{0} of {1} lines', counted(lines), counted(all))}</span>`;
  return html`<p class="note filter-note">${words}<button class="link" @click=${onClear}>${t('Show all')}</button></p>`;
}

function problemWords({ kind, message }: ExpressionProblem): string {
  switch (kind) {
    case 'not-in-one-pass':
      return t(
        'Look-around such as (?=…) and back references such as \\1 cannot be used here: a line is searched in one pass. Write it without them.',
      );
    case 'too-large':
      return t('This expression repeats more than can be searched for at once. Use smaller numbers in {…}.');
    default: // 'syntax', in the browser's words
      return message;
  }
}

function emptyWords({ filter, only, level, pattern, functionName }: ViewState): string {
  const of = functionName && ` ${t('of {0}', functionName)}`;
  const whose = of + { all: '', failed: ` ${t('of a failed invocation')}`, cold: ` ${t('of a cold start')}` }[only];
  const grave = level === 'debug' ? '' : ` ${t('of that level')}`;
  const needle = filter.trim();
  if (!needle) return t('No line{0} yet.', whose + grave);
  return pattern
    ? t('No line{0} matches {1}', whose + grave, needle)
    : t('No line{0} contains “{1}”.', whose + grave, needle);
}
