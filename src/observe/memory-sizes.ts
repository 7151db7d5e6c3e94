import { costOfMillion, pricesOf, type Architecture } from './cost.ts';
import type { PlacedTiming } from './history-groups.ts';
import { quantile } from './quantile.ts';

/** A function's newest code with one memory size. */
export interface MemorySize {
  readonly memorySizeMB: number;
  readonly architecture?: Architecture;
  readonly invocations: number;
  /** Init and Duration together, ms: medians. */
  readonly coldP50?: number;
  readonly warmP50?: number;
  readonly maxMemoryUsedMB?: number;
  /** US dollars, cold starts in their proportion. */
  readonly costOfMillion?: number;
}

/** What is the same code: deployments of one package are. */
const codeOf = ({ version, codeSha256, deployedAt }: PlacedTiming): string =>
  version === '$LATEST' ? (codeSha256 ?? String(deployedAt)) : version;

/** How the newest code does with each memory size that it was tried with, the smallest first. Timings in the order of time. */
export function memorySizesOf(timings: readonly PlacedTiming[], region: string): MemorySize[] {
  const newest = timings.at(-1);
  if (!newest) return [];
  const ofCode = timings.filter((timing) => codeOf(timing) === codeOf(newest) && timing.memorySizeMB !== undefined);
  const bySize = Map.groupBy(ofCode, ({ memorySizeMB, architecture }) => `${memorySizeMB} ${architecture}`);
  return [...bySize.values()]
    .flatMap((its) => sizeOf(its, region) ?? [])
    .sort((one, other) => one.memorySizeMB - other.memorySizeMB);
}

function sizeOf(its: readonly PlacedTiming[], region: string): MemorySize | undefined {
  const { memorySizeMB, architecture, ephemeralStorageMB } = its.at(-1) ?? {};
  if (memorySizeMB === undefined) return undefined;
  const median = (isCold: boolean): number | undefined =>
    quantile(
      its.filter(({ cold }) => cold === isCold).map(({ totalMs }) => totalMs),
      0.5,
    );
  const [coldP50, warmP50] = [median(true), median(false)];
  const billed = its.flatMap(({ billedMs }) =>
    billedMs === undefined ? [] : { billedDurationMs: billedMs, memorySizeMB },
  );
  const billedAs = { architecture: architecture ?? ('x86_64' as const), ephemeralStorageMB };
  const cost = costOfMillion(billed, { prices: pricesOf(region), billedAs: () => billedAs });
  const used = its.flatMap(({ maxMemoryUsedMB }) => maxMemoryUsedMB ?? []);
  return {
    memorySizeMB,
    invocations: its.length,
    ...(architecture !== undefined && { architecture }),
    ...(coldP50 !== undefined && { coldP50 }),
    ...(warmP50 !== undefined && { warmP50 }),
    ...(used.length > 0 && { maxMemoryUsedMB: Math.max(...used) }),
    ...(cost !== undefined && { costOfMillion: cost }),
  };
}
