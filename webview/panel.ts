// The panel: logs as they are written, and the timings of each invocation. Shows what the host sends; owns nothing but its view.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { InvocationTiming } from '../src/observe/timing.ts';
import type { TailStatus, ToPanel } from '../src/protocol/panel.ts';
import { median, milliseconds } from './format.ts';
import { host, type ViewState } from './host.ts';
import { LogList } from './log-list.ts';
import { PanelData, rowsOf, type LogRow } from './panel-data.ts';
import './panel.css';
import './timing-chart.ts';
import { timingTable } from './timing-table.ts';
import { registerControls } from './toolkit.ts';

registerControls();

const tailWords: Record<TailStatus['state'], string> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  stopped: 'Stopped',
};

export class LambdaPanel extends LitElement {
  static override properties = {
    functionName: { state: true },
    target: { state: true },
    tail: { state: true },
    view: { state: true },
    paused: { state: true },
    selected: { state: true },
    collapsed: { state: true },
    revision: { state: true },
  };
  declare functionName: string;
  declare target: string;
  declare tail: TailStatus;
  declare view: ViewState;
  declare paused: boolean;
  declare selected: string | undefined;
  declare collapsed: ReadonlySet<string>;
  declare revision: number;
  readonly #data = new PanelData();
  #rows: LogRow[] = [];
  /** While paused, what comes waits here, in order. */
  #waiting: ToPanel[] = [];

  constructor() {
    super();
    this.functionName = '';
    this.target = '';
    this.tail = { state: 'connecting' };
    this.view = host.getState() ?? { filter: '', grouped: true, follow: true };
    this.paused = false;
    this.collapsed = new Set();
    this.revision = 0;
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
  readonly #onMessage = (event: MessageEvent<ToPanel>): void => {
    if (this.paused && event.data.type === 'append') {
      this.#waiting.push(event.data);
      this.revision += 1;
    } else this.#take(event.data);
  };

