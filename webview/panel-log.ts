import type { InvocationTiming } from '../src/observe/timing.ts';
import type { PanelLine } from '../src/protocol/panel.ts';
import { continuesTrace, fewestFrames } from './event-traces.ts';
import { isFailed } from './invocation-facts.ts';
import { RowBlocks, type Entry, type LineRow, type LogRow } from './row-blocks.ts';

export interface RowOptions {
  readonly only: 'all' | 'failed' | 'cold';
  readonly grouped: boolean;
  readonly collapsed: ReadonlySet<string>;
}

type Test = (line: PanelLine) => boolean;

/**
 * What the panel has at one moment: the newest `maxLines` lines, and the invocations that they are of. It grows in place, so that
 * the hundred thousand lines before cost nothing when one more comes.
 */
export class PanelLog {
  readonly #maxLines: number;
  /** In the order of arrival; those before `#first` are gone. */
  #lines: LineRow[] = [];
  #first = 0;
  #blocks = new RowBlocks();
  /** The entries of invocations, where lines are grouped by them. */
  readonly #groups = new Map<string, Entry>();
  /** How the rows were asked for last. */
  #shown: RowOptions = { only: 'all', grouped: true, collapsed: new Set() };
  /** Lines held of each invocation. */
  readonly #held = new Map<string, number>();
  readonly #invocations = new Map<string, InvocationTiming>();
  /** The one that came last. */
  #newest: LineRow | undefined;
  #dropped = 0;
  #test: Test | undefined;
  /** The number of the filter, as rows remember it. */
  #filter = 0;

  constructor(maxLines: number) {
    this.#maxLines = maxLines;
  }

  /** How many lines it has. */
  get size(): number {
    return this.#lines.length - this.#first;
  }

  /** Lines that have left. */
  get dropped(): number {
    return this.#dropped;
  }

  get oldest(): PanelLine | undefined {
    return this.#lines[this.#first]?.line;
  }

  get invocationCount(): number {
    return this.#invocations.size;
  }

