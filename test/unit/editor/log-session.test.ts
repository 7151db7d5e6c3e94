import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionConfigurations } from '../../../src/editor/panel/function-configurations.ts';
import type { TargetChoice } from '../../../src/editor/connection/target-choice.ts';
import type { KeptTimings } from '../../../src/editor/panel/kept-timings.ts';
import { LogSession } from '../../../src/editor/panel/log-session.ts';
import type { SessionLog } from '../../../src/editor/panel/log-session.ts';
import type { FunctionHistory } from '../../../src/observe/function-history.ts';
import type { HistoryKey } from '../../../src/observe/timing-history.ts';
import type { InvocationTiming, LogEvent } from '../../../src/observe/timing.ts';
import type { FollowOptions } from '../../../src/pipeline.ts';
import { Problem } from '../../../src/problem.ts';
import type { PanelLine, ToPanel } from '../../../src/protocol/panel.ts';

const event = (message: string): LogEvent => ({ timestamp: 1, message, logStream: 's' });
const texts = (message: ToPanel | undefined): string[] =>
  message?.type === 'append' ? message.lines.map((line) => line.message) : [`not an append: ${message?.type}`];

/** Holds every event as a line of the invocation `r`. */
function createLog(): SessionLog {
  const held: PanelLine[] = [];
  const invocations: InvocationTiming[] = [];
  return {
    lines: held,
    invocations,
    has: (requestId) => invocations.some((each) => each.requestId === requestId),
    clear: () => held.splice(0),
    append: (events) => {
      const lines = events.map((each, index) => ({ ...each, key: held.length + index, source: 'function' as const }));
      held.push(...lines);
      const changed: InvocationTiming = {
        requestId: 'r',
        logStream: 's',
        startedAt: 1,
        status: 'ok',
        durationMs: held.length,
      };
      invocations.splice(0, 1, changed);
      return { lines, invocations: [changed] };
    },
  };
}

function createStage(
  follow: (options: FollowOptions) => Promise<void> = whenAborted,
  timings?: Pick<KeptTimings, 'record' | 'read'>,
  functionNames: readonly string[] = ['hello'],
  configurations?: Pick<FunctionConfigurations, 'of'>,
  choice: TargetChoice = { kind: 'local' },
) {
  const posted: ToPanel[] = [];
  const errors: unknown[] = [];
  const follows: FollowOptions[] = [];
  const waiting: ((options: FollowOptions) => void)[] = [];
  const target = { label: 'Local Lambda', endpoint: 'http://127.0.0.1:9' };
  const session = new LogSession({
    functionNames,
    ...(timings && { timings }),
    ...(configurations && { configurations }),
    maximumLines: 500,
    createLog,
    targets: { label: target.label, choice, resolve: () => Promise.resolve(target) },
    pipeline: {
      followLogs: (options) => {
        follows.push(options);
        waiting.shift()?.(options);
        return follow(options);
      },
    },
    post: (message) => posted.push(message),
    onError: (error) => errors.push(error),
  });
  /** The next call of followLogs. */
  const nextFollow = (): Promise<FollowOptions> => new Promise((resolve) => waiting.push(resolve));
  return { session, posted, errors, follows, nextFollow };
}

function whenAborted({ signal }: FollowOptions): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

test('nothing is posted before the page listens; then it gets all there is, in one go', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { session, posted, nextFollow } = createStage();
  const following = nextFollow();
  session.start();
  const { onEvents, onStatus } = await following;
  onEvents([event('one'), event('two')]);
  onStatus?.({ state: 'live' });
  context.mock.timers.tick(1000);
  assert.equal(posted.length, 0);
  session.resend();
  const reset = { type: 'reset', functionNames: ['hello'], target: 'Local Lambda', maxLines: 500, filterPattern: '', hasTraces: false }; // prettier-ignore
  assert.deepEqual(posted[0], reset);
  assert.deepEqual(texts(posted[1]), ['one', 'two']);
  assert.deepEqual(posted[2], { type: 'tail', status: { state: 'live' } });
  assert.equal(posted.length, 3);
  session.dispose();
});

