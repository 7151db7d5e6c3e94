import type { FunctionLogGroup } from './log-group.ts';

/** A log group that is read for one function or several. */
export interface FollowedGroup {
  readonly name: string;
  /** As Live Tail takes it. */
  readonly arn: string;
  /** Whose stream it is; undefined of functions that were not asked for. */
  readonly ownerOf: (logStream: string) => string | undefined;
}

export interface NamedLogGroup extends FunctionLogGroup {
  readonly functionName: string;
}

/** The log groups of functions, each once, though several functions may share one. */
export function followedGroups(functions: readonly NamedLogGroup[]): FollowedGroup[] {
  return [...Map.groupBy(functions, ({ name }) => name)].map(([name, sharing]) => {
    // Of a function's own group all streams are its own, but for those that others are known by.
    const byName = sharing.toSorted((left, right) => Number(left.isWhole) - Number(right.isWhole));
    return {
      name,
      arn: sharing[0]?.arn ?? '',
      ownerOf: (logStream) => byName.find(({ isOfFunction }) => isOfFunction(logStream))?.functionName,
    };
  });
}

/** The group that an event of Live Tail names: by its name, ACCOUNT:NAME or its ARN. Names have no colon. */
export function groupNamed(
  groups: readonly FollowedGroup[],
  identifier: string | undefined,
): FollowedGroup | undefined {
  if (groups.length === 1) return groups[0];
  const name = identifier?.replace(/:\*$/, '').split(':').at(-1);
  return groups.find((group) => group.name === name);
}
