// Follows a function's log: Live Tail, with a backfill at its start and after each interruption, each event once.
import { setTimeout as wait } from 'node:timers/promises';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { toProblem } from '../aws/aws-problems.ts';
import { logsClient } from '../aws/clients.ts';
import type { FollowOptions } from '../pipeline.ts';
import { Problem } from '../problem.ts';
import { findLogGroup, type FunctionLogGroup } from './log-group.ts';
import { readEvents } from './read-logs.ts';
import { SeenEvents } from './seen-events.ts';
import type { LogEvent } from './timing.ts';

/** A backfill looks this far behind the newest event: the service may be late with events of other streams. */
const overlapMs = 30_000;
const pollMs = 1000;
const firstDelayMs = 200;
const maxDelayMs = 10_000;

/** Resolves when `signal` aborts. Throws a Problem for what waiting does not mend: no function, no credentials, no permission. */
export async function followLogs(options: FollowOptions): Promise<void> {
  const { signal } = options;
  const client = await logsClient(options.target);
  const seen = new SeenEvents();
  const since = options.since ?? Date.now();
  options.onStatus?.({ state: 'connecting' });
  let delay = firstDelayMs;
  try {
    const session = { client, seen, options, since, group: await findLogGroup(options) };
    while (!signal.aborted) {
      try {
        await followOnce(session, () => (delay = firstDelayMs));
      } catch (error) {
        if (signal.aborted) break;
        if (isRefusal(error)) {
          await poll(session);
          break;
        }
        if (!isPassing(error)) throw error;
        const waits = error instanceof Error && error.name === 'ResourceNotFoundException';
        options.onStatus?.(
          waits ? { state: 'connecting', detail: 'Waiting for the first log line' } : { state: 'reconnecting' },
        );
      }
      // The other side gives no sign when it comes back, or when the log group appears: it has to be asked.
      await wait(delay, undefined, { signal }).catch(() => undefined);
      delay = Math.min(delay * 1.5, maxDelayMs);
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof Problem ? error : toProblem(error, options.target);
  } finally {
    client.destroy();
    options.onStatus?.({ state: 'stopped' });
  }
}

interface Session {
  readonly client: CloudWatchLogsClient;
  readonly seen: SeenEvents;
  readonly options: FollowOptions;
  readonly since: number;
  readonly group: FunctionLogGroup;
}

async function followOnce(session: Session, onLive: () => void): Promise<void> {
  const { client, seen, options, group } = session;
  const { StartLiveTailCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const { responseStream } = await client.send(new StartLiveTailCommand({ logGroupIdentifiers: [group.arn] }), {
    abortSignal: options.signal,
  });
  if (!responseStream)
    throw new Problem('LiveTailEmpty', `${options.target.label} opened no log stream for ${group.name}. Try again.`);
  for await (const event of responseStream) {
    if (event.sessionStart) {
      // Listening comes first and the backfill second, so that nothing falls between the two.
      deliver(
        options,
        seen.backfill(await readEvents(client, { group, since: backfillFrom(session), signal: options.signal })),
      );
      options.onStatus?.({ state: 'live' });
      onLive();
    }
    const results = event.sessionUpdate?.sessionResults ?? [];
    if (event.sessionUpdate?.sessionMetadata?.sampled) {
      options.onStatus?.({ state: 'live', detail: 'More than 500 events a second: the service shows a sample' });
    }
    deliver(
      options,
      seen.live(
        results
          .map((result) => ({
            timestamp: result.timestamp ?? 0,
            message: result.message ?? '',
            logStream: result.logStreamName ?? '',
          }))
          .filter(({ logStream }) => group.isOfFunction(logStream)),
      ),
    );
  }
}

async function poll(session: Session): Promise<void> {
  const { client, seen, options, group } = session;
  options.onStatus?.({ state: 'live', detail: 'Live Tail is not available here: asking every second' });
  while (!options.signal.aborted) {
    const since = backfillFrom(session);
    deliver(options, seen.backfill(await readEvents(client, { group, since, signal: options.signal })));
    await wait(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

const backfillFrom = ({ seen, since }: Session): number => Math.max(since, seen.newest - overlapMs);

function deliver(options: FollowOptions, events: readonly LogEvent[]): void {
  if (events.length > 0) options.onEvents(events);
}

/** Live Tail in particular is refused or unknown there; reading events may still work. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  /AccessDenied|UnknownOperation|NotImplemented|InvalidOperation|LimitExceeded/.test(error.name);

/** Worth another try: no log group yet, a session that ended, a network that failed, a service in trouble. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (/ResourceNotFound|SessionTimeout|SessionStreaming|Throttling|ServiceUnavailable|Timeout/.test(error.name))
    return true;
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code)) return true;
  return /aborted|socket hang up|terminated|premature/i.test(error.message);
}