test('only AWS has traces to open', () => {
  for (const [choice, expected] of [
    [{ kind: 'aws' }, true],
    [{ kind: 'endpoint', url: 'http://a', region: 'b' }, false],
    [{ kind: 'local' }, false],
  ] as const) {
    // prettier-ignore
    const { session, posted } = createStage(whenAborted, undefined, ['hello'], undefined, choice);
    session.resend();
    assert.equal(posted[0]?.type === 'reset' && posted[0].hasTraces, expected);
    session.dispose();
  }
});

test('lines of a moment travel together, each invocation once, and not again when the page asks anew', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { session, posted, nextFollow } = createStage();
  const following = nextFollow();
  session.start();
  const { onEvents } = await following;
  session.resend();
  posted.length = 0;
  onEvents([event('one')]);
  onEvents([event('two')]);
  assert.equal(posted.length, 0);
  context.mock.timers.tick(50);
  assert.equal(posted.length, 1);
  assert.deepEqual(texts(posted[0]), ['one', 'two']);
  assert.deepEqual(posted[0]?.type === 'append' && posted[0].invocations.map(({ durationMs }) => durationMs), [2]);

  onEvents([event('three')]);
  session.resend();
  context.mock.timers.tick(50);
  assert.deepEqual(
    posted.slice(1).map(({ type }) => type),
    ['reset', 'append', 'tail'],
  );
  assert.deepEqual(texts(posted[2]), ['one', 'two', 'three']);
  session.dispose();
});

test('clear empties host and page; what was on its way is gone too', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { session, posted, nextFollow } = createStage();
  const following = nextFollow();
  session.start();
  const { onEvents } = await following;
  session.resend();
  onEvents([event('old')]);
  posted.length = 0;
  session.clear();
  context.mock.timers.tick(50);
  assert.deepEqual(
    posted.map(({ type }) => type),
    ['reset'],
  );
  onEvents([event('new')]);
  context.mock.timers.tick(50);
  assert.deepEqual(texts(posted[1]), ['new']);
  session.dispose();
});

test('starting again ends the former tail, and its late events are dropped', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { session, posted, follows, nextFollow } = createStage();
  const first = nextFollow();
  session.start();
  const former = await first;
  const second = nextFollow();
  session.start();
  await second;
  session.resend();
  posted.length = 0;
  assert.equal(former.signal.aborted, true);
  former.onEvents([event('late')]);
  former.onStatus?.({ state: 'stopped' });
  context.mock.timers.tick(50);
  assert.equal(posted.length, 0);
  session.dispose();
  assert.equal(follows.at(-1)?.signal.aborted, true);
});

test('a tail that fails says so in words, and resume() starts it again', async () => {
  const { session, posted, errors, follows, nextFollow } = createStage(() =>
    Promise.reject(new Problem('TargetUnreachable', 'It does not answer. Start it.')),
  );
  session.resend();
  const stopped = new Promise<void>((resolve) => {
    const push = posted.push.bind(posted);
    posted.push = (message) => {
      if (message.type === 'tail' && message.status.state === 'stopped') resolve();
      return push(message);
    };
  });
  session.start();
  await stopped;
  assert.deepEqual(posted.at(-1), {
    type: 'tail',
    status: { state: 'stopped', detail: 'It does not answer. Start it.' },
  });
  assert.equal(errors.length, 1);
  const again = nextFollow();
  session.resume();
  await again;
  assert.equal(follows.length, 2);
  session.resume();
  assert.equal(follows.length, 2);
  session.dispose();
});

test('what has come is kept, and the history is sent when the page asks', async () => {
  const kept: [HistoryKey, readonly InvocationTiming[]][] = [];
  const history: FunctionHistory = { groups: [], change: {} };
  const { session, posted, nextFollow } = createStage(whenAborted, {
    record: (key, invocations) => Promise.resolve(void kept.push([key, invocations])),
    read: () => Promise.resolve(history),
  });
  const following = nextFollow();
  session.start();
  (await following).onEvents([event('one')]);
  assert.deepEqual(
    kept.map(([key, invocations]) => [key, invocations.length]),
    [[{ target: 'Local Lambda', functionName: 'hello' }, 1]],
  );
  await session.sendHistory();
  assert.equal(posted.length, 0); // the page is not there yet
  session.resend();
  await session.sendHistory();
  assert.deepEqual(posted.at(-1), { type: 'history', history });
  session.dispose();
});