  #take(message: ToPanel): void {
    if (message.type === 'reset') {
      this.functionName = message.functionName;
      this.target = message.target;
      this.#waiting = [];
      this.#data.reset(message.maxLines);
      this.collapsed = new Set();
      this.selected = undefined;
    } else if (message.type === 'append') this.#data.append(message.lines, message.invocations);
    else if (message.type === 'tail') this.tail = message.status;
    this.revision += 1;
  }

  protected override willUpdate(): void {
    this.#rows = rowsOf(this.#data, { ...this.view, collapsed: this.collapsed });
  }

  protected override render(): TemplateResult {
    const invocations = [...this.#data.invocations.values()];
    const empty = this.#data.lines.length === 0 && invocations.length === 0;
    return html`
      ${this.#header()}
      ${
        empty
          ? this.#emptyState()
          : html`
              <section class="timings-section" aria-label="Timings">
                ${this.#summary(invocations)}
                <timing-chart
                  .invocations=${invocations}
                  @select-invocation=${(event: CustomEvent<string>) => this.#select(event.detail)}
                ></timing-chart>
                ${timingTable(invocations, this.selected, (requestId) => this.#select(requestId))}
              </section>
              ${this.#logSection()}
            `
      }
    `;
  }

  #header(): TemplateResult {
    return html`
      <header>
        <div class="title">
          <h1>${this.functionName || 'Function'}</h1>
          <span class="target">${this.target}</span>
          <span class="tail ${this.tail.state}" role="status">
            <span class="dot" aria-hidden="true"></span
            >${tailWords[this.tail.state]}${this.tail.detail ? html`: ${this.tail.detail}` : nothing}
          </span>
        </div>
        <div class="actions">
          <vscode-button @click=${() => host.postMessage({ type: 'invoke' })}>Invoke</vscode-button>
          <vscode-button
            appearance="secondary"
            aria-pressed=${this.paused ? 'true' : 'false'}
            @click=${() => this.#pause()}
          >
            ${this.paused ? `Resume${this.#waiting.length > 0 ? ' (new lines)' : ''}` : 'Pause'}
          </vscode-button>
          <vscode-button appearance="secondary" @click=${() => host.postMessage({ type: 'clear' })}
            >Clear</vscode-button
          >
        </div>
      </header>
    `;
  }

  #emptyState(): TemplateResult {
    return html`
      <div class="empty">
        <p>Nothing has been logged in the last 15 minutes.</p>
        <p class="note">
          Invoke the function: its log lines appear here as they are written, and each invocation gets its timings.
        </p>
      </div>
    `;
  }

  #summary(invocations: readonly InvocationTiming[]): TemplateResult {
    const finished = invocations.filter((invocation) => invocation.durationMs !== undefined);
    const cold = finished.filter((invocation) => invocation.coldStart);
    const warm = finished.filter((invocation) => !invocation.coldStart);
    const failed = invocations.filter((invocation) => invocation.status === 'error' || invocation.status === 'timeout');
    const total = (invocation: InvocationTiming): number =>
      (invocation.initDurationMs ?? invocation.restoreDurationMs ?? 0) + (invocation.durationMs ?? 0);
    const figure = (label: string, value: string, kind = ''): TemplateResult =>
      html`<div class="figure ${kind}"><span class="value">${value}</span><span class="label">${label}</span></div>`;
    return html`
      <div class="summary">
        ${figure('invocations', String(invocations.length))} ${figure('cold starts', String(cold.length), 'cold')}
        ${figure('cold, median', milliseconds(median(cold.map(total))), 'cold')}
        ${figure('warm, median', milliseconds(median(warm.map(total))), 'warm')}
        ${figure('failed', String(failed.length), failed.length > 0 ? 'failed' : '')}
        <ul class="legend" aria-hidden="true">
          <li class="init">Init (cold start)</li>
          <li class="duration">Duration</li>
          <li class="failed">Failed</li>
        </ul>
      </div>
    `;
  }

  #logSection(): TemplateResult {
    const { filter, grouped, follow } = this.view;
    return html`
      <section class="log-section" aria-label="Log">
        <div class="log-tools">
          <vscode-text-field
            placeholder="Filter lines"
            aria-label="Filter lines"
            .value=${filter}
            @input=${(event: Event) => this.#setView({ filter: valueOf(event) })}
          ></vscode-text-field>
          <vscode-checkbox
            ?checked=${grouped}
            @change=${(event: Event) => this.#setView({ grouped: checkedOf(event) })}
          >
            Group by invocation
          </vscode-checkbox>
          <vscode-checkbox ?checked=${follow} @change=${(event: Event) => this.#setView({ follow: checkedOf(event) })}
            >Follow</vscode-checkbox
          >
          <vscode-button appearance="secondary" class="copy" @click=${() => this.#copy()}>Copy</vscode-button>
        </div>
        ${
          this.#data.dropped > 0
            ? html`<p class="note">
                The oldest ${this.#data.dropped} lines have left the panel; it keeps ${this.#data.maxLines}.
              </p>`
            : nothing
        }
        ${this.#rows.length === 0 ? html`<p class="note">No line contains “${filter}”.</p>` : nothing}
        <log-list
          .rows=${this.#rows}
          .follow=${follow && !this.paused}
          .collapsed=${this.collapsed}
          .selected=${this.selected}
          @toggle-invocation=${(event: CustomEvent<string>) => this.#toggle(event.detail)}
        ></log-list>
      </section>
    `;
  }

  #pause(): void {
    this.paused = !this.paused;
    if (this.paused) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) this.#take(message);
  }

  #setView(change: Partial<ViewState>): void {
    this.view = { ...this.view, ...change };
    host.setState(this.view);
  }

  #toggle(requestId: string): void {
    const collapsed = new Set(this.collapsed);
    if (!collapsed.delete(requestId)) collapsed.add(requestId);
    this.collapsed = collapsed;
  }

  #select(requestId: string): void {
    this.selected = requestId;
    this.#setView({ follow: false });
    void this.updateComplete.then(() => {
      const list = this.querySelector('log-list');
      if (list instanceof LogList) list.reveal(requestId);
    });
  }

  #copy(): void {
    const text = this.#rows
      .flatMap((row) => (row.kind === 'line' ? [row.line.message.replace(/\n+$/, '')] : []))
      .join('\n');
    host.postMessage({ type: 'copy', text });
  }
}

const valueOf = (event: Event): string => (event.target && 'value' in event.target ? String(event.target.value) : '');
const checkedOf = (event: Event): boolean => Boolean(event.target && 'checked' in event.target && event.target.checked);

customElements.define('lambda-panel', LambdaPanel);
