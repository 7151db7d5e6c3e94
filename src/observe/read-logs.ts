import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { withAwsProblems } from '../aws/aws-problems.ts';
import { logsClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';
import { findOrGuessLogGroup, type FunctionLogGroup } from './log-group.ts';
import type { LogEvent } from './timing.ts';

/** Log events of a function since a time (ms), oldest first; none where it has no log yet. */
export async function readLogs(options: {
  target: Target;
  functionName: string;
  since: number;
  signal?: AbortSignal;
}): Promise<LogEvent[]> {
  return withAwsProblems(options.target, async () => {
    const client = await logsClient(options.target);
    try {
      return await readEvents(client, { group: await findOrGuessLogGroup(options), ...options });
    } finally {
      client.destroy();
    }
  });
}

export async function readEvents(
  client: CloudWatchLogsClient,
  options: { group: Pick<FunctionLogGroup, 'name' | 'isOfFunction'>; since: number; signal?: AbortSignal },
): Promise<LogEvent[]> {
  const { group, since, signal } = options;
  const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const events: LogEvent[] = [];
  let nextToken: string | undefined;
  try {
    do {
      const page = await client.send(
        new FilterLogEventsCommand({
          logGroupName: group.name,
          startTime: Math.max(0, since),
          ...(nextToken && { nextToken }),
        }),
        { ...(signal && { abortSignal: signal }) },
      );
      for (const event of page.events ?? []) {
        if (!group.isOfFunction(event.logStreamName ?? '')) continue;
        events.push({
          timestamp: event.timestamp ?? 0,
          message: event.message ?? '',
          logStream: event.logStreamName ?? '',
          ...(event.eventId && { id: event.eventId }),
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
