import type { Architecture } from '../observe/cost.ts';
import type { TuningOutcome, TuningProgress } from '../observe/tuning.ts';

/** What the page knows of a function before it is tuned. */
export interface TuningSetup {
  readonly memorySizeMB?: number;
  readonly timeoutSeconds: number;
  readonly architecture: Architecture;
  readonly ephemeralStorageMB?: number;
  readonly region: string;
  /** How long a warm invocation took lately, ms. */
  readonly typicalMs?: number;
}

/** What is to be tried. */
export interface TuningWish {
  /** JSON text */
  readonly payload: string;
  readonly memorySizes: readonly number[];
  readonly runs: number;
}

/** Host → tuning page. */
export type ToTuningPage =
  /** The page is of this function; all else is to come. */
  | {
      readonly type: 'begin';
      readonly functionName: string;
      readonly target: string;
      readonly isLocal: boolean;
      /** What the function was invoked with last. */
      readonly payload: string;
    }
  | { readonly type: 'setup'; readonly setup: TuningSetup }
  | { readonly type: 'progress'; readonly progress: TuningProgress }
  /** `at`: when it was measured, ms since the epoch. */
  | { readonly type: 'outcome'; readonly outcome: TuningOutcome; readonly at: number }
  | { readonly type: 'applied'; readonly memorySizeMB: number }
  | { readonly type: 'failed'; readonly problem: string };

/** Tuning page → host. */
export type FromTuningPage =
  | { readonly type: 'ready' }
  | { readonly type: 'run'; readonly wish: TuningWish }
  | { readonly type: 'cancel' }
  /** Gives the function so much memory. */
  | { readonly type: 'apply'; readonly memorySizeMB: number };

/** Guards what arrives from the page: anything else is dropped. */
export function isFromTuningPage(value: unknown): value is FromTuningPage {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  switch (value.type) {
    case 'ready':
    case 'cancel':
      return true;
    case 'run':
      return 'wish' in value && isWish(value.wish);
    case 'apply':
      return 'memorySizeMB' in value && Number.isInteger(value.memorySizeMB);
    default:
      return false;
  }
}

function isWish(value: unknown): value is TuningWish {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'payload' in value &&
    typeof value.payload === 'string' &&
    'runs' in value &&
    Number.isInteger(value.runs) &&
    'memorySizes' in value &&
    Array.isArray(value.memorySizes) &&
    value.memorySizes.every((size) => Number.isInteger(size))
  );
}
