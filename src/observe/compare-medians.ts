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
const resamples = 1000;

/**
 * Compares two samples by the percentile bootstrap of the difference of their medians. Always the same answer for the same samples.
 * Undefined with fewer than `fewestToCompare` of either. Source: Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13.
 */
export function compareMedians(before: readonly number[], after: readonly number[]): MedianChange | undefined {
  if (before.length < fewestToCompare || after.length < fewestToCompare) return undefined;
  const median = (values: readonly number[]): number => quantile(values, 0.5) ?? 0;
  const next = randomNumbers(before.length * 7919 + after.length);
  const resampled = (values: readonly number[]): number[] =>
    values.map(() => values[Math.floor(next() * values.length)] ?? 0);
  const differences = Array.from({ length: resamples }, () => median(resampled(after)) - median(resampled(before)));
  return {
    before: { count: before.length, medianMs: median(before) },
    after: { count: after.length, medianMs: median(after) },
    differenceMs: median(after) - median(before),
    lowMs: quantile(differences, 0.025) ?? 0,
    highMs: quantile(differences, 0.975) ?? 0,
  };
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
