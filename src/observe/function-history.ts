import type { MedianChange } from './compare-medians.ts';

/** Cold starts or warm ones of a group: how many, and their times with Init, ms. */
export interface TimeFigures {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** The invocations of one deployment (or published version) with one memory size. */
export interface HistoryGroup {
  /** As in the log: `$LATEST` or a number. */
  readonly version: string;
  /** When this code was deployed, ms since the epoch; absent for what was deployed from elsewhere. */
  readonly deployedAt?: number;
  /** Base64 SHA-256 of that code. */
  readonly codeSha256?: string;
  readonly memorySizeMB?: number;
  /** Of the invocations, ms since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly invocations: number;
  readonly failed: number;
  readonly maxMemoryUsedMB?: number;
  readonly cold?: TimeFigures;
  readonly warm?: TimeFigures;
}

export interface FunctionHistory {
  /** The newest first. */
  readonly groups: readonly HistoryGroup[];
  /** The newest group against the one before it; absent where there are too few of a kind. */
  readonly change: { readonly cold?: MedianChange; readonly warm?: MedianChange };
}
