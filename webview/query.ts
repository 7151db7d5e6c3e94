// The page of a Logs Insights query: an editor, and a table of what was found. Shows what the host sends.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { NamedQuery, QueryTable, ToQueryPage } from '../src/protocol/query.ts';
import { counted } from './format.ts';
import './query.css';
import { queryHost } from './query-host.ts';
import { queryResults } from './query-results.ts';
import { savedQueries } from './query-saved.ts';
import { bytesScanned, queryTime, spans, type QueryState } from './query-time.ts';
import { visibleText } from './visible-text.ts';
import { t } from './translate.ts';

const rowsAtOnce = 500;

type Outcome =
  | { readonly state: 'none' }
  | { readonly state: 'running' | 'complete' | 'cancelled'; readonly table: QueryTable }
  | { readonly state: 'failed'; readonly problem: string; readonly unavailable: boolean };

export class LambdaQuery extends LitElement {
  static override properties = {
    functionNames: { state: true },
    target: { state: true },
    builtIn: { state: true },
    saved: { state: true },
    asked: { state: true },
    outcome: { state: true },
    most: { state: true },
    saveAs: { state: true },
    wrongTime: { state: true },
  };
  declare functionNames: readonly string[];
  declare target: string;
  declare builtIn: readonly NamedQuery[];
  declare saved: readonly NamedQuery[];
  declare asked: QueryState;
  declare outcome: Outcome;
  /** Rows that are shown. */
  declare most: number;
  declare saveAs: string;
  declare wrongTime: string;

  constructor() {
    super();
    this.functionNames = [];
    this.target = '';
    this.builtIn = [];
    this.saved = [];
    this.asked = { query: '', span: '1h', from: '', to: '', ...queryHost.getState() };
    this.outcome = { state: 'none' };
    this.most = rowsAtOnce;
    this.saveAs = '';
    this.wrongTime = '';
  }

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('message', this.#onMessage);
    queryHost.postMessage({ type: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('message', this.#onMessage);
  }

  // Only the host's own window sends to a webview's page; its shape is fixed by the protocol.
  readonly #onMessage = ({ data }: MessageEvent<ToQueryPage>): void => {
    if (data.type === 'begin') {
      this.functionNames = data.functionNames;
      this.target = data.target;
      this.builtIn = data.builtIn;
      this.saved = data.saved;
      this.outcome = { state: 'none' };
      if (this.asked.query === '') this.#ask({ query: data.builtIn[0]?.query ?? '' });
    } else if (data.type === 'saved') this.saved = data.saved;
    else if (data.type === 'results') this.outcome = { state: data.state, table: data.table };
    else if (data.type === 'failed')
      this.outcome = { state: 'failed', problem: data.problem, unavailable: data.unavailable };
  };

  protected override render(): TemplateResult {
    const { asked, saved, builtIn } = this;
    const isRunning = this.outcome.state === 'running';
    return html`
      <header>
        <h1>${this.functionNames.join(', ')}</h1>
        <span class="note">${t('Logs Insights on {0}', this.target)}</span>
      </header>
      ${savedQueries({
        builtIn,
        saved,
        current: [...saved, ...builtIn].find(({ query }) => query === asked.query),
        name: this.saveAs,
        onChoose: (query) => this.#ask({ query }),
        onName: (name) => (this.saveAs = name),
        onSave: () => this.#save(),
        onDelete: (name) => queryHost.postMessage({ type: 'delete', name }),
      })}
      <textarea
        aria-label=${t('Query')}
        rows="7"
        spellcheck="false"
        .value=${asked.query}
        @input=${(event: Event) => this.#ask({ query: valueOf(event) })}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#run();
        }}
      ></textarea>
      <div class="run">
        <select aria-label=${t('Time')} @change=${(event: Event) => this.#ask({ span: valueOf(event) })}>
          ${spans.map(([span, words]) => html`<option value=${span} ?selected=${asked.span === span}>${words()}</option>`)}
          <option value="custom" ?selected=${asked.span === 'custom'}>${t('From … to …')}</option>
        </select>
        ${asked.span === 'custom' ? html`${this.#time('from', t('From'))}${this.#time('to', t('To'))}` : nothing}
        <button class="primary" title="Ctrl+Enter" ?disabled=${asked.query.trim() === ''} @click=${() => this.#run()}>
          ${t('Run')}
        </button>
        ${isRunning ? html`<button class="plain cancel" @click=${() => queryHost.postMessage({ type: 'cancel' })}>${t('Cancel')}</button>` : nothing}
        <span class="problem" role="alert">${this.wrongTime}</span>
      </div>
      ${this.#outcomeView()}
    `;
  }

  #time(name: 'from' | 'to', words: string): TemplateResult {
    return html`<input
      type="datetime-local"
      aria-label=${words}
      .value=${this.asked[name]}
      @input=${(event: Event) => this.#ask({ [name]: valueOf(event) })}
    />`;
  }

  #outcomeView(): TemplateResult {
    const { outcome } = this;
    if (outcome.state === 'none')
      return html`<p class="note" role="status">
        ${t('Run the query to search the functions’ logs. AWS bills what it scans.')}
      </p>`;
    if (outcome.state === 'failed') {
      return html`<p class="problem" role="alert">${visibleText(outcome.problem)}</p>
        ${
          outcome.unavailable
            ? html`<p>
                <button class="plain" @click=${() => queryHost.postMessage({ type: 'logs' })}>
                  ${t('Open the log panel')}
                </button>
              </p>`
            : nothing
        }`;
    }
    const { table } = outcome;
    return html`<p class="note" role="status">${statusWords(outcome.state, table)}</p>
      ${queryResults({
        table,
        most: this.most,
        onMore: () => (this.most += rowsAtOnce),
        onShow: (invocation) => queryHost.postMessage({ type: 'show', ...invocation }),
      })}`;
  }

  #ask(change: Partial<QueryState>): void {
    this.asked = { ...this.asked, ...change };
    this.wrongTime = '';
    queryHost.setState(this.asked);
  }

  #run(): void {
    const time = queryTime(this.asked);
    const query = this.asked.query.trim();
    if (query === '') return;
    this.wrongTime = 'problem' in time ? time.problem : '';
    if ('problem' in time) return;
    this.most = rowsAtOnce;
    queryHost.postMessage({ type: 'run', query, time });
  }

  #save(): void {
    queryHost.postMessage({ type: 'save', name: this.saveAs.trim(), query: this.asked.query });
    this.saveAs = '';
  }
}

const stateWords = {
  running: () => t('Running'),
  complete: () => t('Done'),
  cancelled: () => t('Cancelled'),
} as const;

function statusWords(state: keyof typeof stateWords, table: QueryTable): string {
  const rows = table.rows.length === 1 ? t('1 row') : t('{0} rows', counted(table.rows.length));
  const of = t('{0} of {1} log events matched', counted(table.recordsMatched), counted(table.recordsScanned));
  return `${stateWords[state]()}: ${rows}, ${of}, ${t('{0} scanned', bytesScanned(table.bytesScanned))}`;
}

const valueOf = ({ target }: Event): string =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
    ? target.value
    : '';

customElements.define('lambda-query', LambdaQuery);
