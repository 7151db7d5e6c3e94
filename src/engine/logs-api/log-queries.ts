import { ServiceError } from '../http/service-error.ts';
import type { Whereabouts } from '../lambda-api/configuration.ts';
import type { LogStore, LogStreamRow, StoredLogEvent } from '../store/log-store.ts';
import { compileFilterPattern, requiredTexts } from './filter-pattern.ts';
import { invalidLogsParameter, list, optionalNumber, optionalText, resolveGroup } from './log-input.ts';

type Input = Readonly<Record<string, unknown>>;

/** A page of events is at most this many, and at most a megabyte (26 bytes of overhead each). */
const maxEvents = 10_000;
const maxPageBytes = 1_048_576;

/** The reading operations of CloudWatch Logs. */
export class LogQueries {
  readonly #store: LogStore;
  readonly #where: Whereabouts;

  constructor(store: LogStore, where: Whereabouts) {
    this.#store = store;
    this.#where = where;
  }

  run(operation: string, input: Input): unknown {
    if (operation === 'DescribeLogGroups') return this.#describeGroups(input);
    if (operation === 'DescribeLogStreams') return this.#describeStreams(input);
    if (operation === 'GetLogEvents') return this.#getEvents(input);
    return this.#filterEvents(input);
  }

  #describeGroups(input: Input): unknown {
    const limit = optionalNumber(input['limit']) ?? 50;
    const prefix = optionalText(input['logGroupNamePrefix']) ?? '';
    const pattern = optionalText(input['logGroupNamePattern']) ?? '';
    if (prefix && pattern)
      throw invalidLogsParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
    const found = this.#store.groups(prefix, pattern, readToken(input['nextToken']), limit + 1);
    const page = found.slice(0, limit);
    return {
      logGroups: page.map((group) => ({
        logGroupName: group.name,
        creationTime: group.created,
        metricFilterCount: 0,
        arn: `${this.#arn(group.name)}:*`,
        logGroupArn: this.#arn(group.name),
        storedBytes: group.bytes,
        logGroupClass: 'STANDARD',
      })),
      ...(found.length > limit && { nextToken: token(page.at(-1)?.name ?? '') }),
    };
  }

  #describeStreams(input: Input): unknown {
    const group = resolveGroup(this.#store, input);
    const prefix = optionalText(input['logStreamNamePrefix']) ?? '';
    const byTime = input['orderBy'] === 'LastEventTime';
    if (byTime && prefix) throw invalidLogsParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
    const limit = optionalNumber(input['limit']) ?? 50;
    let streams = this.#store.streams(group).filter((stream) => stream.name.startsWith(prefix));
    if (byTime) streams.sort((a, b) => (a.lastEvent ?? 0) - (b.lastEvent ?? 0) || (a.name < b.name ? -1 : 1));
    if (input['descending'] === true) streams.reverse();
    const after = readToken(input['nextToken']);
    if (after) streams = streams.slice(streams.findIndex((stream) => stream.name === after) + 1);
    const page = streams.slice(0, limit);
    return {
      logStreams: page.map((stream) => describeStream(stream, this.#arn(group))),
      ...(streams.length > limit && { nextToken: token(page.at(-1)?.name ?? '') }),
    };
  }

  #getEvents(input: Input): unknown {
    const group = resolveGroup(this.#store, input);
    const name = optionalText(input['logStreamName']);
    const stream = this.#store.streams(group).find((candidate) => candidate.name === name);
    if (!stream) throw new ServiceError('ResourceNotFoundException', 400, 'The specified log stream does not exist.');
    const position = readPosition(input['nextToken']);
    const backwards = position ? position.direction === 'b' : input['startFromHead'] !== true;
    const endTime = optionalNumber(input['endTime']);
    const from = optionalNumber(input['startTime']);
    const events = fitPage(
      this.#store.events({
        group,
        streams: [stream.id],
        backwards,
        limit: optionalNumber(input['limit']) ?? maxEvents,
        ...(from !== undefined && { from }),
        ...(endTime !== undefined && { to: endTime - 1 }),
        ...(position && { after: position }),
      }),
    );
    if (backwards) events.reverse();
    const first = events[0] ?? position ?? { timestamp: 0, id: 0 };
    const last = events.at(-1) ?? position ?? { timestamp: 0, id: 0 };
    return {
      events: events.map(({ timestamp, message, ingested }) => ({ timestamp, message, ingestionTime: ingested })),
      nextForwardToken: `f/${last.timestamp}/${last.id}`,
      nextBackwardToken: `b/${first.timestamp}/${first.id}`,
    };
  }

  #filterEvents(input: Input): unknown {
    const group = resolveGroup(this.#store, input);
    const names = list(input['logStreamNames']);
    const prefix = optionalText(input['logStreamNamePrefix']);
    if (names.length > 0 && prefix)
      throw invalidLogsParameter('logStreamNames and logStreamNamePrefix are mutually exclusive.');
    const pattern = optionalText(input['filterPattern']) ?? '';
    const matches = compileFilterPattern(pattern);
    const containing = requiredTexts(pattern);
    const limit = Math.min(optionalNumber(input['limit']) ?? maxEvents, maxEvents);
    const filtered = names.length > 0 || prefix !== undefined;
    const streams = this.#store
      .streams(group)
      .filter((stream) => (prefix ? stream.name.startsWith(prefix) : names.includes(stream.name)));
    if (filtered && streams.length === 0 && names.length > 0) {
      throw new ServiceError('ResourceNotFoundException', 400, 'The specified log stream does not exist.');
    }
    const from = optionalNumber(input['startTime']);
    const to = optionalNumber(input['endTime']);
    const found: StoredLogEvent[] = [];
    let position = readPosition(input['nextToken']);
    let more = true;
    while (more && found.length < limit) {
      const batch = this.#store.events({
        group,
        limit: maxEvents,
        containing,
        ...(filtered && { streams: streams.map((stream) => stream.id) }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(position && { after: position }),
      });
      more = batch.length === maxEvents;
      for (const event of batch) {
        if (matches(event.message)) found.push(event);
        position = { timestamp: event.timestamp, id: event.id, direction: 'f' };
        if (found.length === limit) {
          more ||= event !== batch.at(-1);
          break;
        }
      }
    }
    const page = fitPage(found);
    const cut = page.length < found.length;
    const last = cut ? page.at(-1) : position;
    return {
      events: page.map((event) => ({
        logStreamName: event.stream,
        timestamp: event.timestamp,
        message: event.message,
        ingestionTime: event.ingested,
        eventId: String(event.id).padStart(56, '0'),
      })),
      searchedLogStreams: [],
      ...((cut || more) && last && { nextToken: `f/${last.timestamp}/${last.id}` }),
    };
  }

  #arn(group: string): string {
    return `arn:aws:logs:${this.#where.region}:${this.#where.accountId}:log-group:${group}`;
  }
}

