// Two groups of kept invocations side by side, and which of their differences chance would not explain.
import { intervalsOf, mean, quantileFigure, type Figure, type Interval } from './bootstrap.ts';
import { fewestToCompare } from './compare-medians.ts';
import { costOf, pricesOf, type Architecture } from './cost.ts';
import { quantile } from './quantile.ts';

/** What is kept of an invocation that has ended. */
export interface KeptTiming {
  readonly cold: boolean;
  readonly failed: boolean;
  /** Init and Duration together, ms. */
  readonly totalMs: number;
  readonly billedMs?: number;
  readonly memorySizeMB?: number;
  readonly maxMemoryUsedMB?: number;
  readonly architecture?: Architecture;
  readonly ephemeralStorageMB?: number;
}

export type ComparedName =
  'coldP50' | 'coldP90' | 'coldP99' | 'warmP50' | 'warmP90' | 'warmP99' | 'coldShare' | 'memoryUsed' | 'costOfMillion';

/** Times in ms, `coldShare` from 0 to 1, memory in MB, cost in US dollars. */
export interface ComparedFigure {
  readonly name: ComparedName;
  readonly before?: number;
  readonly after?: number;
  /** How much `after` is more than `before`, as a part of it (0.12: 12 % more); for `coldShare` the plain difference. */
  readonly change?: Interval & { readonly value: number };
  /** So many are needed of either where there are too few for an interval. */
  readonly needed?: number;
}

export interface GroupSide {
  readonly invocations: number;
  readonly failed: number;
  /** ms, the newest, for the chart. */
  readonly cold: readonly number[];
  readonly warm: readonly number[];
  /** Whether the architecture of all of them is known; x86_64 is reckoned with where it is not. */
  readonly knowsArchitecture: boolean;
}

export interface GroupComparison {
  readonly before: GroupSide;
  readonly after: GroupSide;
  readonly figures: readonly ComparedFigure[];
}

/** The newest of each: enough for a narrow interval, and few enough to be compared while somebody waits. */
const mostCompared = 300;
/** One in a hundred lies beyond p99: with fewer of them, the highest value alone would be compared. */
const shares = [
  { suffix: 'P50', share: 0.5, needed: fewestToCompare },
  { suffix: 'P90', share: 0.9, needed: 20 },
  { suffix: 'P99', share: 0.99, needed: 100 },
] as const;

const relative = (before: number, after: number): number => (before === 0 ? 0 : after / before - 1);

/** Compares groups of timings, each in the order of time. `region`: whose prices the cost is of. */
export function compareGroups(
  before: readonly KeptTiming[],
  after: readonly KeptTiming[],
  region: string,
): GroupComparison {
  const sides = [before, after] as const;
  const [older, newer] = sides.map(sideOf);
  if (!older || !newer) throw new Error('two sides make two sides');
  const prices = pricesOf(region);
  const costs = (timings: readonly KeptTiming[]): number[] =>
    timings.flatMap(({ billedMs, memorySizeMB, architecture = 'x86_64', ephemeralStorageMB }) => {
      if (billedMs === undefined || memorySizeMB === undefined) return [];
      const rates = { prices, billedAs: () => ({ architecture, ephemeralStorageMB }) };
      return (costOf({ billedDurationMs: billedMs, memorySizeMB }, rates) ?? 0) * 1_000_000;
    });
  const memory = (timings: readonly KeptTiming[]): number[] =>
    timings.flatMap(({ maxMemoryUsedMB }) => maxMemoryUsedMB ?? []);
  const isCold = (timings: readonly KeptTiming[]): number[] => timings.map(({ cold }) => Number(cold));
  const both = (of: (timings: readonly KeptTiming[]) => number[]): [number[], number[]] => [of(before), of(after)];
  return {
    before: older,
    after: newer,
    figures: [
      ...compareTimes('cold', older.cold, newer.cold),
      ...compareTimes('warm', older.warm, newer.warm),
      compareBy('coldShare', both(isCold), mean, (one, other) => other - one),
      compareBy('memoryUsed', both(memory), quantileFigure(0.5), relative),
      compareBy('costOfMillion', both(costs), mean, relative),
    ],
  };
}

function sideOf(timings: readonly KeptTiming[]): GroupSide {
  const times = (isCold: boolean): number[] =>
    timings.flatMap(({ cold, totalMs }) => (cold === isCold ? totalMs : [])).slice(-mostCompared);
  return {
    invocations: timings.length,
    failed: timings.filter(({ failed }) => failed).length,
    cold: times(true),
    warm: times(false),
    knowsArchitecture: timings.every(({ architecture }) => architecture !== undefined),
  };
}

function compareTimes(kind: 'cold' | 'warm', before: readonly number[], after: readonly number[]): ComparedFigure[] {
  const count = Math.min(before.length, after.length);
  const compared = shares.filter(({ needed }) => count >= needed);
  const figures = compared.map(({ share }) => quantileFigure(share));
  const intervals = compared.length === 0 ? [] : intervalsOf(before, after, figures, relative);
  return shares.map(({ suffix, share, needed }, at) => {
    const [older, newer] = [quantile(before, share), quantile(after, share)];
    return figureOf(`${kind}${suffix}`, { older, newer, interval: intervals[at], needed, changeOf: relative });
  });
}

function compareBy(
  name: ComparedName,
  [before, after]: readonly [readonly number[], readonly number[]],
  figure: Figure,
  changeOf: (before: number, after: number) => number,
): ComparedFigure {
  const [one, other] = [before.slice(-mostCompared), after.slice(-mostCompared)];
  const of = (values: readonly number[]): number | undefined =>
    values.length === 0 ? undefined : figure.of(Float64Array.from(values).sort());
  const isEnough = Math.min(one.length, other.length) >= fewestToCompare;
  const interval = isEnough ? intervalsOf(one, other, [figure], changeOf)[0] : undefined;
  return figureOf(name, { older: of(one), newer: of(other), interval, needed: fewestToCompare, changeOf });
}

interface Parts {
  readonly older: number | undefined;
  readonly newer: number | undefined;
  readonly interval: Interval | undefined;
  readonly needed: number;
  readonly changeOf: (before: number, after: number) => number;
}

function figureOf(name: ComparedName, { older, newer, interval, needed, changeOf }: Parts): ComparedFigure {
  const isCompared = interval !== undefined && older !== undefined && newer !== undefined;
  return {
    name,
    ...(older !== undefined && { before: older }),
    ...(newer !== undefined && { after: newer }),
    ...(isCompared ? { change: { value: changeOf(older, newer), ...interval } } : { needed }),
  };
}
