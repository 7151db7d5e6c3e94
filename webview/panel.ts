// The panel: logs as they are written, and the timings of each invocation. Shows what the host sends; owns nothing but its view.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { FunctionHistory } from '../src/observe/function-history.ts';
import type { PanelLine, PanelResult, TailStatus, ToPanel } from '../src/protocol/panel.ts';
import { host, type ViewState } from './host.ts';
import { filterNote } from './filter-note.ts';
import { columnNamesIn } from './json-columns.ts';
import { lineFilter, type LineFilter } from './line-filter.ts';
import { LineSieve } from './line-sieve.ts';
import { LogList } from './log-list.ts';
import { logTools } from './log-tools.ts';
import { nothingYet, rowsOf, withAppended, type LogRow, type Snapshot } from './panel-data.ts';
import { panelHeader } from './panel-header.ts';
import './panel.css';
import { pointInTime } from './point-in-time.ts';
import { resultView } from './result-view.ts';
import type { SourcePlace } from './source-frames.ts';
import { timingsSection } from './timings-section.ts';
import { firstView, noFilter } from './view-state.ts';
import { registerControls } from './toolkit.ts';

registerControls();

/** A filter may hold a frame up for so long. */
const siftingMs = 8;

export class LambdaPanel extends LitElement {
  static override properties = {
    functionName: { state: true },
    target: { state: true },
    tail: { state: true },
    view: { state: true },
    newest: { state: true },
    paused: { state: true },
    result: { state: true },
    history: { state: true },
    selected: { state: true },
    collapsed: { state: true },
    columnNames: { state: true },
    wrongTime: { state: true },
  };
  declare functionName: string;
  declare target: string;
  declare tail: TailStatus;
  declare view: ViewState;
  /** All that has come. */
  declare newest: Snapshot;
  /** What stands still on screen while more comes. */
  declare paused: Snapshot | undefined;
  declare result: PanelResult | undefined;
  /** As it was when it was asked for last. */
  declare history: FunctionHistory | undefined;
  declare selected: string | undefined;
  declare collapsed: ReadonlySet<string>;
  /** Members of JSON lines, as they were when they were asked for last. */
  declare columnNames: readonly string[];
  declare wrongTime: boolean;
  /** A time whose lines were asked for, ms since the epoch. */
  #awaited: number | undefined;
  #maxLines = 50_000;
  /** Whether an answer is under way, and whether it will be out of date. */
  #historyAsked: 'no' | 'once' | 'again' = 'no';
  #rows: LogRow[] = [];
  #filter: LineFilter = lineFilter(firstView);
  #filterKey = '';
  #sieve: LineSieve | undefined;
  /** Lines that the filter was not held against yet. */
  #unsifted = 0;

