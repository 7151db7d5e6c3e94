import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { columnHeads } from './column-heads.ts';
import { logHeading } from './log-heading.ts';
import { logLine } from './log-line-view.ts';
import type { ShownRows } from './log-view.ts';
import { RowBlocks, type LogRow } from './row-blocks.ts';
import { RowFacts } from './row-facts.ts';
import { t } from './translate.ts';

/** Rows in the document above and below what is seen, and how few may be left of them. */
const overscan = 10;
const margin = 3;
const backwards: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home']);

/** The log: only the rows on screen are in the document. */
export class LogList extends LitElement {
  static override properties = {
    shown: { attribute: false },
    follow: { type: Boolean },
    collapsed: { attribute: false },
    selected: {},
    utc: { attribute: false },
    columns: { attribute: false },
    functionNames: { attribute: false },
    hasTraces: { attribute: false },
    unfolded: { state: true },
  };
  declare shown: ShownRows;
  declare follow: boolean;
  declare collapsed: ReadonlySet<string>;
  declare selected: string | undefined;
  declare utc: boolean;
  declare columns: readonly string[];
  /** Of the panel, where it has several. */
  declare functionNames: readonly string[];
  declare hasTraces: boolean;
  /** The rows whose object is open. */
  declare unfolded: ReadonlySet<LogRow>;
  readonly #facts = new RowFacts();
  /** Height of what is seen of the log, px. */
  #viewHeight = 0;
  /** The row at the top of what is seen, and how far it reaches out of it: it stays there while others come and go. Or the end of all. */
  #anchor: { readonly row: LogRow | undefined; readonly offset: number } | 'end' = 'end';
  /** Since lines came, a press or the focus has gone to a row, which may move what is seen though the log is followed. */
  #isHeld = false;
  /** The rows in the document. */
  #from = 0;
  #to = 0;
  readonly #resize = new ResizeObserver(([entry]) => {
    this.#viewHeight = entry?.contentRect.height ?? 0;
    this.requestUpdate();
  });

  constructor() {
    super();
    this.shown = { rows: new RowBlocks() };
    this.follow = true;
    this.collapsed = new Set();
    this.utc = false;
    this.columns = [];
    this.functionNames = [];
    this.hasTraces = false;
    this.unfolded = new Set();
  }

  protected override createRenderRoot(): this {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  /** Brings an invocation's heading to the top. */
  reveal(requestId: string): void {
    const index = [...this.#rows].findIndex((row) =>
      row.kind === 'heading' ? row.invocation.requestId === requestId : row.line.requestId === requestId,
    );
    if (index >= 0) this.#show(index);
  }

  /** Brings the first line of a time, or after it, to the top. */
  revealTime(timestamp: number): void {
    const index = [...this.#rows].findIndex((row) => row.kind === 'line' && row.line.timestamp >= timestamp);
    this.#show(index < 0 ? this.#rows.length - 1 : index);
  }

  #show(index: number): void {
    this.#anchor = { row: this.#rows.slice(index, index + 1)[0], offset: 0 };
    this.requestUpdate();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (this.follow && (changed.has('shown') || changed.has('follow'))) {
      this.#anchor = 'end';
      this.#isHeld = false;
    }
    const [first, last] = this.#at(this.#top());
    this.#from = Math.max(0, first - overscan);
    this.#to = Math.min(this.#rows.length, last + 1 + overscan);
  }

  /** The first and last row that are seen where what is seen begins there, px from the top of the log. */
  #at(top: number): readonly [first: number, last: number] {
    return [this.#rows.indexAt(top), this.#rows.indexAt(top + this.#viewHeight)];
  }

  /** Whether so few rows of the document are left above or below that others have to come. */
  #isShort([first, last]: readonly [first: number, last: number]): boolean {
    return (
      (first < this.#from + margin && this.#from > 0) || (last >= this.#to - margin && this.#to < this.#rows.length)
    );
  }

  /** Where what is seen is to begin, px from the top of the log. */
  #top(): number {
    const last = Math.max(0, this.#rows.height - this.#viewHeight);
    if (this.#anchor === 'end') return last;
    const { row, offset } = this.#anchor;
    const index = row ? this.#rows.indexOf(row) : -1;
    const top = index < 0 ? (this.#scroll?.scrollTop ?? 0) : this.#rows.topOf(index) + offset;
    return Math.min(last, top);
  }

  get #rows(): RowBlocks {
    return this.shown.rows;
  }

  /** The first row that is seen. */
  #first(): LogRow | undefined {
    const [first] = this.#seen();
    return this.#rows.slice(first, first + 1)[0];
  }

  get #scroll(): HTMLElement | undefined {
    return this.querySelector<HTMLElement>('.log-scroll') ?? undefined;
  }

  protected override firstUpdated(): void {
    if (this.#scroll) this.#resize.observe(this.#scroll);
  }

  protected override updated(): void {
    this.#place();
    const top = this.#top();
    if (this.#measure()) {
      this.#place();
      // Rows that were lower than guessed leave room for more.
      this.requestUpdate();
    }
    const scroll = this.#scroll;
    const now = this.#top();
    if (scroll && (Math.abs(scroll.scrollTop - now) >= 1 || now !== top)) scroll.scrollTop = now;
  }

  /** Takes the heights of the rows in the document; tells whether any was another than was thought. */
  #measure(): boolean {
    const shown = this.#rows.slice(this.#from, this.#to);
    return this.#rows.measure(
      [...this.querySelectorAll<HTMLElement>('.log-row')].flatMap((element) => {
        const row = shown[Number(element.dataset['index']) - this.#from];
        return row ? [[row, element.getBoundingClientRect().height] as const] : [];
      }),
    );
  }

  #onScroll(): void {
    this.#hold();
    if (this.#isShort(this.#seen())) this.requestUpdate();
  }

  /** How far the first row that is seen reaches out, px. */
  #reach(): number {
    return (this.#scroll?.scrollTop ?? 0) - this.#rows.topOf(this.#seen()[0]);
  }

  #seen(): readonly [first: number, last: number] {
    return this.#at(this.#scroll?.scrollTop ?? 0);
  }

  /** What is at the top now stays there; at the end of a log that is followed, the end. */
  #hold(): void {
    const top = this.#scroll?.scrollTop ?? 0;
    const isEnd = this.follow && top + this.#viewHeight > this.#rows.height - 2;
    // What goes on of an older movement, such as that of a key, does not lead away from the end again.
    if (this.follow && !isEnd && !this.#isHeld && this.#anchor === 'end') {
      this.requestUpdate();
      return;
    }
    this.#anchor = isEnd ? 'end' : { row: this.#first(), offset: this.#reach() };
  }

  protected override render(): TemplateResult {
    return html`
      ${this.columns.length > 0 ? columnHeads(this.columns) : nothing}
      <div
        class="log-scroll"
        tabindex="0"
        role="log"
        aria-label=${t('Log lines')}
        aria-live="off"
        @scroll=${() => this.#onScroll()}
        @wheel=${(event: WheelEvent) => event.deltaY < 0 && this.#leave()}
        @keydown=${(event: KeyboardEvent) => backwards.has(event.key) && this.#leave()}
        @pointerdown=${(event: PointerEvent) => this.#press(event)}
        @focusin=${(event: FocusEvent) => (this.#isHeld ||= event.target !== event.currentTarget)}
      >
        <div class="log-space">
          <div class="log-window">
            ${repeat(
              this.#rows.slice(this.#from, this.#to),
              (row) => row,
              (row, index) => this.#row(row, this.#from + index),
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
    if (!space || !shown) return;
    space.style.height = `${this.#rows.height}px`;
    shown.style.transform = `translateY(${this.#rows.topOf(this.#from)}px)`;
  }

  #row(row: LogRow, index: number): TemplateResult {
    if (row.kind === 'line') {
      return logLine({
        line: row.line,
        facts: this.#facts.of(row),
        columns: this.columns,
        functionNames: this.functionNames,
        index,
        utc: this.utc,
        hasTraces: this.hasTraces,
        open: this.unfolded.has(row),
        onToggle: () => this.#unfold(row),
      });
    }
    const { invocation } = row;
    const { requestId } = invocation;
    return logHeading({
      invocation,
      index,
      utc: this.utc,
      functionNames: this.functionNames,
      open: !this.collapsed.has(requestId),
      selected: requestId === this.selected,
      onToggle: () => this.#toggle(requestId),
      onCopy: () => this.dispatchEvent(new CustomEvent('copy-invocation', { detail: requestId, bubbles: true })),
    });
  }

  /** Whoever goes back in the log wants to stay there. */
  #leave(): void {
    if (this.follow) this.dispatchEvent(new CustomEvent('stop-following', { bubbles: true }));
  }

  #press(event: PointerEvent): void {
    this.#isHeld = true;
    if (this.#onScrollbar(event)) this.#leave();
  }

  #onScrollbar({ currentTarget, clientX }: PointerEvent): boolean {
    if (!(currentTarget instanceof HTMLElement)) return false;
    return clientX > currentTarget.getBoundingClientRect().left + currentTarget.clientWidth;
  }

  #unfold(row: LogRow): void {
    if (this.#anchor === 'end') this.#anchor = { row: this.#first(), offset: this.#reach() };
    const unfolded = new Set(this.unfolded);
    if (!unfolded.delete(row)) unfolded.add(row);
    this.unfolded = unfolded;
  }

  #toggle(requestId: string): void {
    this.dispatchEvent(new CustomEvent('toggle-invocation', { detail: requestId, bubbles: true }));
  }
}

customElements.define('log-list', LogList);
