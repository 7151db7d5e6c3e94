import type { InvocationTiming } from '../src/observe/timing.ts';
import type { PanelLine } from '../src/protocol/panel.ts';

/** A row of the log list: an invocation's heading, or a line. One object as long as the panel has it. */
export type LogRow = HeadingRow | LineRow;

interface Row {
  entry: Entry;
  /** As measured on screen, px; 0: not yet. */
  height: number;
}

export interface HeadingRow extends Row {
  readonly kind: 'heading';
  invocation: InvocationTiming;
}

export interface LineRow extends Row {
  readonly kind: 'line';
  readonly line: PanelLine;
  /** Whether it passes the filter of this number. */
  passes: boolean;
  siftedBy: number;
  /** Lines that go on with a stack trace that this one began. */
  frames: LineRow[];
  /** The line that began the stack trace that this one goes on with. */
  head: LineRow | undefined;
  /** It has left the panel. */
  gone: boolean;
}

/** What stands together: the lines of an invocation, or one line. */
export interface Entry {
  readonly requestId: string | undefined;
  heading: HeadingRow | undefined;
  rows: LineRow[];
  /** Lines that the panel still has. */
  held: number;
  block: Block | undefined;
}

/** Some entries after each other, and the rows that they make; undefined where that has to be found out again. */
interface Block {
  entries: Entry[];
  rows: readonly LogRow[] | undefined;
  lines: number;
  /** px */
  height: number | undefined;
}

const mostEntries = 256;
/** Until a row was on screen, px. */
const guesses = { line: 20, heading: 27 } as const;
const heightOf = (row: LogRow): number => row.height || guesses[row.kind];

/**
 * All rows of the log and where each of them lies, in blocks: what changes in one of them leaves the others as they are, so that of a
 * hundred thousand lines only a few hundred are looked at when some come and some go.
 */
export class RowBlocks {
  #blocks: Block[] = [];
  /** Of each block: its first row, and where that lies, px. One more for the end. */
  #firstRows: number[] = [0];
  #tops: number[] = [0];
  #lines = 0;

  /** Rows. */
  get length(): number {
    return this.#firstRows.at(-1) ?? 0;
  }

  /** Lines that pass, be they folded or not. */
  get lines(): number {
    return this.#lines;
  }

  /** Of all rows together, px. */
  get height(): number {
    return this.#tops.at(-1) ?? 0;
  }

  add(entry: Entry): void {
    let block = this.#blocks.at(-1);
    if (!block || block.entries.length >= mostEntries) {
      block = { entries: [], rows: undefined, lines: 0, height: undefined };
      this.#blocks.push(block);
    }
    block.entries.push(entry);
    block.rows = undefined;
    entry.block = block;
  }

  /** Its rows are to be found out again. */
  changed({ block }: Entry): void {
    if (block) block.rows = undefined;
  }

  allChanged(): void {
    for (const block of this.#blocks) block.rows = undefined;
  }

  /** Finds out what has changed. `build` adds the rows of an entry and tells how many lines of it pass. */
  update(build: (entry: Entry, rows: LogRow[]) => number): void {
    for (const block of this.#blocks) {
      if (block.rows) continue;
      block.entries = block.entries.filter(({ held }) => held > 0);
      const rows: LogRow[] = [];
      block.lines = 0;
      for (const entry of block.entries) block.lines += build(entry, rows);
      block.rows = rows;
      block.height = undefined;
    }
    if (this.#blocks.some(({ entries }) => entries.length === 0))
      this.#blocks = this.#blocks.filter(({ entries }) => entries.length > 0);
    this.#sum();
  }

  /** Takes heights as they were measured; tells whether any was another than was thought. */
  measure(heights: Iterable<readonly [row: LogRow, height: number]>): boolean {
    let changed = false;
    for (const [row, height] of heights) {
      if (height === 0 || Math.abs(row.height - height) < 0.5) continue;
      row.height = height;
      if (row.entry.block) row.entry.block.height = undefined;
      changed = true;
    }
    if (changed) this.#sum();
    return changed;
  }

  slice(from: number, to: number): LogRow[] {
    const rows: LogRow[] = [];
    for (let at = this.#blockOf(this.#firstRows, from); at < this.#blocks.length; at += 1) {
      const first = this.#firstRows[at] ?? 0;
      if (first >= to) break;
      rows.push(...(this.#blocks[at]?.rows ?? []).slice(Math.max(0, from - first), to - first));
    }
    return rows;
  }

  *[Symbol.iterator](): Generator<LogRow> {
    for (const { rows = [] } of this.#blocks) yield* rows;
  }

  /** Its place; -1 of a row that is not shown. */
  indexOf(row: LogRow): number {
    const at = this.#blocks.findIndex((block) => block === row.entry.block);
    const within = this.#blocks[at]?.rows?.indexOf(row) ?? -1;
    return within < 0 ? -1 : (this.#firstRows[at] ?? 0) + within;
  }

  /** Where a row begins; where all end for one behind the last. */
  topOf(index: number): number {
    if (index >= this.length) return this.height;
    const at = this.#blockOf(this.#firstRows, index);
    const rows = this.#blocks[at]?.rows ?? [];
    let top = this.#tops[at] ?? 0;
    const within = index - (this.#firstRows[at] ?? 0);
    for (const row of rows.slice(0, within)) top += heightOf(row);
    return top;
  }

  /** The row that lies there; the first or last one of what lies beyond. */
  indexAt(top: number): number {
    const at = this.#blockOf(this.#tops, top);
    let bottom = this.#tops[at] ?? 0;
    let index = this.#firstRows[at] ?? 0;
    for (const row of this.#blocks[at]?.rows ?? []) {
      bottom += heightOf(row);
      if (bottom > top) return index;
      index += 1;
    }
    return Math.max(0, Math.min(index, this.length - 1));
  }

  /** The last block that begins there or before. */
  #blockOf(starts: readonly number[], place: number): number {
    let low = 0;
    let high = Math.max(0, this.#blocks.length - 1);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #sum(): void {
    this.#firstRows = [0];
    this.#tops = [0];
    this.#lines = 0;
    let [rows, top] = [0, 0];
    for (const block of this.#blocks) {
      block.height ??= (block.rows ?? []).reduce((sum, row) => sum + heightOf(row), 0);
      rows += block.rows?.length ?? 0;
      top += block.height;
      this.#lines += block.lines;
      this.#firstRows.push(rows);
      this.#tops.push(top);
    }
  }
}
