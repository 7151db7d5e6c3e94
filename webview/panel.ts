// The panel: logs as they are written, and the timings of each invocation. Shows what the host sends; owns nothing but its view.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { FunctionHistory } from '../src/observe/function-history.ts';
import type { PanelLine, PanelResult, TailStatus, ToPanel } from '../src/protocol/panel.ts';
import { host, type ViewState } from './host.ts';
import { emptyState } from './empty-state.ts';
import { filterNote } from './filter-note.ts';
import { columnNamesIn } from './json-columns.ts';
import { LogFeed } from './log-feed.ts';
import { LogList } from './log-list.ts';
import { logTools } from './log-tools.ts';
import { LogView } from './log-view.ts';
import type { PanelLog } from './panel-log.ts';
import { panelHeader } from './panel-header.ts';
import './panel.css';
import { pointInTime } from './point-in-time.ts';
import { resultView } from './result-view.ts';
import type { SourcePlace } from './source-frames.ts';
import { timingsSection } from './timings-section.ts';
import { TimingsSource } from './timings-source.ts';
import { firstView, noFilter } from './view-state.ts';
import { registerControls } from './toolkit.ts';

registerControls();

export class LambdaPanel extends LitElement {
  static override properties = {
    functionName: { state: true },
    target: { state: true },
    tail: { state: true },
    view: { state: true },
    changes: { state: true },
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
  /** How often the log has changed. */
  declare changes: number;
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
  readonly #feed = new LogFeed(100_000);
  readonly #logView = new LogView();
  readonly #timingsSource = new TimingsSource();
  /** Whether an answer is under way, and whether it will be out of date. */
  #historyAsked: 'no' | 'once' | 'again' = 'no';

  constructor() {
    super();
    this.functionName = '';
    this.target = '';
    this.tail = { state: 'connecting' };
    this.view = { ...firstView, ...host.getState() };
    this.changes = 0;
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
      this.#feed.reset(data.maxLines);
      this.changes += 1;
      this.result = undefined;
      this.history = undefined;
      this.#askHistory();
      this.selected = undefined;
      this.collapsed = new Set();
    } else if (data.type === 'append') {
      this.#feed.append(data);
      this.changes += 1;
      this.#revealAwaited();
      if (data.invocations.some(({ durationMs }) => durationMs !== undefined)) this.#askHistory();
    } else if (data.type === 'tail') this.tail = data.status;
    else if (data.type === 'result') this.result = data.result;
    else if (data.type === 'history') this.#takeHistory(data.history);
  };

