// What trying a function with several memory sizes has shown. Pure: no network, no clock.
import { compareMedians } from './compare-medians.ts';
import { costOfMillion, pricesOf, type Architecture } from './cost.ts';
import { quantile } from './quantile.ts';

/** One invocation at a memory size, as its REPORT says. */
export interface TunedInvocation {
  readonly isCold: boolean;
  /** Without the init phase, ms. */
  readonly durationMs?: number | undefined;
  readonly initDurationMs?: number | undefined;
  readonly billedDurationMs?: number | undefined;
  readonly maxMemoryUsedMB?: number | undefined;
  /** Why it failed; absent where it did not. */
  readonly failure?: string | undefined;
}

/** All that was tried with a memory size. */
export interface TriedSize {
  readonly memorySizeMB: number;
  readonly invocations: readonly TunedInvocation[];
  /** Why the service does not give the function so much memory. */
  readonly refusal?: string | undefined;
}

/** How a function does with a memory size. What is not known is absent. */
export interface TunedSize {
  readonly memorySizeMB: number;
  /** That went well. */
  readonly invocations: number;
  readonly failed: number;
  readonly failure?: string;
  readonly refusal?: string;
  /** Medians, ms; of a cold start Init and Duration together. */
  readonly warmMs?: number;
  readonly coldMs?: number;
  readonly maxMemoryUsedMB?: number;
  /** US dollars for a million warm invocations; of cold ones, where no other went well. */
  readonly costOfMillion?: number;
}

/** Memory sizes, MB. Absent where there is nothing to choose between. */
export interface TuningAdvice {
  readonly cheapest?: number;
  /** The cheapest of those that are as fast as the fastest, as far as chance lets it be seen. */
  readonly fastest?: number;
  /** Where time and cost, each as a multiple of the least of all, have the smallest product. */
  readonly balanced?: number;
  /** No size is slower than another beyond what chance explains. */
  readonly isAllTheSame: boolean;
}

/** What a tuning has shown, so far where it goes on. */
export interface TuningOutcome {
  readonly functionName: string;
  /** What the function has, MB. */
  readonly memorySizeMB: number;
  /** Invocations at each size, as was asked for. */
  readonly runs: number;
  /** Whose prices the costs are of. */
  readonly region: string;
  /** That were made to be tried, and are deleted afterwards. */
  readonly versions: readonly string[];
  readonly isCancelled: boolean;
  readonly sizes: readonly TunedSize[];
  readonly advice: TuningAdvice;
}

/** `done` of `total` invocations. */
export type TuningProgress =
  | { readonly step: 'preparing'; readonly memorySizeMB: number }
  /** `versions`: as the outcome has them. */
  | { readonly step: 'prepared'; readonly versions: readonly string[] }
  | {
      readonly step: 'invoking';
      readonly memorySizeMB: number;
      readonly done: number;
      readonly total: number;
      readonly outcome: TuningOutcome;
    }
  | { readonly step: 'putting-back'; readonly outcome: TuningOutcome };

export interface TuningRates {
  /** Whose prices are taken. */
  readonly region: string;
  readonly architecture: Architecture;
  readonly ephemeralStorageMB?: number | undefined;
}

/** In the order of their memory. */
export const tunedSizes = (tried: readonly TriedSize[], rates: TuningRates): TunedSize[] =>
  tried.map((size) => tunedSize(size, rates)).sort((one, other) => one.memorySizeMB - other.memorySizeMB);

function tunedSize({ memorySizeMB, invocations, refusal }: TriedSize, rates: TuningRates): TunedSize {
  const good = goodOf(invocations);
  const failures = invocations.flatMap(({ failure }) => failure ?? []);
  const [failure] = failures;
  const warmMs = quantile(warmTimes(invocations), 0.5);
  const coldMs = quantile(
    good.flatMap(({ isCold, durationMs, initDurationMs = 0 }) =>
      isCold && durationMs !== undefined ? durationMs + initDurationMs : [],
    ),
    0.5,
  );
  const used = good.flatMap(({ maxMemoryUsedMB }) => maxMemoryUsedMB ?? []);
  const warm = good.filter(({ isCold }) => !isCold);
  const { region, ...billedAs } = rates;
  const billed = (warm.length > 0 ? warm : good).map(({ billedDurationMs }) => ({
    memorySizeMB,
    ...(billedDurationMs !== undefined && { billedDurationMs }),
  }));
  const cost = costOfMillion(billed, { prices: pricesOf(region), billedAs: () => billedAs });
  return {
    memorySizeMB,
    invocations: good.length,
    failed: failures.length,
    ...(failure !== undefined && { failure }),
    ...(refusal !== undefined && { refusal }),
    ...(warmMs !== undefined && { warmMs }),
    ...(coldMs !== undefined && { coldMs }),
    ...(used.length > 0 && { maxMemoryUsedMB: Math.max(...used) }),
    ...(cost !== undefined && { costOfMillion: cost }),
  };
}

const goodOf = (invocations: readonly TunedInvocation[]): TunedInvocation[] =>
  invocations.filter(({ failure }) => failure === undefined);

const warmTimes = (invocations: readonly TunedInvocation[]): number[] =>
  goodOf(invocations).flatMap(({ isCold, durationMs }) => (isCold || durationMs === undefined ? [] : durationMs));

interface Candidate {
  readonly memorySizeMB: number;
  readonly times: readonly number[];
  readonly medianMs: number;
  readonly cost: number;
}

/** Which size to take, of those at which nothing failed and some warm invocations were measured. */
export function adviceOf(tried: readonly TriedSize[], rates: TuningRates): TuningAdvice {
  const candidates = tried.flatMap((size): Candidate[] => {
    const { memorySizeMB, failed, warmMs, costOfMillion: cost } = tunedSize(size, rates);
    if (failed > 0 || warmMs === undefined || cost === undefined) return [];
    return [{ memorySizeMB, times: warmTimes(size.invocations), medianMs: warmMs, cost }];
  });
  if (candidates.length < 2) return { isAllTheSame: false };
  const quickest = least(candidates, ({ medianMs }) => medianMs);
  const asQuick = candidates.filter((each) => each === quickest || !isSlower(each, quickest));
  const cheapest = least(candidates, ({ cost }) => cost);
  const isAllTheSame = asQuick.length === candidates.length;
  const leastMs = Math.max(quickest.medianMs, Number.MIN_VALUE);
  // Times that only chance tells apart are one time: otherwise it would decide.
  const time = (each: Candidate): number => (asQuick.includes(each) ? 1 : each.medianMs / leastMs);
  const balanced = least(candidates, (each) => time(each) * (each.cost / cheapest.cost));
  const fastest = least(asQuick, ({ cost }) => cost);
  return {
    cheapest: cheapest.memorySizeMB,
    fastest: fastest.memorySizeMB,
    balanced: balanced.memorySizeMB,
    isAllTheSame,
  };
}

/** Beyond what chance explains; with too few to tell, by the medians alone. */
function isSlower(one: Candidate, other: Candidate): boolean {
  const change = compareMedians(other.times, one.times);
  return change ? change.lowMs > 0 : one.medianMs > other.medianMs;
}

/** The one with the least of something, of several that have as little the one with the shortest median. */
function least(candidates: readonly Candidate[], of: (candidate: Candidate) => number): Candidate {
  const [first, ...others] = candidates;
  if (!first) throw new RangeError('There is nothing to choose from.');
  return others.reduce((best, each) => {
    const difference = of(each) - of(best);
    return difference < 0 || (difference === 0 && each.medianMs < best.medianMs) ? each : best;
  }, first);
}
