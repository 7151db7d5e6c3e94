import type { FromPanel } from '../src/protocol/panel.ts';
import type { Level } from './log-line.ts';
import type { TimingsView } from './timings-section.ts';

/** What the page remembers by itself: how it shows things, never what it shows. */
export interface ViewState {
  readonly filter: string;
  /** Of which invocations lines are shown; with 'all' also those of none. */
  readonly only: 'all' | 'failed' | 'cold';
  /** The filter is a regular expression. */
  readonly pattern: boolean;
  /** Lines of the function that are less grave are not shown, nor Lambda's own; `debug` shows all. */
  readonly level: Level;
  /** Of several functions, the one that is looked at; empty: all. */
  readonly functionName: string;
  /** What the host has asked the service for, so that a window that is reloaded asks for the same; empty: all. */
  readonly filterPattern: string;
  /** Times in UTC instead of local time. */
  readonly utc: boolean;
  readonly grouped: boolean;
  readonly follow: boolean;
  /** Members of JSON lines that stand before their message. */
  readonly columns: readonly string[];
  readonly timings: TimingsView;
}

interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): Partial<ViewState> | undefined;
  setState(state: ViewState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export const host = acquireVsCodeApi();