  #revealAwaited(): void {
    const time = this.#awaited;
    if (time === undefined || this.#log.size === 0) return;
    this.#awaited = undefined;
    // The list is made with the first lines, and knows its size when it has been updated itself.
    void this.updateComplete.then(() => this.#list()?.updateComplete).then(() => this.#list()?.revealTime(time));
  }

  get #log(): PanelLog {
    return this.#feed.log;
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (this.#logView.left === 0 && !['view', 'changes', 'collapsed'].some((name) => changed.has(name))) return;
    this.#logView.update(this.#log, this.view, this.collapsed);
    this.#timingsSource.take(this.#log, () => (this.changes += 1));
  }

  protected override updated(): void {
    if (this.#logView.left > 0) requestAnimationFrame(() => this.requestUpdate());
  }

  protected override render(): TemplateResult {
    const { paused, waiting } = this.#feed;
    return html`
      ${panelHeader({
        functionName: this.functionName,
        target: this.target,
        tail: this.tail,
        paused,
        waiting,
        onInvoke: () => this.#invoke(),
        onPause: () => this.#pause(!paused),
        onClear: () => host.postMessage({ type: 'clear' }),
      })}
      ${this.result ? this.#resultSection(this.result) : nothing}
      ${this.#log.size === 0 ? emptyState(() => this.#invoke()) : html`${this.#timings()}${this.#logSection()}`}
    `;
  }

  #resultSection(result: PanelResult): TemplateResult {
    const { requestId, body, summary } = result;
    return resultView({
      result,
      logged: this.#log.has(requestId),
      onShowLog: () => this.#select(requestId),
      onCopy: () => host.postMessage({ type: 'copy', text: body || summary }),
      onClose: () => (this.result = undefined),
    });
  }

  #timings(): unknown {
    const { invocations } = this.#timingsSource;
    if (invocations.length === 0) return nothing;
    const { history, selected } = this;
    const { timings: view, utc } = this.view;
    return guard([invocations, history, view, selected, utc], () =>
      timingsSection({
        invocations,
        history,
        view,
        selected,
        utc,
        onChange: (change) => this.#setView({ timings: { ...this.view.timings, ...change } }),
        onSelect: (requestId) => this.#select(requestId),
      }),
    );
  }

  #logSection(): TemplateResult {
    const { shown, filter, left } = this.#logView;
    const { dropped, size } = this.#log;
    return html`
      <section class="log-section" aria-label="Log">
        ${logTools({
          view: this.view,
          columnNames: this.columnNames,
          onOpenColumns: () => (this.columnNames = columnNamesIn(this.#log.lines())),
          wrongTime: this.wrongTime,
          onGoTo: (words) => this.#goTo(words),
          onChange: (change) => this.#setView(change),
          onCopy: () => this.#copy(this.#shownLines()),
          onExport: () => host.postMessage({ type: 'export', keys: this.#shownLines().map(({ key }) => key) }),
        })}
        ${filterNote({ filter, view: this.view, lines: shown.rows.lines, all: size, left, onClear: () => this.#setView(noFilter) })}
        ${
          dropped > 0
            ? html`<p class="note">
                The oldest ${dropped.toLocaleString('en-US')} lines have left the panel; it keeps
                ${this.#feed.maxLines.toLocaleString('en-US')}.
              </p>`
            : nothing
        }
        <log-list
          .shown=${shown}
          .follow=${this.view.follow && !this.#feed.paused}
          .collapsed=${this.collapsed}
          .selected=${this.selected}
          .utc=${this.view.utc}
          .columns=${this.view.columns}
          @toggle-invocation=${(event: CustomEvent<string>) => this.#toggle(event.detail)}
          @open-source=${({ detail }: CustomEvent<SourcePlace>) => host.postMessage({ type: 'open', ...detail })}
          @copy-invocation=${({ detail }: CustomEvent<string>) => this.#copy(this.#log.linesOf(detail))}
          @stop-following=${() => this.#setView({ follow: false })}
        ></log-list>
      </section>
    `;
  }

  #pause(isPaused: boolean): void {
    if (isPaused) this.#feed.pause();
    else this.#feed.resume();
    this.changes += 1;
  }

  #shownLines(): PanelLine[] {
    return [...this.#logView.shown.rows].flatMap((row) => (row.kind === 'line' ? [row.line] : []));
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

  #copy(lines: readonly PanelLine[]): void {
    host.postMessage({ type: 'copy', text: lines.map(({ message }) => message.replace(/\n+$/, '')).join('\n') });
  }

  /** Scrolls to a time; what lies before the first line is asked for, and shown when it is there. */
  #goTo(words: string): void {
    const time = pointInTime(words, { utc: this.view.utc, now: Date.now() });
    this.wrongTime = time === undefined && words.trim() !== '';
    if (time === undefined) return;
    this.#setView({ follow: false });
    const { oldest } = this.#log;
    if (oldest && oldest.timestamp <= time) {
      this.#list()?.revealTime(time);
      return;
    }
    this.#awaited = time;
    this.#pause(false);
    host.postMessage({ type: 'since', time });
  }

  #list(): LogList | undefined {
    const list = this.querySelector('log-list');
    return list instanceof LogList ? list : undefined;
  }
}

customElements.define('lambda-panel', LambdaPanel);