function describeStream(stream: LogStreamRow, groupArn: string): Record<string, unknown> {
  return {
    logStreamName: stream.name,
    creationTime: stream.created,
    ...(stream.firstEvent !== undefined && { firstEventTimestamp: stream.firstEvent }),
    ...(stream.lastEvent !== undefined && { lastEventTimestamp: stream.lastEvent }),
    ...(stream.lastIngestion !== undefined && { lastIngestionTime: stream.lastIngestion }),
    uploadSequenceToken: '0',
    arn: `${groupArn}:log-stream:${stream.name}`,
    storedBytes: 0,
  };
}

function fitPage(events: StoredLogEvent[]): StoredLogEvent[] {
  let bytes = 0;
  const tooFar = events.findIndex((event, index) => {
    bytes += Buffer.byteLength(event.message) + 26;
    return bytes > maxPageBytes && index > 0;
  });
  return tooFar < 0 ? events : events.slice(0, tooFar);
}

function readPosition(value: unknown): { timestamp: number; id: number; direction: string } | undefined {
  const text = optionalText(value);
  if (!text) return undefined;
  const parts = /^([fb])\/(\d+)\/(\d+)$/.exec(text);
  if (!parts?.[1]) throw invalidLogsParameter('The specified nextToken is invalid.');
  return { direction: parts[1], timestamp: Number(parts[2]), id: Number(parts[3]) };
}

const token = (name: string): string => Buffer.from(name).toString('base64url');
const readToken = (value: unknown): string => Buffer.from(optionalText(value) ?? '', 'base64url').toString('utf8');