test('a log from further back is followed anew from there, and the result stays', async () => {
  const { session, posted, follows, nextFollow } = createStage();
  const first = nextFollow();
  session.start();
  await first;
  session.resend();
  const result = { requestId: 'r', failed: false, summary: 'ok', body: '' };
  session.showResult(result);
  posted.length = 0;
  const second = nextFollow();
  session.startSince(5000);
  assert.equal((await second).since, 5000);
  assert.equal(follows[0]?.signal.aborted, true);
  assert.deepEqual(
    posted.map(({ type }) => type),
    ['reset', 'tail', 'result'],
  );
  session.dispose();
});

test('of several functions each keeps its own timings, and its history is sent by its name', async () => {
  const kept: HistoryKey[] = [];
  const { session, posted, follows, nextFollow } = createStage(
    whenAborted,
    {
      record: (key) => Promise.resolve(void kept.push(key)),
      read: ({ functionName }) => Promise.resolve({ groups: [], change: {}, functionName }),
    },
    ['hello', 'other'],
  );
  const following = nextFollow();
  session.start();
  (await following).onEvents([event('one')]);
  assert.deepEqual(follows[0]?.functionNames, ['hello', 'other']);
  assert.deepEqual(kept, []); // whose it is was not said
  session.resend();
  posted.length = 0;
  await session.sendHistory();
  await session.sendHistory('a stranger');
  assert.equal(posted.length, 0);
  await session.sendHistory('other');
  assert.equal(posted.at(-1)?.type, 'history');
  session.dispose();
});

test('a filter pattern reads anew with it, keeps no timings, and is taken back by asking for an invocation', async () => {
  const kept: HistoryKey[] = [];
  const { session, posted, follows, nextFollow } = createStage(whenAborted, {
    record: (key) => Promise.resolve(void kept.push(key)),
    read: () => Promise.resolve({ groups: [], change: {} }),
  });
  const first = nextFollow();
  session.start();
  await first;
  session.resend();
  const second = nextFollow();
  session.setFilterPattern(' ERROR ');
  const filtered = await second;
  assert.equal(filtered.filterPattern, 'ERROR');
  assert.equal(follows[0]?.signal.aborted, true);
  const reset = posted.findLast(({ type }) => type === 'reset');
  assert.ok(reset?.type === 'reset' && reset.filterPattern === 'ERROR');
  filtered.onEvents([event('one')]);
  assert.deepEqual(kept, []);
  posted.length = 0;
  const third = nextFollow();
  session.showInvocation('not there yet', 5000);
  const all = await third;
  assert.equal(all.filterPattern, undefined);
  assert.equal(all.since, 5000);
  assert.deepEqual(posted.at(-1), { type: 'show', requestId: 'not there yet' });
  posted.length = 0;
  all.onEvents([event('one')]);
  session.showInvocation('r');
  assert.deepEqual(posted, [{ type: 'show', requestId: 'r' }]);
  assert.equal(follows.length, 3);
  session.dispose();
});

test('how the functions are set up is told to the page, and asked for by version as invocations end', async () => {
  const asked: unknown[] = [];
  const found = { functionName: 'hello', region: 'eu-west-1', architecture: 'arm64' as const };
  const timings = { record: () => Promise.resolve(), read: () => Promise.resolve({ groups: [], change: {} }) };
  const { session, posted, nextFollow } = createStage(whenAborted, timings, ['hello'], {
    of: (of) => {
      asked.push(of);
      return Promise.resolve(found);
    },
  });
  const following = nextFollow();
  session.start();
  session.resend();
  const { onEvents } = await following;
  const configured = (): number => posted.filter(({ type }) => type === 'configuration').length;
  assert.equal(configured(), 1);
  onEvents([event('one')]);
  await Promise.resolve();
  assert.deepEqual(asked, [{ functionName: 'hello', version: undefined }, { functionName: 'hello', version: undefined }]); // prettier-ignore
  assert.equal(configured(), 1);
  session.resend();
  assert.deepEqual(posted.at(-1), { type: 'configuration', configuration: found });
  session.dispose();
});
