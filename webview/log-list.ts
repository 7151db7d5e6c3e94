import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { logHeading } from './log-heading.ts';
import { factsOf, type LineFacts } from './log-line.ts';
import { logLine } from './log-line-view.ts';
import type { PanelLine } from '../src/protocol/panel.ts';
import type { LogRow } from './panel-data.ts';
import { platformFactsOf } from './platform-words.ts';
import { visibleText } from './visible-text.ts';

const lineHeight = 20;
const backwards: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home']);

/** The log: only the rows on screen are in the document. */
export class LogList extends LitElement {
  static override properties = {
    rows: { attribute: false },
    follow: { type: Boolean },
    collapsed: { attribute: false },
    selected: {},
    utc: { attribute: false },
    columns: { attribute: false },
    unfolded: { state: true },
  };
  declare rows: readonly LogRow[];
  declare follow: boolean;
  declare collapsed: ReadonlySet<string>;
  declare selected: string | undefined;
  declare utc: boolean;
  declare columns: readonly string[];
  /** Keys of the rows whose object is open. */
  declare unfolded: ReadonlySet<string>;
  /** Of lines that have been on screen. */
  readonly #facts = new WeakMap<PanelLine, LineFacts>();
  #virtualizer: Virtualizer<HTMLElement, HTMLElement> | undefined;
  #unmount: (() => void) | undefined;
  /** A new function for new rows, the same one otherwise: the virtualizer measures everything again when it changes. */
  #keyOf: (index: number) => string | number = (index) => index;

  constructor() {
    super();
    this.rows = [];
    this.follow = true;
    this.collapsed = new Set();
    this.utc = false;
    this.columns = [];
    this.unfolded = new Set();
  }

  protected override createRenderRoot(): this {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unmount?.();
    this.#virtualizer = undefined;
  }

  /** Brings an invocation's heading to the top. */
  reveal(requestId: string): void {
    const index = this.rows.findIndex((row) =>
      row.kind === 'heading' ? row.invocation.requestId === requestId : row.line.requestId === requestId,
    );
    if (index >= 0) this.#virtualizer?.scrollToIndex(index, { align: 'start' });
  }

  /** Brings the first line of a time, or after it, to the top. */
  revealTime(timestamp: number): void {
    const index = this.rows.findIndex((row) => row.kind === 'line' && row.line.timestamp >= timestamp);
    this.#virtualizer?.scrollToIndex(index < 0 ? this.rows.length - 1 : index, { align: index < 0 ? 'end' : 'start' });
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('rows')) return;
    const { rows } = this;
    this.#keyOf = (index) => rows[index]?.key ?? index;
  }

  protected override firstUpdated(): void {
    this.#virtualizer = new Virtualizer<HTMLElement, HTMLElement>(this.#options());
    this.#unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    this.requestUpdate();
  }

  #options() {
    return {
      count: this.rows.length,
      getScrollElement: () => this.querySelector<HTMLElement>('.log-scroll'),
      estimateSize: () => lineHeight,
      getItemKey: this.#keyOf,
      overscan: 20,
      // Measuring within the observer's own callback makes the browser report a loop.
      useAnimationFrameWithResizeObserver: true,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.requestUpdate(),
    };
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    this.#place();
    this.#virtualizer?._willUpdate();
    for (const element of this.querySelectorAll<HTMLElement>('.log-row')) this.#virtualizer?.measureElement(element);
    if (this.follow && (changed.has('rows') || changed.has('follow')) && this.rows.length > 0) {
      this.#virtualizer?.scrollToIndex(this.rows.length - 1, { align: 'end' });
    }
  }

  protected override render(): TemplateResult {
    this.#virtualizer?.setOptions(this.#options());
    const items = this.#virtualizer?.getVirtualItems() ?? [];
    return html`
      ${this.columns.length > 0 ? columnHeads(this.columns) : nothing}
      <div
        class="log-scroll"
        tabindex="0"
        role="log"
        aria-label="Log lines"
        aria-live="off"
        @wheel=${(event: WheelEvent) => event.deltaY < 0 && this.#leave()}
        @keydown=${(event: KeyboardEvent) => backwards.has(event.key) && this.#leave()}
        @pointerdown=${(event: PointerEvent) => this.#onScrollbar(event) && this.#leave()}
      >
        <div class="log-space">
          <div class="log-window">
            ${repeat(
              items,
              (item) => item.key,
              (item) => this.#row(this.rows[item.index], item.index),
            )}
          </div>
        </div>
      </div>
    `;
  }

  /** Through the CSSOM: a style attribute, such as Lit's styleMap writes at first, is what the page's policy forbids. */
  #place(): void {
    const space = this.querySelector<HTMLElement>('.log-space');
    const shown = this.querySelector<HTMLElement>('.log-window');
    if (!space || !shown || !this.#virtualizer) return;
    space.style.height = `${this.#virtualizer.getTotalSize()}px`;
    shown.style.transform = `translateY(${this.#virtualizer.getVirtualItems()[0]?.start ?? 0}px)`;
  }

  #row(row: LogRow | undefined, index: number): TemplateResult {
    if (!row) return html``;
    if (row.kind === 'line') {
      return logLine({
        line: row.line,
        facts: this.#factsOf(row.line),
        columns: this.columns,
        index,
        utc: this.utc,
        open: this.unfolded.has(row.key),
        onToggle: () => this.#unfold(row.key),
      });
    }
    const { invocation } = row;
    const { requestId } = invocation;
    return logHeading({
      invocation,
      index,
      utc: this.utc,
      open: !this.collapsed.has(requestId),
      selected: requestId === this.selected,
      onToggle: () => this.#toggle(requestId),
      onCopy: () => this.dispatchEvent(new CustomEvent('copy-invocation', { detail: requestId, bubbles: true })),
    });
  }

  #factsOf(line: PanelLine): LineFacts {
    const known = this.#facts.get(line);
    if (known) return known;
    const facts = line.source === 'platform' ? platformFactsOf(line.message) : factsOf(line.message);
    this.#facts.set(line, facts);
    return facts;
  }

  /** Whoever goes back in the log wants to stay there. */
  #leave(): void {
    if (this.follow) this.dispatchEvent(new CustomEvent('stop-following', { bubbles: true }));
  }

  #onScrollbar({ currentTarget, clientX }: PointerEvent): boolean {
    if (!(currentTarget instanceof HTMLElement)) return false;
    return clientX > currentTarget.getBoundingClientRect().left + currentTarget.clientWidth;
  }

  #unfold(key: string): void {
    const unfolded = new Set(this.unfolded);
    if (!unfolded.delete(key)) unfolded.add(key);
    this.unfolded = unfolded;
  }

  #toggle(requestId: string): void {
    this.dispatchEvent(new CustomEvent('toggle-invocation', { detail: requestId, bubbles: true }));
  }
}

/** The names over the columns; a screen reader hears them with each cell. */
const columnHeads = (columns: readonly string[]): TemplateResult =>
  html`<div class="log-columns" aria-hidden="true">
    <span class="time">Time</span><span class="level">Level</span>${columns.map(
      (name) => html`<span class="column" title=${name}>${visibleText(name)}</span>`,
    )}<span>Message</span>
  </div>`;

customElements.define('log-list', LogList);
