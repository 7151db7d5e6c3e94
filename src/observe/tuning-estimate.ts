import { costOfAll, pricesOf, type Architecture } from './cost.ts';

/** What a tuning would do, as far as its cost depends on it. */
export interface TuningPlan {
  readonly memorySizes: readonly number[];
  /** Invocations at each size. */
  readonly runs: number;
  readonly region: string;
  readonly architecture: Architecture;
  readonly ephemeralStorageMB?: number | undefined;
  /** After so many seconds an invocation is ended. */
  readonly timeoutSeconds: number;
  /** How long an invocation took lately, ms, where that is known. */
  readonly typicalMs?: number | undefined;
}

/** US dollars, without what is free each month. */
export interface TuningEstimate {
  readonly invocations: number;
  /** Where each takes as long as one did lately, whatever its memory; absent where that is not known. */
  readonly likely?: number;
  /** Where each runs until its timeout. */
  readonly most: number;
}

/** What a tuning costs on AWS, before it is begun. */
export function estimateTuning(plan: TuningPlan): TuningEstimate {
  const { memorySizes, runs, region, architecture, ephemeralStorageMB, timeoutSeconds, typicalMs } = plan;
  const rates = { prices: pricesOf(region), billedAs: () => ({ architecture, ephemeralStorageMB }) };
  const ofAll = (billedDurationMs: number): number =>
    runs *
    costOfAll(
      memorySizes.map((memorySizeMB) => ({ memorySizeMB, billedDurationMs })),
      rates,
    );
  const longest = timeoutSeconds * 1000;
  return {
    invocations: memorySizes.length * runs,
    most: ofAll(longest),
    ...(typicalMs !== undefined && { likely: ofAll(Math.min(Math.ceil(typicalMs), longest)) }),
  };
}
