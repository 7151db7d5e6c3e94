import type { GroupComparison } from './compare-groups.ts';
import type { MedianChange } from './compare-medians.ts';
import type { Architecture } from './cost.ts';
import type { MemorySize } from './memory-sizes.ts';

/** Cold starts or warm ones of a group: how many, and their times with Init, ms. */
export interface TimeFigures {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** The invocations of one deployment (or published version) with one memory size and architecture. */
export interface HistoryGroup {
  /** The same for the same code: a published version, or a deployment. */
  readonly code: string;
  /** As in the log: `$LATEST` or a number. */
  readonly version: string;
  /** When this code was deployed, ms since the epoch; absent for what was deployed from elsewhere. */
  readonly deployedAt?: number;
  /** Base64 SHA-256 of that code. */
  readonly codeSha256?: string;
  readonly memorySizeMB?: number;
  /** Absent where the configuration at that time is not known. */
  readonly architecture?: Architecture;
  /** Of the invocations, ms since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly invocations: number;
  readonly failed: number;
  readonly maxMemoryUsedMB?: number;
  readonly cold?: TimeFigures;
  readonly warm?: TimeFigures;
}

/** Which of a function's kept timings: all that have each of these. */
export interface GroupChoice {
  /** As `HistoryGroup` has it. */
  readonly code?: string;
  readonly memorySizeMB?: number;
  readonly architecture?: Architecture;
}

/** Two choices to see side by side; where one is not made, the newest group and the one before it. */
export interface ComparisonChoice {
  readonly before?: GroupChoice;
  readonly after?: GroupChoice;
  /** Whose prices the cost is of. */
  readonly region: string;
}

export interface FunctionHistory {
  /** The newest first. */
  readonly groups: readonly HistoryGroup[];
  /** The newest group against the one before it; absent where there are too few of a kind. */
  readonly change: { readonly cold?: MedianChange; readonly warm?: MedianChange };
  /** The newest code by memory size; told with a comparison only. */
  readonly memorySizes?: readonly MemorySize[];
  /** Absent where there is one group only and nothing was chosen. */
  readonly comparison?: GroupComparison & { readonly choice: Required<ComparisonChoice> };
}
