import { intervalsOf, quantileFigure } from './bootstrap.ts';
import { quantile } from './quantile.ts';

/** How the median of some times (ms) differs from that of others, with its 95 % confidence interval. */
export interface MedianChange {
  readonly before: { readonly count: number; readonly medianMs: number };
  readonly after: { readonly count: number; readonly medianMs: number };
  readonly differenceMs: number;
  readonly lowMs: number;
  readonly highMs: number;
}

/** With fewer of either, an interval says more about the method than about the times. */
export const fewestToCompare = 5;

/**
 * Compares two samples by the bootstrap of the difference of their medians. Always the same answer for the same samples. Undefined with
 * fewer than `fewestToCompare` of either.
 */
export function compareMedians(before: readonly number[], after: readonly number[]): MedianChange | undefined {
  if (before.length < fewestToCompare || after.length < fewestToCompare) return undefined;
  const [interval] = intervalsOf(before, after, [quantileFigure(0.5)]);
  const [older, newer] = [before, after].map((values) => quantile(values, 0.5) ?? 0);
  if (!interval || older === undefined || newer === undefined) return undefined;
  return {
    before: { count: before.length, medianMs: older },
    after: { count: after.length, medianMs: newer },
    differenceMs: newer - older,
    lowMs: interval.low,
    highMs: interval.high,
  };
}
