import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import type { LogStore, StoredLogEvent } from '../store/log-store.ts';

export interface LiveTailOptions {
  readonly store: LogStore;
  readonly groups: readonly string[];
  readonly groupIdentifier: (group: string) => string;
  readonly streamNames: readonly string[];
  readonly streamPrefixes: readonly string[];
  readonly matches: (message: string) => boolean;
  readonly filterPattern: string;
}

const heartbeatMs = 5000;
/** The service gathers a second; here what a few turns of the event loop bring is enough to share a frame. */
const gatherMs = 20;
const maxEventsPerUpdate = 500;
const sessionLimitMs = 3 * 3_600_000;

/** Writes a Live Tail session as an AWS event stream, until the client goes away or three hours have passed. */
export function streamLiveTail(options: LiveTailOptions, response: ServerResponse): void {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const sendFrame = (type: 'event' | 'exception', name: string, body: unknown): void => {
    const kind = type === 'event' ? ':event-type' : ':exception-type';
    response.write(
      codec.encode({
        headers: {
          ':message-type': { type: 'string', value: type },
          [kind]: { type: 'string', value: name },
          ':content-type': { type: 'string', value: 'application/json' },
        },
        body: fromUtf8(JSON.stringify(body)),
      }),
    );
  };

  let gathered: StoredLogEvent[] = [];
  let gathering: NodeJS.Timeout | undefined;
  const sendUpdate = (): void => {
    gathering = undefined;
    do {
      const events = gathered.splice(0, maxEventsPerUpdate);
      sendFrame('event', 'sessionUpdate', {
        sessionMetadata: { sampled: false },
        sessionResults: events.map((event) => ({
          timestamp: event.timestamp,
          ingestionTime: event.ingested,
          message: event.message,
          logStreamName: event.stream,
          logGroupIdentifier: options.groupIdentifier(event.group),
        })),
      });
    } while (gathered.length > 0);
  };
  const onEvents = (events: readonly StoredLogEvent[]): void => {
    const mine = events.filter((event) => isWanted(options, event));
    if (mine.length === 0) return;
    gathered = gathered.concat(mine);
    gathering ??= setTimeout(sendUpdate, gatherMs);
  };

  response.flushHeaders();
  sendFrame('event', 'sessionStart', {
    requestId: randomUUID(),
    sessionId: randomUUID(),
    logGroupIdentifiers: options.groups.map(options.groupIdentifier),
    logStreamNames: options.streamNames,
    logStreamNamePrefixes: options.streamPrefixes,
    logEventFilterPattern: options.filterPattern,
  });
  options.store.committed.on('events', onEvents);
  const heartbeat = setInterval(sendUpdate, heartbeatMs);
  const limit = setTimeout(() => {
    sendFrame('exception', 'SessionTimeoutException', {
      message: 'The Live Tail session has reached its limit of three hours.',
    });
    response.end();
  }, sessionLimitMs);
  response.once('close', () => {
    options.store.committed.off('events', onEvents);
    clearInterval(heartbeat);
    clearTimeout(limit);
    clearTimeout(gathering);
  });
}

function isWanted(options: LiveTailOptions, event: StoredLogEvent): boolean {
  if (!options.groups.includes(event.group)) return false;
  if (options.streamNames.length > 0 && !options.streamNames.includes(event.stream)) return false;
  if (options.streamPrefixes.length > 0 && !options.streamPrefixes.some((prefix) => event.stream.startsWith(prefix)))
    return false;
  return options.matches(event.message);
}
