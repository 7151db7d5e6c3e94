import { html, nothing, type TemplateResult } from 'lit';
import type { QueryTable } from '../src/protocol/query.ts';
import { counted } from './format.ts';
import { timestampOf } from './query-time.ts';
import { visibleText } from './visible-text.ts';
import { t } from './translate.ts';

/** Longer values are cut; a title has more of them. */
const longestShown = 2000;
/** Not broken, unless it has a line break itself. */
const longestShort = 60;
const longestTitle = 10_000;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What a row says of the invocation that one of its cells names. */
export interface NamedInvocation {
  readonly requestId: string;
  readonly at?: number;
  readonly log?: string;
}

export interface QueryResultsOptions {
  readonly table: QueryTable;
  /** Rows that are shown. */
  readonly most: number;
  readonly onMore: () => void;
  readonly onShow: (invocation: NamedInvocation) => void;
}

/** The rows that a query found. Every cell is text, whatever it looks like. */
export function queryResults({ table, most, onMore, onShow }: QueryResultsOptions): TemplateResult | typeof nothing {
  const { columns, rows } = table;
  if (columns.length === 0) return nothing;
  return html`
    <div class="results-scroll" tabindex="0" role="region" aria-label=${t('Results')}>
      <table>
        <caption class="visually-hidden">
          ${t('Results of the query')}
        </caption>
        <thead>
          <tr>
            ${columns.map((name) => html`<th scope="col">${visibleText(name)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, most).map((row) => resultRow(row, columns, onShow))}
        </tbody>
      </table>
      ${
        rows.length > most
          ? html`<p class="note">
              ${t('{0} of {1} rows.', counted(most), counted(rows.length))}
              <button class="link" @click=${onMore}>${t('Show more')}</button>
            </p>`
          : nothing
      }
    </div>
  `;
}

function resultRow(
  row: readonly string[],
  columns: readonly string[],
  onShow: QueryResultsOptions['onShow'],
): TemplateResult {
  const of = (name: string): string | undefined => row[columns.indexOf(name)];
  const at = timestampOf(of('@timestamp') ?? '');
  const log = of('@log');
  const show = (requestId: string): void => onShow({ requestId, ...(at !== undefined && { at }), ...(log && { log }) });
  return html`<tr>
    ${row.map((value) => (uuid.test(value) ? html`<td class="short">${link(value, show)}</td>` : cell(value)))}
  </tr>`;
}

/** The style sheet keeps white space, so that there is none but the value's. */
function cell(value: string): TemplateResult {
  const title = value.length > longestShort ? visibleText(value.slice(0, longestTitle)) : nothing;
  return html`<td class=${value.length > longestShort ? 'long' : 'short'} title=${title}>${shown(value)}</td>`;
}

function link(requestId: string, show: (requestId: string) => void): TemplateResult {
  const label = t('Show the invocation {0}', requestId);
  return html`<button class="link" aria-label=${label} @click=${() => show(requestId)}>${requestId}</button>`;
}

const shown = (value: string): string =>
  visibleText(value.length > longestShown ? `${value.slice(0, longestShown)} …` : value);
