// Following logs through the real SDK client over connections that end as they do in the world.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { followLogs } from '../../../src/observe/follow-logs.ts';
import type { LogEvent } from '../../../src/observe/timing.ts';
import type { FollowOptions } from '../../../src/pipeline.ts';
import type { TailStatus } from '../../../src/protocol/panel.ts';
import { FakeLogs, type FakeEvent } from './fake-logs.ts';

const event = (timestamp: number, message: string): FakeEvent => ({ timestamp, message, logStreamName: 's' });
const groupOf = (name: string): string => `/aws/lambda/${name}`;

let logs: FakeLogs;
let follower: Follower | undefined;

beforeEach(async () => {
  logs = await FakeLogs.start();
});

afterEach(async () => {
  await follower?.end();
  follower = undefined;
  await logs.close();
});

/** Follows, and tells when what was delivered or said is what is waited for. */
class Follower {
  readonly events: LogEvent[] = [];
  readonly statuses: TailStatus[] = [];
  readonly done: Promise<void>;
  readonly #abort = new AbortController();
  #check = (): void => {};

  constructor(functionNames: readonly string[], more: Partial<FollowOptions> = {}) {
    this.done = followLogs({
      target: logs.target,
      functionNames,
      since: 0,
      signal: this.#abort.signal,
      onEvents: (events) => {
        this.events.push(...events);
        this.#check();
      },
      onStatus: (status) => {
        this.statuses.push(status);
        this.#check();
      },
      ...more,
    });
    this.done.catch(() => {}); // looked at by the tests
  }

  /** `NAME: MESSAGE` where several functions are followed. */
  get messages(): string[] {
    return this.events.map(({ functionName, message }) =>
      functionName === undefined ? message : `${functionName}: ${message}`,
    );
  }

  async until(holds: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#check = () => {
        if (holds()) resolve();
      };
      this.#check();
    });
  }

  lasts(...messages: readonly string[]): Promise<void> {
    return this.until(() => messages.every((message) => this.messages.includes(message)));
  }

  is(state: TailStatus['state'], detail?: RegExp): Promise<void> {
    return this.until(() => {
      const last = this.statuses.at(-1);
      return last?.state === state && (detail ? detail.test(last.detail ?? '') : last.detail === undefined);
    });
  }

  async end(): Promise<void> {
    this.#abort.abort();
    await this.done.catch(() => {});
  }
}

const follow = (functionNames: readonly string[], more: Partial<FollowOptions> = {}): Follower =>
  (follower = new Follower(functionNames, more));

it('a connection that is dropped in a frame is made anew; what was logged meanwhile comes once, in order', async () => {
  const stored = [event(1000, 'before')];
  logs.stored.set(groupOf('a'), stored);
  const a = follow(['a']);
  const first = await logs.nextTail();
  await a.is('live');
  first.send(groupOf('a'), [event(2000, 'live')]);
  stored.push(event(2000, 'live'));
  await a.lasts('live');
  first.drop();
  await a.is('reconnecting');
  stored.push(event(3000, 'missed'));
  const second = await logs.nextTail();
  second.send(groupOf('a'), [event(3000, 'missed'), event(4000, 'after')]);
  await a.lasts('after');
  assert.deepEqual(a.messages, ['before', 'live', 'missed', 'after']);
  await a.is('live');
});

it('a network that is down for many tries is waited for', async () => {
  const stored = [event(1000, 'before')];
  logs.stored.set(groupOf('a'), stored);
  const a = follow(['a']);
  await logs.nextTail();
  await a.is('live');
  logs.goDown();
  await a.until(() => a.statuses.filter(({ state }) => state === 'reconnecting').length >= 3);
  stored.push(event(2000, 'meanwhile'));
  logs.comeBack();
  await a.lasts('meanwhile');
  assert.deepEqual(a.messages, ['before', 'meanwhile']);
});

it('a session that ends after three hours is followed by the next, and nothing is lost or doubled', async () => {
  const stored: FakeEvent[] = [];
  logs.stored.set(groupOf('a'), stored);
  const a = follow(['a']);
  const first = await logs.nextTail();
  await a.is('live');
  first.send(groupOf('a'), [event(1000, 'same'), event(1000, 'same')]);
  stored.push(event(1000, 'same'), event(1000, 'same'));
  await a.until(() => a.messages.length === 2);
  first.timeOut();
  stored.push(event(1500, 'between'));
  const second = await logs.nextTail();
  await a.lasts('between');
  second.send(groupOf('a'), [event(2000, 'next')]);
  await a.lasts('next');
  assert.deepEqual(a.messages, ['same', 'same', 'between', 'next']);
});

