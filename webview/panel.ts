// The panel: logs as they are written, and the timings of each invocation. Shows what the host sends; owns nothing but its view.
import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { PanelLine, PanelResult, ToPanel } from '../src/protocol/panel.ts';
import { host, type ViewState } from './host.ts';
import { emptyState } from './empty-state.ts';
import { columnNamesIn } from './json-columns.ts';
import { LogFeed } from './log-feed.ts';
import { LogList } from './log-list.ts';
import { logSection } from './log-section.ts';
import { LogView } from './log-view.ts';
import type { PanelLog } from './panel-log.ts';
import { PanelState } from './panel-state.ts';
import { panelHeader } from './panel-header.ts';
import './panel.css';
import { pointInTime } from './point-in-time.ts';
import { resultView } from './result-view.ts';
import { TimingsFacts, type LookedAt } from './timings-facts.ts';
import { timingsSection, type TimingsView } from './timings-section.ts';
import { TimingsSource } from './timings-source.ts';
import { noFilter } from './view-state.ts';
import { registerControls } from './toolkit.ts';

registerControls();

export class LambdaPanel extends PanelState {
  /** A time whose lines were asked for, ms since the epoch. */
  #awaited: number | undefined;
  /** An invocation that is shown when it comes. */
  #awaitedInvocation: string | undefined;
  readonly #feed = new LogFeed(100_000);
  readonly #logView = new LogView();
  readonly #timingsSource = new TimingsSource();
  readonly #facts = new TimingsFacts();

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
      this.functionNames = data.functionNames;
      this.filterPattern = data.filterPattern;
      this.hasTraces = data.hasTraces;
      this.target = data.target;
      this.#setView({ filterPattern: data.filterPattern, ...(!this.#functionName && { functionName: '' }) });
      this.#feed.reset(data.maxLines);
      this.changes += 1;
      this.result = undefined;
      this.#facts.forget();
      this.#askHistory();
      this.selected = undefined;
      this.collapsed = new Set();
    } else if (data.type === 'append') {
      this.#feed.append(data);
      this.changes += 1;
      this.#revealAwaited();
      this.#showAwaited();
      if (data.invocations.some(({ durationMs }) => durationMs !== undefined)) this.#askHistory();
    } else if (data.type === 'tail') this.tail = data.status;
    else if (data.type === 'result') this.result = data.result;
    else if (data.type === 'show') {
      this.#awaitedInvocation = data.requestId;
      this.#pause(false);
      this.#showAwaited();
    } else if (data.type === 'history' || data.type === 'configuration' || data.type === 'throttles') {
      this.#facts.take(data);
      if (data.type === 'configuration') this.#askHistory();
      this.changes += 1;
    }
  };

  #revealAwaited(): void {
    const time = this.#awaited;
    if (time === undefined || this.#log.size === 0) return;
    this.#awaited = undefined;
    // The list is made with the first lines, and knows its size when it has been updated itself.
    void this.updateComplete.then(() => this.#list()?.updateComplete).then(() => this.#list()?.revealTime(time));
  }

  /** Whatever was hidden before: the invocation is what is asked for. */
  #showAwaited(): void {
    const requestId = this.#awaitedInvocation;
    if (requestId === undefined || !this.#log.has(requestId)) return;
    this.#awaitedInvocation = undefined;
    this.#setView(noFilter);
    void this.updateComplete.then(() => this.#list()?.updateComplete).then(() => this.#select(requestId));
  }

  /** Of several functions, the one that is chosen. */
  get #chosen(): string | undefined {
    return this.functionNames.length > 1
      ? this.functionNames.find((name) => name === this.view.functionName)
      : undefined;
  }

  /** The one function that is looked at: the panel's only one, or the one that is chosen. */
  get #functionName(): string | undefined {
    return this.functionNames.length > 1 ? this.#chosen : this.functionNames[0];
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
        functionNames: this.functionNames,
        target: this.target,
        tail: this.tail,
        paused,
        waiting,
        onInvoke: () => this.#invoke(),
        onPause: () => this.#pause(!paused),
        onClear: () => host.postMessage({ type: 'clear' }),
      })}
      ${this.result ? this.#resultSection(this.result) : nothing} ${this.#timings()}
      ${this.#log.size === 0 && this.filterPattern === '' ? emptyState(() => this.#invoke()) : this.#logSection()}
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
    const { functionNames, selected } = this;
    const functionName = this.#functionName;
    const invocations = this.#timingsSource.of(this.#chosen);
    const { history } = this.#facts;
    const throttles = this.#facts.throttles.of(this.#chosen);
    const { problem: throttlesProblem } = this.#facts.throttles;
    // Where all is refused, nothing is logged.
    if (invocations.length + throttles.length === 0) return nothing;
    const { timings: view, utc } = this.view;
    const change = (change: Partial<TimingsView>): void => this.#setView({ timings: { ...view, ...change } });
    const basis = this.#facts.basis(view, this.#lookedAt);
    return guard(
      [invocations, throttles, throttlesProblem, history, basis, view, selected, utc, functionNames, functionName],
      () =>
        timingsSection({
          invocations,
          throttles,
          throttlesProblem,
          functionNames,
          functionName,
          history,
          basis,
          view,
          selected,
          utc,
          onChange: change,
          onCompare: (compared) => change(this.#facts.compare(compared, view, this.#lookedAt)),
          onSelect: (requestId) => this.#select(requestId),
        }),
    );
  }

  #logSection(): TemplateResult {
    return logSection(this, {
      log: this.#log,
      feed: this.#feed,
      logView: this.#logView,
      onChange: (change) => this.#setView(change),
      onFilterPattern: (filterPattern) => this.#readWith(filterPattern),
      onOpenColumns: () => (this.columnNames = columnNamesIn(this.#log.lines())),
      onGoTo: (words) => this.#goTo(words),
      onToggle: (requestId) => this.#toggle(requestId),
      onCopy: (lines) => this.#copy(lines),
    });
  }

  #pause(isPaused: boolean): void {
    if (isPaused) this.#feed.pause();
    else this.#feed.resume();
    this.changes += 1;
  }

  #invoke(): void {
    const functionName = this.#chosen;
    host.postMessage({ type: 'invoke', ...(functionName !== undefined && { functionName }) });
  }

  /** Asks for the log anew, as the service filters it. */
  #readWith(filterPattern: string): void {
    this.#pause(false);
    host.postMessage({ type: 'pattern', filterPattern });
  }

  #setView(change: Partial<ViewState>): void {
    const before = this.view;
    this.view = { ...this.view, ...change };
    host.setState(this.view);
    if (before.timings !== this.view.timings || before.functionName !== this.view.functionName) this.#askHistory();
  }

  #askHistory(): void {
    this.#facts.ask(this.view.timings, this.#lookedAt);
  }

  get #lookedAt(): LookedAt {
    return { target: this.target, functionNames: this.functionNames, chosen: this.#chosen };
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