  constructor() {
    super();
    this.functionName = '';
    this.target = '';
    this.tail = { state: 'connecting' };
    this.view = { ...firstView, ...host.getState() };
    this.newest = nothingYet;
    this.collapsed = new Set();
    this.columnNames = [];
    this.wrongTime = false;
  }

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('message', this.#onMessage);
    host.postMessage({ type: 'ready' });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('message', this.#onMessage);
  }

  // Only the host's own window sends to a webview's page; its shape is fixed by the protocol.
  readonly #onMessage = ({ data }: MessageEvent<ToPanel>): void => {
    if (data.type === 'reset') {
      this.functionName = data.functionName;
      this.target = data.target;
      this.#maxLines = data.maxLines;
      this.newest = nothingYet;
      this.paused &&= nothingYet;
      this.result = undefined;
      this.history = undefined;
      this.#askHistory();
      this.selected = undefined;
      this.collapsed = new Set();
    } else if (data.type === 'append') {
      this.newest = withAppended(this.newest, data, this.#maxLines);
      this.#revealAwaited();
      if (data.invocations.some(({ durationMs }) => durationMs !== undefined)) this.#askHistory();
    } else if (data.type === 'tail') this.tail = data.status;
    else if (data.type === 'result') this.result = data.result;
    else if (data.type === 'history') this.#takeHistory(data.history);
  };

  #revealAwaited(): void {
    const time = this.#awaited;
    if (time === undefined || this.newest.lines.length === 0) return;
    this.#awaited = undefined;
    // The list is made with the first lines, and knows its size when it has been updated itself.
    void this.updateComplete.then(() => this.#list()?.updateComplete).then(() => this.#list()?.revealTime(time));
  }

  get #shown(): Snapshot {
    return this.paused ?? this.newest;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('view')) this.#takeFilter();
    if (this.#unsifted > 0 || ['view', 'newest', 'paused', 'collapsed'].some((name) => changed.has(name))) {
      const { only, grouped } = this.view;
      const { lines, invocations } = this.#shown;
      const { passed, left } = this.#sieve?.sift(lines, siftingMs) ?? { passed: lines, left: 0 };
      this.#unsifted = left;
      this.#rows = rowsOf({ lines: passed, invocations }, { only, grouped, collapsed: this.collapsed });
    }
  }

  protected override updated(): void {
    if (this.#unsifted > 0) requestAnimationFrame(() => this.requestUpdate());
  }

  #takeFilter(): void {
    const { filter, pattern, level } = this.view;
    const filterKey = JSON.stringify([filter.trim(), pattern, level]);
    if (filterKey === this.#filterKey) return;
    this.#filterKey = filterKey;
    this.#filter = lineFilter(this.view);
    const isOpen = filter.trim() === '' && level === 'debug';
    this.#sieve = 'test' in this.#filter && !isOpen ? new LineSieve(this.#filter.test) : undefined;
  }

  protected override render(): TemplateResult {
    const { paused, newest } = this;
    const lineCount = ({ lines, dropped }: Snapshot): number => lines.length + dropped;
    return html`
      ${panelHeader({
        functionName: this.functionName,
        target: this.target,
        tail: this.tail,
        paused: paused !== undefined,
        waiting: paused ? lineCount(newest) - lineCount(paused) : 0,
        onInvoke: () => this.#invoke(),
        onPause: () => (this.paused = paused ? undefined : newest),
        onClear: () => host.postMessage({ type: 'clear' }),
      })}
      ${this.result ? this.#resultSection(this.result) : nothing}
      ${this.#shown.lines.length === 0 ? this.#emptyState() : html`${this.#timings()}${this.#log()}`}
    `;
  }

  #emptyState(): TemplateResult {
    return html`
      <div class="empty">
        <p class="lead">No log lines yet</p>
        <p class="note">
          Invoke the function: its lines appear here as they are written, and each invocation gets its timings.
        </p>
        <vscode-button @click=${() => this.#invoke()}>Invoke</vscode-button>
      </div>
    `;
  }

  #resultSection(result: PanelResult): TemplateResult {
    const { requestId, body, summary } = result;
    return resultView({
      result,
      logged: this.#shown.invocations.has(requestId),
      onShowLog: () => this.#select(requestId),
      onCopy: () => host.postMessage({ type: 'copy', text: body || summary }),
      onClose: () => (this.result = undefined),
    });
  }

  #timings(): TemplateResult | typeof nothing {
    const invocations = [...this.#shown.invocations.values()];
    if (invocations.length === 0) return nothing;
    return timingsSection({
      invocations,
      history: this.history,
      view: this.view.timings,
      selected: this.selected,
      utc: this.view.utc,
      onChange: (change) => this.#setView({ timings: { ...this.view.timings, ...change } }),
      onSelect: (requestId) => this.#select(requestId),
    });
  }

  #log(): TemplateResult {
    const { follow, utc } = this.view;
    const { dropped } = this.#shown;
    return html`
      <section class="log-section" aria-label="Log">
        ${logTools({
          view: this.view,
          columnNames: this.columnNames,
          onOpenColumns: () => (this.columnNames = columnNamesIn(this.#shown.lines)),
          onChange: (change) => this.#setView(change),
          wrongTime: this.wrongTime,
          onGoTo: (words) => this.#goTo(words),
          onCopy: () => this.#copy(this.#rows.flatMap((row) => (row.kind === 'line' ? [row.line] : []))),
          onExport: () => this.#export(),
        })}
        ${filterNote({
          filter: this.#filter,
          view: this.view,
          shown: this.#rows,
          collapsed: this.collapsed.size > 0,
          all: this.#shown.lines.length,
          left: this.#unsifted,
          onClear: () => this.#setView(noFilter),
        })}
        ${
          dropped > 0
            ? html`<p class="note">
                The oldest ${dropped.toLocaleString()} lines have left the panel; it keeps
                ${this.#maxLines.toLocaleString()}.
              </p>`
            : nothing
        }
        <log-list
          .rows=${this.#rows}
          .follow=${follow && !this.paused}
          .collapsed=${this.collapsed}
          .selected=${this.selected}
          .utc=${utc}
          .columns=${this.view.columns}
          @toggle-invocation=${(event: CustomEvent<string>) => this.#toggle(event.detail)}
          @open-source=${({ detail }: CustomEvent<SourcePlace>) => host.postMessage({ type: 'open', ...detail })}
          @copy-invocation=${({ detail }: CustomEvent<string>) =>
            this.#copy(this.#shown.lines.filter((line) => line.requestId === detail))}
          @stop-following=${() => this.#setView({ follow: false })}
        ></log-list>
      </section>
    `;
  }

  #invoke(): void {
    host.postMessage({ type: 'invoke' });
  }

  #setView(change: Partial<ViewState>): void {
    const wasHistory = this.view.timings.tab === 'history';
    this.view = { ...this.view, ...change };
    host.setState(this.view);
    if (!wasHistory) this.#askHistory();
  }

  /** Where it is shown: it changes with each invocation. One question at a time, so that no burst makes a queue of them. */
  #askHistory(): void {
    if (this.view.timings.tab !== 'history') return;
    this.#historyAsked = this.#historyAsked === 'no' ? 'once' : 'again';
    if (this.#historyAsked === 'once') host.postMessage({ type: 'history' });
  }

  #takeHistory(history: FunctionHistory): void {
    this.history = history;
    const asked = this.#historyAsked;
    this.#historyAsked = 'no';
    if (asked === 'again') this.#askHistory();
  }

  #toggle(requestId: string): void {
    const collapsed = new Set(this.collapsed);
    if (!collapsed.delete(requestId)) collapsed.add(requestId);
    this.collapsed = collapsed;
  }

  /** Marks an invocation and brings its lines into view. */
  #select(requestId: string): void {
    this.selected = requestId;
    if (this.collapsed.has(requestId)) this.#toggle(requestId);
    this.#setView({ follow: false });
    void this.updateComplete.then(() => this.#list()?.reveal(requestId));
  }

  /** The host has the lines, whole; the page says which. */
  #export(): void {
    const keys = this.#rows.flatMap((row) => (row.kind === 'line' ? [row.line.key] : []));
    host.postMessage({ type: 'export', keys });
  }

  #copy(lines: readonly PanelLine[]): void {
    host.postMessage({ type: 'copy', text: lines.map(({ message }) => message.replace(/\n+$/, '')).join('\n') });
  }

  /** Scrolls to a time; what lies before the first line is asked for, and shown when it is there. */
  #goTo(words: string): void {
    const time = pointInTime(words, { utc: this.view.utc, now: Date.now() });
    this.wrongTime = time === undefined && words.trim() !== '';
    if (time === undefined) return;
    this.#setView({ follow: false });
    const oldest = this.#shown.lines[0];
    if (oldest && oldest.timestamp <= time) {
      this.#list()?.revealTime(time);
      return;
    }
    this.#awaited = time;
    this.paused = undefined;
    host.postMessage({ type: 'since', time });
  }

  #list(): LogList | undefined {
    const list = this.querySelector('log-list');
    return list instanceof LogList ? list : undefined;
  }
}

customElements.define('lambda-panel', LambdaPanel);
