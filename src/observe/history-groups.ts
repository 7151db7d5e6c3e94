import { compareGroups, type KeptTiming } from './compare-groups.ts';
import { compareMedians, type MedianChange } from './compare-medians.ts';
import type { ComparisonChoice, FunctionHistory, GroupChoice, HistoryGroup, TimeFigures } from './function-history.ts';
import { memorySizesOf } from './memory-sizes.ts';
import { quantile } from './quantile.ts';

const shownGroups = 20;
/** The newest of each: enough for a narrow interval, and few enough to be compared while somebody waits. */
const mostCompared = 300;

/** A kept timing with its place among the function's deployments. */
export interface PlacedTiming extends KeptTiming {
  /** ms since the epoch */
  readonly at: number;
  readonly version: string;
  readonly deployedAt?: number;
  readonly codeSha256?: string;
}

/** A version's code never changes, so that only $LATEST is divided by what was deployed. */
const codeOf = ({ version, deployedAt }: PlacedTiming): string =>
  version === '$LATEST' ? `deployed ${deployedAt ?? 'before'}` : `version ${version}`;

const fits = (timing: PlacedTiming, { code, memorySizeMB, architecture }: GroupChoice): boolean =>
  (code === undefined || codeOf(timing) === code) &&
  (memorySizeMB === undefined || timing.memorySizeMB === memorySizeMB) &&
  (architecture === undefined || timing.architecture === architecture);

/** A function's timings, in the order of time, by code, memory size and architecture, and two groups of them side by side. */
export function historyOf(timings: readonly PlacedTiming[], choice?: ComparisonChoice): FunctionHistory {
  const byKey = Map.groupBy(timings, (timing) =>
    [codeOf(timing), timing.memorySizeMB, timing.architecture].map(String).join('\n'),
  );
  const groups = [...byKey.values()].sort((a, b) => (b.at(-1)?.at ?? 0) - (a.at(-1)?.at ?? 0));
  const [newest, before] = groups;
  const change = (isCold: boolean): MedianChange | undefined =>
    newest &&
    before &&
    compareMedians(timesOf(before, isCold).slice(-mostCompared), timesOf(newest, isCold).slice(-mostCompared));
  const [cold, warm] = [change(true), change(false)];
  const comparison = choice && comparisonOf(timings, choice, { newest, before });
  return {
    groups: groups.slice(0, shownGroups).flatMap((group) => groupOf(group) ?? []),
    change: { ...(cold && { cold }), ...(warm && { warm }) },
    ...(choice && { memorySizes: memorySizesOf(timings, choice.region) }),
    ...(comparison && { comparison }),
  };
}

function comparisonOf(
  timings: readonly PlacedTiming[],
  choice: ComparisonChoice,
  groups: {
    readonly newest: readonly PlacedTiming[] | undefined;
    readonly before: readonly PlacedTiming[] | undefined;
  },
): FunctionHistory['comparison'] {
  const before = choice.before ?? choiceOf(groups.before);
  const after = choice.after ?? choiceOf(groups.newest);
  if (!before || !after) return undefined;
  const [one, other] = [before, after].map((side) => timings.filter((timing) => fits(timing, side)));
  return (
    one && other && { ...compareGroups(one, other, choice.region), choice: { before, after, region: choice.region } }
  );
}

/** What a group's timings have in common. */
function choiceOf(group: readonly PlacedTiming[] | undefined): GroupChoice | undefined {
  const [first] = group ?? [];
  if (!first) return undefined;
  const { memorySizeMB, architecture } = first;
  return {
    code: codeOf(first),
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    ...(architecture !== undefined && { architecture }),
  };
}

const timesOf = (timings: readonly PlacedTiming[], isCold: boolean): number[] =>
  timings.flatMap(({ cold, totalMs }) => (cold === isCold ? totalMs : []));

function groupOf(timings: readonly PlacedTiming[]): HistoryGroup | undefined {
  const [first, newest] = [timings[0], timings.at(-1)];
  if (!first || !newest) return undefined;
  const { version, deployedAt, codeSha256, memorySizeMB, architecture } = newest;
  const [cold, warm] = [true, false].map((isCold) => figuresOf(timesOf(timings, isCold)));
  const used = timings.flatMap(({ maxMemoryUsedMB }) => maxMemoryUsedMB ?? []);
  return {
    code: codeOf(newest),
    version,
    ...(deployedAt !== undefined && { deployedAt }),
    ...(codeSha256 !== undefined && { codeSha256 }),
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    ...(architecture !== undefined && { architecture }),
    firstAt: first.at,
    lastAt: newest.at,
    invocations: timings.length,
    failed: timings.filter(({ failed }) => failed).length,
    ...(used.length > 0 && { maxMemoryUsedMB: Math.max(...used) }),
    ...(cold && { cold }),
    ...(warm && { warm }),
  };
}

function figuresOf(values: readonly number[]): TimeFigures | undefined {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => quantile(values, share));
  return p50 === undefined || p90 === undefined || p99 === undefined
    ? undefined
    : { count: values.length, p50, p90, p99 };
}
