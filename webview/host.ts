import type { FromPanel } from '../src/protocol/panel.ts';
import type { TimingsView } from './timings-section.ts';

/** What the page remembers by itself: how it shows things, never what it shows. */
export interface ViewState {
  readonly filter: string;
  /** Of which invocations lines are shown; with 'all' also those of none. */
  readonly only: 'all' | 'failed' | 'cold';
  readonly grouped: boolean;
  readonly follow: boolean;
  readonly timings: TimingsView;
}

interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): Partial<ViewState> | undefined;
  setState(state: ViewState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export const host = acquireVsCodeApi();
