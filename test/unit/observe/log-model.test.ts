import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LogModel } from '../../../src/observe/log-model.ts';
import type { LogEvent } from '../../../src/observe/timing.ts';

const ids = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-1111-4222-8333-444444444444`);
const [a = '', b = '', c = ''] = ids;
let clock = 0;
const event = (message: string, logStream = 'one'): LogEvent => ({ timestamp: (clock += 1), message, logStream });
const start = (id: string, stream?: string): LogEvent => event(`START RequestId: ${id} Version: 7\n`, stream);
const report = (id: string, stream?: string, extra = ''): LogEvent =>
  event(
    `REPORT RequestId: ${id}\tDuration: 5.00 ms\tBilled Duration: 5 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t${extra}\n`,
    stream,
  );

describe('the log model', () => {
  it('gives each line to the invocation of its own stream, however streams interleave', () => {
    const model = new LogModel();
    model.append([
      start(a, 'one'),
      start(b, 'two'),
      event('of a', 'one'),
      event('of b', 'two'),
      report(a, 'one'),
      event('of b again', 'two'),
      start(c, 'one'),
      event('of c', 'one'),
    ]);
    const own = model.lines.filter(({ source }) => source === 'function').map((line) => [line.message, line.requestId]);
    assert.deepEqual(own, [['of a', a], ['of b', b], ['of b again', b], ['of c', c]]); // prettier-ignore
    assert.deepEqual(
      model.invocations.map(({ requestId, status, version }) => [requestId, status, version]),
      [[a, 'ok', '7'], [b, 'running', '7'], [c, 'running', '7']], // prettier-ignore
    );
  });

  it('tells cold from warm by the REPORT alone', () => {
    const model = new LogModel();
    model.append([
      event('INIT_START Runtime Version: x\n'),
      start(a),
      report(a, 'one', 'Init Duration: 80.00 ms\t'),
      start(b),
      report(b),
    ]);
    assert.deepEqual(
      model.invocations.map(({ coldStart, initDurationMs, durationMs }) => [coldStart, initDurationMs, durationMs]),
      [[true, 80, 5], [false, undefined, 5]], // prettier-ignore
    );
  });

  it('knows a failure from the runtime’s line or from the REPORT', () => {
    const model = new LogModel();
    model.append([
      start(a),
      event(`2026-01-01T00:00:00Z\t${a}\tERROR\tInvoke Error \t{"errorType":"Error"}\n`),
      report(a),
      start(b),
      event(`2026-01-01T00:00:00Z ${b} Task timed out after 3.00 seconds\n`),
      report(b, 'one', 'Status: timeout'),
      start(c),
      event('I say: Task timed out after 3 seconds, and ERROR\n'),
      report(c),
    ]);
    assert.deepEqual(
      model.invocations.map(({ status }) => status),
      ['error', 'timeout', 'ok'],
    );
  });

  it('shows a retried event as the newest, with its latest figures', () => {
    const model = new LogModel();
    model.append([start(a), report(a, 'one', 'Status: error\tError Type: E'), start(b), report(b)]);
    const { invocations } = model.append([start(a), report(a)]);
    assert.deepEqual(
      invocations.map(({ requestId, status, errorType }) => [requestId, status, errorType]),
      [[a, 'ok', undefined]],
    );
    assert.deepEqual(
      model.invocations.map(({ requestId }) => requestId),
      [b, a],
    );
  });

  it('holds its newest lines, and no invocation without one', () => {
    const model = new LogModel({ maxLines: 4 });
    model.append([start(a), event('of a'), report(a), start(b), event('of b'), report(b)]);
    assert.equal(model.lines.length, 4);
    assert.deepEqual(
      model.invocations.map(({ requestId }) => requestId),
      [a, b],
    );
    model.append([event('of b')]);
    assert.deepEqual(
      model.invocations.map(({ requestId }) => requestId),
      [b],
    );
    const keys = model.lines.map(({ key }) => key);
    assert.deepEqual(keys, [3, 4, 5, 6]);
  });
});

it('keeps functions apart whose log streams have one name', () => {
  const model = new LogModel();
  const line = (functionName: string, message: string): LogEvent => ({
    timestamp: 1,
    message,
    logStream: 's',
    functionName,
  });
  const [a, b] = ['1', '2'].map((digit) => `${digit.repeat(8)}-1111-4222-8333-444444444444`);
  const { lines, invocations } = model.append([
    line('a', `START RequestId: ${a} Version: 1`),
    line('b', `START RequestId: ${b} Version: 1`),
    line('a', 'of a'),
    line('b', 'of b'),
  ]);
  assert.deepEqual(lines.slice(2).map(({ functionName, requestId }) => [functionName, requestId]), [['a', a], ['b', b]]); // prettier-ignore
  assert.deepEqual(invocations.map(({ functionName }) => functionName), ['a', 'b']); // prettier-ignore
});

it('gives a line of a filtered log to the invocation that it names, and to none by its place', () => {
  const model = new LogModel({ isFiltered: true });
  const [first, second] = ['1', '2'].map((digit) => `${digit.repeat(8)}-1111-4222-8333-444444444444`);
  const { lines } = model.append(
    [
      `START RequestId: ${first} Version: 1`,
      'of an invocation whose START did not pass',
      `2026-01-01T00:00:00.000Z\t${second}\tERROR\tno`,
      `{"level":"ERROR","requestId":"${second}"}`,
      `2026-01-01T00:00:00.000Z ${second} Task timed out after 3.00 seconds`,
    ].map((message) => ({ timestamp: 1, message, logStream: 's' })),
  );
  assert.deepEqual(
    lines.map(({ requestId }) => requestId),
    [first, undefined, second, second, second],
  );
});
