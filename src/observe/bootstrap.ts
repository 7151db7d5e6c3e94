// The percentile bootstrap: how much a figure of a sample may owe to chance. Source: Efron and Tibshirani, An Introduction to the
// Bootstrap, chapter 13.
import { quantile, quantileOfSorted } from './quantile.ts';

const resamples = 1000;

export interface Figure {
  /** Its values have to stand in order, which takes most of the time. */
  readonly ofSorted: boolean;
  readonly of: (values: Float64Array) => number;
}

export const mean: Figure = {
  ofSorted: false,
  of: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
};

export const quantileFigure = (share: number): Figure => {
  return { ofSorted: true, of: (values) => quantileOfSorted(values, share) ?? 0 };
};

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * For each figure the 95 % confidence interval of how `after` differs from `before`: of `changeOf(before, after)`, which is their difference
 * where nothing else is said. Neither sample may be empty. Always the same answer for the same samples.
 */
export function intervalsOf(
  before: readonly number[],
  after: readonly number[],
  figures: readonly Figure[],
  changeOf: (before: number, after: number) => number = (before, after) => after - before,
): Interval[] {
  const next = randomNumbers(before.length * 7919 + after.length);
  const isSorted = figures.some(({ ofSorted }) => ofSorted);
  const resampled = (values: readonly number[]): Float64Array => {
    const drawn = new Float64Array(values.length);
    for (let at = 0; at < drawn.length; at += 1) drawn[at] = values[Math.floor(next() * values.length)] ?? 0;
    return isSorted ? drawn.sort() : drawn;
  };
  const changes = figures.map((): number[] => []);
  for (let count = 0; count < resamples; count += 1) {
    const [newer, older] = [resampled(after), resampled(before)];
    for (const [at, figure] of figures.entries()) changes[at]?.push(changeOf(figure.of(older), figure.of(newer)));
  }
  return changes.map((each) => ({ low: quantile(each, 0.025) ?? 0, high: quantile(each, 0.975) ?? 0 }));
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