it('a sample is said to be one, for as long as it is', async () => {
  logs.stored.set(groupOf('a'), []);
  const a = follow(['a']);
  const tail = await logs.nextTail();
  await a.is('live');
  tail.send(groupOf('a'), [event(1000, 'one of many')], { sampled: true });
  await a.is('live', /More than 500 events a second: the service shows a sample/);
  tail.send(groupOf('a'), [event(2000, 'all')]);
  await a.is('live');
  await a.lasts('one of many', 'all');
});

for (const error of ['AccessDeniedException', 'UnknownOperationException']) {
  it(`where Live Tail is answered with ${error} events are asked for, also after the network was gone`, async () => {
    const stored = [event(1000, 'before')];
    logs.stored.set(groupOf('a'), stored);
    logs.operations['StartLiveTail'] = () => ({ error });
    const a = follow(['a']);
    await a.is('live', /Live Tail is not available here: asking every second/);
    stored.push(event(2000, 'later'));
    await a.lasts('later');
    logs.goDown();
    await a.is('reconnecting');
    stored.push(event(3000, 'meanwhile'));
    logs.comeBack();
    await a.lasts('meanwhile');
    await a.is('live', /asking every second/);
    assert.deepEqual(a.messages, ['before', 'later', 'meanwhile']);
  });
}

it('several functions come in the order of time, each event with its function, over one session', async () => {
  const [a, b] = [[event(1000, 'one'), event(3000, 'three')], [event(2000, 'two'), event(1500, 'late')]]; // prettier-ignore
  logs.stored.set(groupOf('a'), a ?? []).set(groupOf('b'), b ?? []);
  const both = follow(['a', 'b']);
  const tail = await logs.nextTail();
  assert.deepEqual(
    tail.input['logGroupIdentifiers'],
    ['a', 'b'].map((name) => `arn:aws:logs:us-east-1:000000000000:log-group:${groupOf(name)}`),
  );
  await both.is('live');
  // Both functions may say the same at the same time, in streams of one name.
  tail.send(groupOf('b'), [event(4000, 'same')]);
  tail.send(groupOf('a'), [event(4000, 'same')]);
  await both.lasts('a: same', 'b: same');
  a?.push(event(4000, 'same'));
  b?.push(event(4000, 'same'), event(5000, 'missed'));
  tail.drop();
  await both.lasts('b: missed');
  // What one function's log has out of order stays so.
  assert.deepEqual(both.messages, ['a: one', 'b: two', 'b: late', 'a: three', 'b: same', 'a: same', 'b: missed']);
});

it('a function without a log group holds up no other, and is there when it has one, from its beginning', async () => {
  logs.stored.set(groupOf('a'), [event(9_000_000, 'a is much newer')]);
  const both = follow(['a', 'b']);
  const first = await logs.nextTail();
  await both.is('live', /^Waiting for the first log line in \/aws\/lambda\/b$/);
  assert.equal((first.input['logGroupIdentifiers'] as string[]).length, 1);
  logs.stored.set(groupOf('b'), [event(1000, 'b began before')]);
  const second = await logs.nextTail();
  assert.equal((second.input['logGroupIdentifiers'] as string[]).length, 2);
  await both.lasts('b: b began before');
  await both.is('live');
  assert.deepEqual(both.messages, ['a: a is much newer', 'b: b began before']);
});

it('functions that have no log yet are all waited for', async () => {
  const both = follow(['a', 'b']);
  await both.is('connecting', /Waiting for the first log line/);
  logs.stored.set(groupOf('b'), [event(1000, 'first')]);
  await both.lasts('b: first');
});

it('of several functions one that is gone is named; where all are, that is an error', async () => {
  logs.stored.set(groupOf('a'), []);
  logs.functionsGone.add('b');
  const both = follow(['a', 'b']);
  await both.is('live', /There is no function b/);
  await both.end();
  const one = follow(['b']);
  await assert.rejects(one.done, { code: 'NotFound' });
});

it('a filter pattern goes to Live Tail and to each backfill; one that is refused is told in the words of the service', async () => {
  logs.stored.set(groupOf('a'), []);
  const filterPattern = '?ERROR ?"Task timed out"';
  const a = follow(['a'], { filterPattern });
  const tail = await logs.nextTail();
  assert.equal(tail.input['logEventFilterPattern'], filterPattern);
  await a.is('live');
  const patterns = logs.requests.map(({ input }) => input['filterPattern'] ?? input['logEventFilterPattern']);
  assert.deepEqual(new Set(patterns), new Set([filterPattern]));
  await a.end();
  const message = 'Invalid character(s) in term';
  logs.operations['StartLiveTail'] = () => ({ error: 'InvalidParameterException', message });
  await assert.rejects(follow(['a'], { filterPattern: '%' }).done, { message });
});

it('more functions than a session of Live Tail has log groups are refused with what to do', async () => {
  const names = Array.from({ length: 11 }, (_, index) => `f${index}`);
  await assert.rejects(follow(names).done, { code: 'TooManyFunctions', message: /Choose up to 10/ });
});
