import type { FromTuningPage } from '../src/protocol/tuning.ts';

/** What the page of a tuning remembers by itself: what is to be tried, never what was found. */
export interface TuningForm {
  /** Undefined until it is written by the user: what the function was invoked with last. */
  readonly payload: string | undefined;
  /** Those of the usual ones that are chosen. */
  readonly chosen: readonly number[];
  /** Others, as they are written. */
  readonly others: string;
  readonly runs: number;
}

interface VsCodeApi {
  postMessage(message: FromTuningPage): void;
  getState(): Partial<TuningForm> | undefined;
  setState(state: TuningForm): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export const tuningHost = acquireVsCodeApi();
