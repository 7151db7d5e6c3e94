// CloudWatch Logs Insights: a query over the logs of functions, and its results as they come.
import { setTimeout as wait } from 'node:timers/promises';
import type { CloudWatchLogsClient, GetQueryResultsResponse } from '@aws-sdk/client-cloudwatch-logs';
import { withAwsProblems } from '../aws/aws-problems.ts';
import { logsClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';
import { isCancellation, Problem } from '../problem.ts';
import { findOrGuessLogGroup } from './log-group.ts';

export interface QueryOptions {
  readonly target: Target;
  readonly functionNames: readonly string[];
  /** In the language of Logs Insights. */
  readonly query: string;
  /** ms since the epoch. */
  readonly from: number;
  readonly to: number;
  /** What there is so far; the service may still change rows. */
  readonly onProgress?: (results: QueryResults) => void;
  /** Ends the query at the service too. */
  readonly signal?: AbortSignal;
}

export interface QueryResults {
  /** Names of the columns, in the order of the query. */
  readonly columns: readonly string[];
  /** Of each row, the values of the columns; empty where it has none. */
  readonly rows: readonly (readonly string[])[];
  readonly bytesScanned: number;
  readonly recordsScanned: number;
  readonly recordsMatched: number;
}

const firstPollMs = 200;
const maxPollMs = 2000;

/**
 * Runs a query to its end. Throws a Problem where the target has no Logs Insights (`InsightsUnavailable`), where the service refuses
 * the query (its words), and where the query fails or times out there.
 */
export async function queryLogs(options: QueryOptions): Promise<QueryResults> {
  const { target } = options;
  return withAwsProblems(target, async () => {
    const client = await logsClient(target);
    try {
      const queryId = await start(client, options);
      return await resultsOf(client, queryId, options);
    } finally {
      client.destroy();
    }
  });
}

async function start(client: CloudWatchLogsClient, options: QueryOptions): Promise<string> {
  const { target, functionNames, query, from, to, signal } = options;
  const { StartQueryCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const groups = await Promise.all(
    functionNames.map((functionName) => findOrGuessLogGroup({ target, functionName, ...(signal && { signal }) })),
  );
  try {
    const { queryId } = await client.send(
      new StartQueryCommand({
        logGroupNames: [...new Set(groups.map(({ name }) => name))],
        queryString: query,
        // Seconds, both of them included.
        startTime: Math.floor(from / 1000),
        endTime: Math.ceil(to / 1000),
      }),
      { ...(signal && { abortSignal: signal }) },
    );
    if (!queryId) throw new Problem('QueryNotStarted', `${target.label} started no query. Try again.`);
    return queryId;
  } catch (error) {
    if (!(error instanceof Error && /NotImplemented|UnknownOperation/.test(error.name))) throw error;
    throw new Problem(
      'InsightsUnavailable',
      `${target.label} has no Logs Insights, which is a service of AWS. Filter the log in its panel instead, or choose AWS as target.`,
      { cause: error },
    );
  }
}

async function resultsOf(
  client: CloudWatchLogsClient,
  queryId: string,
  { target, signal, onProgress }: QueryOptions,
): Promise<QueryResults> {
  const { GetQueryResultsCommand, StopQueryCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  try {
    // The service calls nobody back: it has to be asked.
    for (let delay = firstPollMs; ; delay = Math.min(delay * 1.5, maxPollMs)) {
      const answer = await client.send(new GetQueryResultsCommand({ queryId }), {
        ...(signal && { abortSignal: signal }),
      });
      const { status = 'Unknown' } = answer;
      const results = tableOf(answer);
      onProgress?.(results);
      if (status === 'Complete') return results;
      if (status !== 'Scheduled' && status !== 'Running' && status !== 'Unknown')
        throw new Problem('QueryFailed', `The query ended as "${status}" on ${target.label}. ${adviceOn(status)}`);
      await wait(delay, undefined, { ...(signal && { signal }) });
    }
  } catch (error) {
    // One that nobody waits for goes on scanning, and costs.
    if (signal?.aborted || isCancellation(error)) await client.send(new StopQueryCommand({ queryId })).catch(() => {});
    throw error;
  }
}

const adviceOn = (status: string): string =>
  status === 'Timeout' ? 'Take a shorter time, or fewer functions.' : 'Run it again.';

function tableOf({ results = [], statistics }: GetQueryResultsResponse): QueryResults {
  const columns = [...new Set(results.flatMap((row) => row.map(({ field = '' }) => field)))].filter(
    // Points at the log event, for another operation of the service; it says nothing to people.
    (field) => field !== '@ptr',
  );
  return {
    columns,
    rows: results.map((row) => {
      const values = new Map(row.map(({ field = '', value = '' }) => [field, value]));
      return columns.map((column) => values.get(column) ?? '');
    }),
    bytesScanned: statistics?.bytesScanned ?? 0,
    recordsScanned: statistics?.recordsScanned ?? 0,
    recordsMatched: statistics?.recordsMatched ?? 0,
  };
}
