import type { ViewState } from './host.ts';
import { lineFilter, type LineFilter } from './line-filter.ts';
import type { PanelLog } from './panel-log.ts';
import { RowBlocks } from './row-blocks.ts';
import { firstView } from './view-state.ts';

/** A filter may hold a frame up for so long. */
const siftingMs = 8;

/** The rows as they are at one moment: another object when they have changed. */
export interface ShownRows {
  readonly rows: RowBlocks;
}

/** What of a log is shown under a view. */
export class LogView {
  #filterKey = '';
  #filter: LineFilter = lineFilter(firstView);
  #log: PanelLog | undefined;
  #shown: ShownRows = { rows: new RowBlocks() };
  #left = 0;

  /** How lines are chosen, or why they are not. */
  get filter(): LineFilter {
    return this.#filter;
  }

  get shown(): ShownRows {
    return this.#shown;
  }

  /** Lines that the filter was not held against yet: it is to be updated again in the next frame. */
  get left(): number {
    return this.#left;
  }

  update(log: PanelLog, view: ViewState, collapsed: ReadonlySet<string>): void {
    const filterKey = JSON.stringify([view.filter.trim(), view.pattern, view.level, view.functionName]);
    if (filterKey !== this.#filterKey || log !== this.#log) {
      this.#filterKey = filterKey;
      this.#log = log;
      this.#filter = lineFilter(view);
      const showsAll = view.filter.trim() === '' && view.level === 'debug' && view.functionName === '';
      log.filterBy('test' in this.#filter && !showsAll ? this.#filter.test : undefined);
    }
    this.#left = log.sift(siftingMs);
    this.#shown = { rows: log.rows({ only: view.only, grouped: view.grouped, collapsed }) };
  }
}