  /** By their start. */
  invocations(): InvocationTiming[] {
    return [...this.#invocations.values()];
  }

  has(requestId: string): boolean {
    return this.#invocations.has(requestId);
  }

  lines(): PanelLine[] {
    return this.#lines.slice(this.#first).map(({ line }) => line);
  }

  /** Those that are shown, in the order of their rows: also what is folded into a row, but not of folded invocations. */
  shownLines(): PanelLine[] {
    return [...this.#blocks].flatMap((row) =>
      row.kind === 'line'
        ? [row.line, ...row.frames.filter((each) => this.#isFolded(each)).map(({ line }) => line)]
        : [],
    );
  }

  linesOf(requestId: string): PanelLine[] {
    return this.lines().filter((line) => line.requestId === requestId);
  }

  append(added: { readonly lines: readonly PanelLine[]; readonly invocations: readonly InvocationTiming[] }): void {
    for (const invocation of added.invocations) this.#keep(invocation);
    for (const line of added.lines) this.#add(line);
    const excess = this.size - this.#maxLines;
    if (excess > 0) this.#forget(excess);
  }

  /** Lines have come and gone before they were shown. */
  skip(count: number): void {
    this.#dropped += count;
  }

  /** From now on only lines of which this holds are shown; all, without it. Nothing is looked at yet. */
  filterBy(test: Test | undefined): void {
    this.#test = test;
    this.#filter += 1;
    this.#blocks.allChanged();
  }

  /** Holds the filter against lines for so many milliseconds, the newest first. Tells how many are left. */
  sift(forMs: number): number {
    const test = this.#test;
    if (!test) return 0;
    const until = performance.now() + forMs;
    let left = 0;
    for (let at = this.#lines.length - 1; at >= this.#first; at -= 1) {
      const row = this.#lines[at];
      if (!row || row.siftedBy === this.#filter) continue;
      if (performance.now() < until) {
        row.passes = test(row.line);
        row.siftedBy = this.#filter;
        this.#blocks.changed(row.entry);
      } else left += 1;
    }
    return left;
  }

  /**
   * The rows to show. Grouped, each invocation has its heading where its first line came, and its lines below it however they were
   * interleaved; lines of no invocation stand where they came.
   */
  rows(options: RowOptions): RowBlocks {
    const before = this.#shown;
    this.#shown = options;
    if (options.grouped !== before.grouped) this.#regroup();
    else if (options.only !== before.only || options.collapsed !== before.collapsed) this.#blocks.allChanged();
    this.#blocks.update((entry, rows) => this.#build(entry, rows));
    return this.#blocks;
  }

  #build(entry: Entry, rows: LogRow[]): number {
    const { only, collapsed } = this.#shown;
    const { heading, requestId = entry.rows[0]?.line.requestId } = entry;
    if (!this.#isWanted(requestId, only)) return 0;
    const isOpen = !heading || !collapsed.has(heading.invocation.requestId);
    const place = rows.length;
    if (heading) rows.push(heading);
    let lines = 0;
    for (const row of entry.rows) {
      if (!this.#isShown(row)) continue;
      lines += 1;
      if (isOpen && !this.#isFolded(row)) rows.push(row);
    }
    if (lines === 0) rows.length = place;
    return lines;
  }

  #isShown(row: LineRow): boolean {
    return !row.gone && (!this.#test || (row.siftedBy === this.#filter && row.passes));
  }

  /** It stands in the row of the line that began its trace. */
  #isFolded({ head }: LineRow): boolean {
    return head !== undefined && head.frames.length >= fewestFrames && this.#isShown(head);
  }

  #regroup(): void {
    this.#blocks = new RowBlocks();
    this.#groups.clear();
    this.#newest = undefined;
    for (const row of this.#lines.slice(this.#first)) {
      row.frames = [];
      row.head = undefined;
      this.#place(row);
    }
  }

  #isWanted(requestId: string | undefined, only: RowOptions['only']): boolean {
    if (only === 'all') return true;
    const invocation = requestId === undefined ? undefined : this.#invocations.get(requestId);
    return invocation !== undefined && (only === 'failed' ? isFailed(invocation) : invocation.coldStart === true);
  }

  #keep(invocation: InvocationTiming): void {
    const { requestId, startedAt } = invocation;
    // A retried event starts again under its request id: it is the newest then.
    if (this.#invocations.get(requestId)?.startedAt !== startedAt) this.#invocations.delete(requestId);
    this.#invocations.set(requestId, invocation);
    const { grouped, only } = this.#shown;
    if (!grouped && only !== 'all') this.#blocks.allChanged();
    const group = this.#groups.get(requestId);
    if (!group) return;
    head(group, invocation);
    this.#blocks.changed(group);
  }

  #add(line: PanelLine): void {
    const state = { height: 0, passes: false, siftedBy: 0, gone: false, frames: [], head: undefined };
    const row: LineRow = { kind: 'line', line, entry: nowhere, ...state };
    const { requestId } = line;
    if (requestId !== undefined) this.#held.set(requestId, (this.#held.get(requestId) ?? 0) + 1);
    this.#lines.push(row);
    this.#place(row);
  }

  /** Puts a line where it is shown. */
  #place(row: LineRow): void {
    const { requestId } = row.line;
    const isGrouped = this.#shown.grouped && requestId !== undefined;
    let entry = isGrouped ? this.#groups.get(requestId) : undefined;
    const before = isGrouped ? entry?.rows.at(-1) : this.#newest;
    const begun = before?.head ?? before;
    if (begun && !begun.gone && continuesTrace(begun.line, begun.frames.at(-1)?.line, row.line)) {
      row.head = begun;
      begun.frames.push(row);
      entry = begun.entry;
    }
    this.#newest = row;
    if (!entry) {
      entry = entryOf(isGrouped ? requestId : undefined);
      if (isGrouped) {
        const invocation = this.#invocations.get(requestId);
        if (invocation) head(entry, invocation);
        this.#groups.set(requestId, entry);
      }
      this.#blocks.add(entry);
    }
    row.entry = entry;
    entry.rows.push(row);
    entry.held += 1;
    this.#blocks.changed(entry);
  }

  /** Lets go of the oldest lines, and of each invocation that has no line left. */
  #forget(count: number): void {
    const end = this.#first + count;
    for (let at = this.#first; at < end; at += 1) {
      const row = this.#lines[at];
      if (!row) continue;
      row.gone = true;
      const { entry } = row;
      entry.held -= 1;
      if (entry.rows.length > 2 * entry.held + 100) entry.rows = entry.rows.filter(({ gone }) => !gone);
      this.#blocks.changed(entry);
      const { requestId } = row.line;
      if (requestId === undefined) continue;
      const held = (this.#held.get(requestId) ?? 0) - 1;
      if (held > 0) {
        this.#held.set(requestId, held);
        continue;
      }
      this.#held.delete(requestId);
      this.#groups.delete(requestId);
      this.#invocations.delete(requestId);
    }
    this.#dropped += count;
    this.#first = end;
    if (this.#first < this.#maxLines / 2) return;
    this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
  }
}

const entryOf = (requestId: string | undefined): Entry => {
  return { requestId, heading: undefined, rows: [], held: 0, block: undefined };
};

/** Until a line has its place. */
const nowhere = entryOf(undefined);

function head(entry: Entry, invocation: InvocationTiming): void {
  if (entry.heading) entry.heading.invocation = invocation;
  else entry.heading = { kind: 'heading', invocation, entry, height: 0 };
}
