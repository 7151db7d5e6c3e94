import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { withAwsProblems } from '../aws/aws-problems.ts';
import { logsClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';
import { followedGroups, type FollowedGroup } from './followed-groups.ts';
import { findOrGuessLogGroup } from './log-group.ts';
import type { LogEvent } from './timing.ts';

/** Log events of a function since a time (ms), oldest first; none where it has no log yet. */
export async function readLogs(options: {
  target: Target;
  functionName: string;
  since: number;
  signal?: AbortSignal;
}): Promise<LogEvent[]> {
  const { functionName, since, signal } = options;
  return withAwsProblems(options.target, async () => {
    const client = await logsClient(options.target);
    try {
      const groups = followedGroups([{ ...(await findOrGuessLogGroup(options)), functionName }]);
      return await readEvents(client, { groups, since: () => since, ...(signal && { signal }) });
    } finally {
      client.destroy();
    }
  });
}

export interface ReadOptions {
  readonly groups: readonly FollowedGroup[];
  /** Of the oldest events to read of a group, ms since the epoch. */
  readonly since: (group: FollowedGroup) => number;
  readonly filterPattern?: string;
  /** Each event says whose it is. */
  readonly named?: boolean;
  readonly signal?: AbortSignal;
}

/** The events of all groups by their time; within a group as the service orders them. None of a group that is not there. */
export async function readEvents(client: CloudWatchLogsClient, options: ReadOptions): Promise<LogEvent[]> {
  return inOrderOfTime(await Promise.all(options.groups.map((group) => readGroup(client, group, options))));
}

async function readGroup(
  client: CloudWatchLogsClient,
  group: FollowedGroup,
  { since, filterPattern, named = false, signal }: ReadOptions,
): Promise<LogEvent[]> {
  const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const events: LogEvent[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName: group.name,
          startTime: Math.max(0, since(group)),
          ...(filterPattern && { filterPattern }),
          ...(nextToken && { nextToken }),
        }),
        { ...(signal && { abortSignal: signal }) },
      );
      for (const event of page.events ?? []) {
        const functionName = group.ownerOf(event.logStreamName ?? '');
        if (functionName === undefined) continue;
        events.push({
          timestamp: event.timestamp ?? 0,
          message: event.message ?? '',
          logStream: event.logStreamName ?? '',
          ...(event.eventId && { id: event.eventId }),
          ...(named && { functionName }),
        });
      }
      nextToken = page.nextToken;
    } while (nextToken);
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
    throw error;
  }
  return events;
}

/** One list of several: the list whose next event is the oldest goes first, so that none is reordered in itself. */
function inOrderOfTime(lists: readonly (readonly LogEvent[])[]): LogEvent[] {
  const [first, ...others] = lists.filter(({ length }) => length > 0);
  if (others.length === 0) return [...(first ?? [])];
  const open = [first ?? [], ...others].map((events) => ({ events, at: 0 }));
  const timeOf = ({ events, at }: (typeof open)[number]): number => events[at]?.timestamp ?? Infinity;
  const merged: LogEvent[] = [];
  for (;;) {
    const next = open.reduce((oldest, each) => (timeOf(each) < timeOf(oldest) ? each : oldest));
    const event = next.events[next.at];
    if (!event) return merged;
    merged.push(event);
    next.at += 1;
  }
}
