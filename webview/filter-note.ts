import { html, nothing, type TemplateResult } from 'lit';
import type { ViewState } from './host.ts';
import type { LineFilter } from './line-filter.ts';

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
      ? html`<span class="problem" role="alert">${filter.problem}</span>`
      : left > 0
        ? html`<span>Searching, ${left.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} lines to go</span>`
        : lines === 0
          ? html`<span>${emptyWords(view)}</span>`
          : html`<span>${lines.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} lines</span>`;
  return html`<p class="note filter-note">${words}<button class="link" @click=${onClear}>Show all</button></p>`;
}

function emptyWords({ filter, only, level, pattern, functionName }: ViewState): string {
  const of = functionName && ` of ${functionName}`;
  const whose = of + { all: '', failed: ' of a failed invocation', cold: ' of a cold start' }[only];
  const grave = level === 'debug' ? '' : ' of that level';
  const needle = filter.trim();
  if (!needle) return `No line${whose}${grave} yet.`;
  return pattern ? `No line${whose}${grave} matches ${needle}` : `No line${whose}${grave} contains “${needle}”.`;
}
