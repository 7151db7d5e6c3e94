import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { withAwsProblems } from '../aws/aws-problems.ts';
import { logsClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';
import { followedGroups } from './followed-groups.ts';
import { findOrGuessLogGroup } from './log-group.ts';

export interface FoundInvocation {
  readonly functionName: string;
  /** Of its first line that names it, ms since the epoch. */
  readonly at: number;
}

/** The function whose log names a request id since a time (ms since the epoch), and when; undefined where none does. */
export async function findInvocation(options: {
  target: Target;
  functionNames: readonly string[];
  requestId: string;
  since: number;
  signal?: AbortSignal;
}): Promise<FoundInvocation | undefined> {
  const { target, functionNames, requestId, since, signal } = options;
  return withAwsProblems(target, async () => {
    const client = await logsClient(target);
    try {
      const functions = await Promise.all(
        functionNames.map(async (functionName) => ({
          ...(await findOrGuessLogGroup({ target, functionName, ...(signal && { signal }) })),
          functionName,
        })),
      );
      for (const { name, ownerOf } of followedGroups(functions)) {
        const found = await firstNaming(client, { logGroupName: name, requestId, since, signal });
        const functionName = ownerOf(found?.logStream ?? '');
        if (found && functionName !== undefined) return { functionName, at: found.at };
      }
      return undefined;
    } finally {
      client.destroy();
    }
  });
}

interface Wanted {
  readonly logGroupName: string;
  readonly requestId: string;
  readonly since: number;
  readonly signal: AbortSignal | undefined;
}

async function firstNaming(
  client: CloudWatchLogsClient,
  { logGroupName, requestId, since, signal }: Wanted,
): Promise<{ readonly logStream: string; readonly at: number } | undefined> {
  const { paginateFilterLogEvents } = await import('@aws-sdk/client-cloudwatch-logs');
  // In quotes, a pattern is looked for as it stands.
  const input = { logGroupName, filterPattern: `"${requestId}"`, startTime: Math.max(0, since) };
  const options = signal ? { abortSignal: signal } : {};
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, input, options)) {
      const [first] = events;
      if (first) return { logStream: first.logStreamName ?? '', at: first.timestamp ?? since };
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
  }
  return undefined;
}
