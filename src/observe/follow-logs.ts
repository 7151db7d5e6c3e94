// Follows the logs of functions: Live Tail, with a backfill at its start and after each interruption, each event once.
import { setTimeout as wait } from 'node:timers/promises';
import type { LiveTailSessionUpdate } from '@aws-sdk/client-cloudwatch-logs';
import { toProblem } from '../aws/aws-problems.ts';
import { logsClient } from '../aws/clients.ts';
import type { FollowOptions } from '../pipeline.ts';
import { Problem } from '../problem.ts';
import { FollowSession } from './follow-session.ts';
import { followedGroups, groupNamed } from './followed-groups.ts';
import { mostFollowed } from './follow-limit.ts';
import { findLogGroup } from './log-group.ts';

const pollMs = 1000;
const firstDelayMs = 200;
const maxDelayMs = 10_000;

/** Resolves when `signal` aborts. Throws a Problem for what waiting does not mend: no function, no credentials, a bad filter pattern. */
export async function followLogs(options: FollowOptions): Promise<void> {
  const { signal, functionNames } = options;
  if (functionNames.length > mostFollowed) {
    throw new Problem(
      'TooManyFunctions',
      `${functionNames.length} functions are more than can be followed together. Choose up to ${mostFollowed}.`,
    );
  }
  options.onStatus?.({ state: 'connecting' });
  let session: FollowSession | undefined;
  try {
    const groups = await findGroups(options);
    session = new FollowSession({ client: await logsClient(options.target), options, ...groups });
    await followUntilAborted(session);
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof Problem ? error : toProblem(error, options.target);
  } finally {
    session?.client.destroy();
    options.onStatus?.({ state: 'stopped' });
  }
}

/** Of several functions, those that are there are followed; of one, its absence is an error. */
async function findGroups(options: FollowOptions): Promise<Pick<FollowSession, 'groups' | 'unknown'>> {
  const { functionNames } = options;
  const found = await Promise.allSettled(
    functionNames.map(async (functionName) => ({
      ...(await findLogGroup({ target: options.target, functionName, signal: options.signal })),
      functionName,
    })),
  );
  const failed = found.find(
    (each) => each.status === 'rejected' && (functionNames.length === 1 || !isNotFound(each.reason)),
  );
  const groups = followedGroups(found.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])));
  const first = failed ?? (groups.length === 0 ? found[0] : undefined);
  if (first?.status === 'rejected') throw first.reason;
  return { groups, unknown: functionNames.filter((_, at) => found[at]?.status === 'rejected') };
}

async function followUntilAborted(session: FollowSession): Promise<void> {
  const { signal, onStatus } = session.options;
  let delay = firstDelayMs;
  const tellWaiting = (): void => onStatus?.({ state: 'connecting', detail: 'Waiting for the first log line' });
  const onLive = (): number => (delay = firstDelayMs);
  let follow = followLive;
  while (!signal.aborted) {
    try {
      const outcome = await follow(session, onLive);
      if (outcome === 'again') continue;
      if (outcome === 'absent') tellWaiting();
    } catch (error) {
      if (signal.aborted) break;
      if (isRefusal(error) && follow !== followByPolling) {
        follow = followByPolling;
        continue;
      }
      if (!isPassing(error)) throw error;
      if (isNotFound(error)) tellWaiting();
      else {
        onStatus?.({ state: 'reconnecting' });
        await session.reconnect();
      }
    }
    // The other side gives no sign when it comes back, or when the log group appears: it has to be asked.
    await wait(delay, undefined, { signal }).catch(() => undefined);
    delay = Math.min(delay * 1.5, maxDelayMs);
  }
}

type Follow = (session: FollowSession, onLive: () => void) => Promise<'ended' | 'again' | 'absent'>;

/** One session of Live Tail, until it ends; 'again' where the next session has other log groups, 'absent' where there is none yet. */
const followLive: Follow = async (session, onLive) => {
  const { client, options } = session;
  const { StartLiveTailCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const { present, absent } = await session.findPresent();
  if (present.length === 0) {
    session.forgetPresent();
    return 'absent';
  }
  const over = new AbortController();
  const appeared = new AbortController();
  const watching = watchFor(session, absent.length, AbortSignal.any([options.signal, over.signal]), appeared);
  try {
    const { responseStream } = await client.send(
      new StartLiveTailCommand({
        logGroupIdentifiers: present.map(({ arn }) => arn),
        ...(options.filterPattern && { logEventFilterPattern: options.filterPattern }),
      }),
      { abortSignal: AbortSignal.any([options.signal, appeared.signal]) },
    );
    if (!responseStream) throw new Problem('LiveTailEmpty', `${options.target.label} opened no log stream. Try again.`);
    for await (const event of responseStream) {
      if (event.sessionStart) {
        // Listening comes first and the backfill second, so that nothing falls between the two.
        await session.backfill(present);
        session.tellLive({ waiting: absent });
        onLive();
      }
      if (event.sessionUpdate) takeUpdate(session, event.sessionUpdate);
    }
    return 'ended';
  } catch (error) {
    if (appeared.signal.aborted && !options.signal.aborted) return 'again';
    if (isNotFound(error) && session.forgetPresent()) return 'again';
    throw error;
  } finally {
    over.abort();
    await watching;
  }
};

function takeUpdate(session: FollowSession, { sessionMetadata, sessionResults = [] }: LiveTailSessionUpdate): void {
  session.tellSampled(sessionMetadata?.sampled === true);
  session.deliverLive(
    sessionResults.flatMap((result) => {
      const logStream = result.logStreamName ?? '';
      const functionName = groupNamed(session.groups, result.logGroupIdentifier)?.ownerOf(logStream);
      if (functionName === undefined) return [];
      const { timestamp = 0, message = '' } = result;
      return { timestamp, message, logStream, ...(session.isOfSeveral && { functionName }) };
    }),
  );
}

/** Where log groups are not there yet: asks for them, and aborts `appeared` when one is. */
async function watchFor(
  session: FollowSession,
  absent: number,
  signal: AbortSignal,
  appeared: AbortController,
): Promise<void> {
  if (absent === 0) return;
  for (let delay = firstDelayMs; ; delay = Math.min(delay * 1.5, maxDelayMs)) {
    await wait(delay, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const { absent: now } = await session.findPresent({ anew: true });
      if (now.length < absent) {
        appeared.abort();
        return;
      }
    } catch {
      // The session itself meets what is wrong, and says it.
    }
  }
}

/** Where Live Tail is not to be had. */
const followByPolling: Follow = async (session, onLive) => {
  const { signal } = session.options;
  let isTold = false;
  while (!signal.aborted) {
    await session.backfill(session.groups);
    if (!isTold) session.tellLive({ polling: true });
    isTold = true;
    onLive();
    await wait(pollMs, undefined, { signal }).catch(() => undefined);
  }
  return 'ended';
};

const isNotFound = (error: unknown): boolean => error instanceof Error && error.name === 'ResourceNotFoundException';

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
