import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { TargetChoice } from '../../../src/editor/connection/target-choice.ts';
import { ThrottleWatch } from '../../../src/editor/panel/throttle-watch.ts';
import type { MetricPeriod, MetricReader, MetricsQuery } from '../../../src/observe/function-metrics.ts';
import { Problem } from '../../../src/problem.ts';
import type { ToPanel } from '../../../src/protocol/panel.ts';

const minute = 60_000;
const start = 1_700_000_040_000;
const found = (time: number, throttles: number): MetricPeriod => ({
  functionName: 'hello',
  time,
  periodMs: minute,
  figures: { throttles },
});

/** A target whose answers are `answers`, one after the other, the last again and again. */
function createStage(
  context: TestContext,
  answers: readonly (readonly MetricPeriod[] | Error)[],
  choice: TargetChoice = { kind: 'local' },
) {
  context.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: start });
  const posted: ToPanel[] = [];
  const errors: unknown[] = [];
  const queries: MetricsQuery[] = [];
  let opened = 0;
  let closed = 0;
  const target = { label: 'AWS · prod' };
  const reader: Pick<MetricReader, 'read' | typeof Symbol.dispose> = {
    read: async (query) => {
      queries.push(query);
      const answer = answers[Math.min(queries.length, answers.length) - 1] ?? [];
      if (answer instanceof Error) throw answer;
      return [...answer];
    },
    [Symbol.dispose]: () => void (closed += 1),
  };
  const watch = new ThrottleWatch({
    functionNames: ['hello'],
    targets: { label: target.label, choice, resolve: () => Promise.resolve(target) },
    pipeline: {
      openMetrics: async () => {
        opened += 1;
        return reader as MetricReader; // its private members are nobody's business here
      },
    },
    post: (message) => posted.push(message),
    onError: (error) => errors.push(error),
    isVisible: true,
  });
  context.after(() => watch.dispose());
  /** Lets time pass, and what it sets off come to its end. */
  const pass = async (ms: number): Promise<void> => {
    context.mock.timers.tick(ms);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return { watch, posted, errors, queries, pass, counts: () => ({ opened, closed }) };
}

const counts = (message: ToPanel | undefined): number[] =>
  message?.type === 'throttles' ? message.throttles.map(({ count }) => count) : [];

test('asks every five seconds, over one connection, and posts what has changed', async (context) => {
  const {
    watch,
    posted,
    queries,
    pass,
    counts: connections,
  } = createStage(context, [[], [found(start, 2)], [found(start, 2)], [found(start, 3)]]);
  watch.resend();
  watch.start(start - 15 * minute);
  await pass(0);
  assert.deepEqual(posted, []);
  await pass(5000);
  await pass(5000);
  await pass(5000);
  assert.deepEqual(posted.map(counts), [[2], [3]]);
  assert.equal(queries.length, 4);
  assert.deepEqual([queries[0]?.from, queries[0]?.periodMs], [start - 15 * minute, minute]);
  assert.deepEqual(queries[0]?.figures, ['throttles']);
  assert.deepEqual(connections(), { opened: 1, closed: 0 });
});

test('asks AWS once a minute, and nobody while the panel is not seen', async (context) => {
  const { watch, queries, pass } = createStage(context, [[]], { kind: 'aws' });
  watch.start(start);
  await pass(0);
  await pass(59_999);
  assert.equal(queries.length, 1);
  await pass(1);
  assert.equal(queries.length, 2);
  watch.setVisible(false);
  await pass(10 * minute);
  assert.equal(queries.length, 2);
  watch.setVisible(true);
  await pass(0);
  assert.equal(queries.length, 3);
  for (const isVisible of [true, false, true]) watch.setVisible(isVisible);
  await pass(59_999);
  assert.equal(queries.length, 3);
});

test('asks by coarser periods for more than a day, and never for more than fifteen', async (context) => {
  const { watch, queries, pass } = createStage(context, [[]]);
  for (const days of [1, 3, 10, 40]) {
    watch.start(start - days * 24 * 60 * minute);
    await pass(0);
  }
  assert.deepEqual(
    queries.map(({ from, periodMs }) => [(start - from) / (24 * 60 * minute), periodMs / minute]),
    [
      [1, 1],
      [3, 5],
      [10, 60],
      [15, 60],
    ],
  );
});

test('what was counted when all was cleared counts no longer; what comes later in the same minute does', async (context) => {
  const { watch, posted, queries, pass } = createStage(context, [
    [found(start, 2)],
    [found(start, 2)],
    [found(start, 5)],
  ]);
  watch.resend();
  watch.start(start - minute);
  await pass(0);
  watch.clear();
  await pass(5000);
  await pass(5000);
  assert.deepEqual(posted.map(counts), [[2], [3]]);
  assert.equal(queries[1]?.from, start);
});

test('says once that it is not allowed, and asks no more until it is started again', async (context) => {
  const denied = new Problem('AccessDenied', 'AWS · prod does not allow this: no');
  const { watch, posted, errors, queries, pass, counts: connections } = createStage(context, [denied]);
  watch.resend();
  watch.start(start);
  await pass(0);
  await pass(10 * minute);
  watch.setVisible(false);
  watch.setVisible(true);
  await pass(minute);
  const problem = 'Throttles are not shown: AWS · prod does not allow cloudwatch:GetMetricData.';
  assert.deepEqual(posted, [{ type: 'throttles', throttles: [], problem }]);
  assert.deepEqual([errors.length, queries.length], [1, 1]);
  assert.deepEqual(connections(), { opened: 1, closed: 1 });
  watch.resend();
  assert.deepEqual(posted.length, 2);
  watch.start(start);
  await pass(0);
  assert.equal(queries.length, 2);
});

test('says why a target has none, and waits out what passes', async (context) => {
  const fault = Object.assign(new Error('no'), { $metadata: { httpStatusCode: 503 } });
  const { watch, posted, pass } = createStage(context, [
    new Problem('TargetUnreachable', 'Nothing answers.'),
    new Problem('ServiceUnavailable', 'no', { cause: fault }),
    [found(start, 1)],
    new Problem('UnknownOperationException', 'There is no such thing.'),
  ]);
  watch.resend();
  watch.start(start);
  await pass(0);
  await pass(5000);
  assert.deepEqual(posted, []);
  await pass(5000);
  assert.deepEqual(posted.map(counts), [[1]]);
  await pass(5000);
  const problem = 'Throttles are not shown: There is no such thing.';
  const throttles = [{ functionName: 'hello', time: start, periodMs: minute, count: 1 }];
  assert.deepEqual(posted.at(-1), { type: 'throttles', throttles, problem });
});

test('nothing is posted before the page listens, nor of what was watched before', async (context) => {
  const { watch, posted, pass } = createStage(context, [[found(start, 1)], [found(start, 9)]]);
  watch.start(start);
  await pass(0);
  assert.deepEqual(posted, []);
  watch.resend();
  assert.deepEqual(posted.map(counts), [[1]]);
  watch.start(start);
  watch.dispose();
  await pass(minute);
  assert.equal(posted.length, 1);
});
