import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { html, LitElement, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { timeOfDay } from './format.ts';
import { logHeading } from './log-heading.ts';
import type { LogRow } from './panel-data.ts';
import { visibleText } from './visible-text.ts';

const lineHeight = 20;
const backwards: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home']);
/** Longer lines are cut on screen; Copy has all of them. */
const maxShownCharacters = 20_000;

/** The log: only the rows on screen are in the document. */
export class LogList extends LitElement {
  static override properties = {
    rows: { attribute: false },
    follow: { type: Boolean },
    collapsed: { attribute: false },
    selected: {},
  };
  declare rows: readonly LogRow[];
  declare follow: boolean;
  declare collapsed: ReadonlySet<string>;
  declare selected: string | undefined;
  #virtualizer: Virtualizer<HTMLElement, HTMLElement> | undefined;
  #unmount: (() => void) | undefined;
  /** A new function for new rows, the same one otherwise: the virtualizer measures everything again when it changes. */
  #keyOf: (index: number) => string | number = (index) => index;

  constructor() {
    super();
    this.rows = [];
    this.follow = true;
    this.collapsed = new Set();
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
      const { line } = row;
      const level = line.source === 'platform' ? 'platform' : levelOf(line.message);
      const { message } = line;
      const cut = message.length > maxShownCharacters;
      const shown = visibleText(cut ? `${message.slice(0, maxShownCharacters)} …` : message);
      return html`<div class="log-row line ${level}" data-index=${index}>
        <span class="time">${timeOfDay(line.timestamp)}</span><span class="message">${shown}</span>
      </div>`;
    }
    const { invocation } = row;
    const { requestId } = invocation;
    return logHeading({
      invocation,
      index,
      open: !this.collapsed.has(requestId),
      selected: requestId === this.selected,
      onToggle: () => this.#toggle(requestId),
    });
  }

  /** Whoever goes back in the log wants to stay there. */
  #leave(): void {
    if (this.follow) this.dispatchEvent(new CustomEvent('stop-following', { bubbles: true }));
  }

  #onScrollbar({ currentTarget, clientX }: PointerEvent): boolean {
    if (!(currentTarget instanceof HTMLElement)) return false;
    return clientX > currentTarget.getBoundingClientRect().left + currentTarget.clientWidth;
  }

  #toggle(requestId: string): void {
    this.dispatchEvent(new CustomEvent('toggle-invocation', { detail: requestId, bubbles: true }));
  }
}

function levelOf(message: string): string {
  if (/\tERROR\t|^\[ERROR\]|Task timed out after|Runtime exited/.test(message)) return 'error';
  if (/\tWARN\t|^\[WARNING\]|^LAMBDA_WARNING/.test(message)) return 'warning';
  return 'plain';
}

customElements.define('log-list', LogList);
