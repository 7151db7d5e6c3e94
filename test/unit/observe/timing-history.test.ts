import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { compareMedians } from '../../../src/observe/compare-medians.ts';
import { quantile } from '../../../src/observe/quantile.ts';
import { TimingHistory } from '../../../src/observe/timing-history.ts';
import type { InvocationTiming } from '../../../src/observe/timing.ts';

const key = { target: 'Local Lambda', functionName: 'orders' };

function fileOf(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lambda-workbench-history-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'deep', 'timings.sqlite');
}

const ended = (
  at: number,
  initDurationMs: number | undefined,
  change: Partial<InvocationTiming> = {},
): InvocationTiming => ({
  requestId: `id-${at}`,
  logStream: 's',
  version: '$LATEST',
  startedAt: at,
  status: 'ok',
  coldStart: initDurationMs !== undefined,
  ...(initDurationMs !== undefined && { initDurationMs }),
  durationMs: 10,
  memorySizeMB: 128,
  maxMemoryUsedMB: 60,
  ...change,
});

describe('a quantile', () => {
  it('is linear between its neighbours, and of nothing there is none', () => {
    assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5);
    assert.equal(quantile([1, 2, 3, 4, 5], 0.9), 4.6);
    assert.equal(quantile([7], 0.99), 7);
    assert.equal(quantile([], 0.5), undefined);
  });
});

describe('two medians', () => {
  const around = (middle: number, count: number): number[] =>
    Array.from({ length: count }, (_, at) => middle + ((at * 37) % 21) - 10);

  it('differ where the interval of their difference leaves zero out', () => {
    const change = compareMedians(around(200, 30), around(260, 30));
    assert.ok(change);
    assert.ok(change.lowMs > 0 && change.lowMs < change.differenceMs && change.differenceMs < change.highMs);
    assert.ok(Math.abs(change.differenceMs - 60) < 5);
    assert.deepEqual(compareMedians(around(200, 30), around(260, 30)), change);
  });

  it('are not said to differ where chance may have made it, nor where there are too few', () => {
    const change = compareMedians(around(200, 30), around(201, 25));
    assert.ok(change && change.lowMs < 0 && change.highMs > 0);
    assert.equal(compareMedians([1, 2, 3, 4], around(5, 10)), undefined);
  });
});

describe('the history of timings', () => {
  it('tells deployments and memory sizes apart, the newest first, and compares the newest two', (t) => {
    using history = new TimingHistory(fileOf(t));
    history.record(
      key,
      Array.from({ length: 6 }, (_, at) => ended(at, 100 + at)),
    );
    history.deployed(key, { at: 1000, codeSha256: 'new=' });
    history.record(key, [...Array.from({ length: 6 }, (_, at) => ended(1000 + at, 200 + at)), ended(2000, undefined, { status: 'timeout' })]); // prettier-ignore
    const { groups, change } = history.read(key);
    assert.equal(groups.length, 2);
    const [newest, before] = groups;
    assert.deepEqual(
      [newest?.deployedAt, newest?.codeSha256, newest?.invocations, newest?.failed, newest?.firstAt, newest?.lastAt],
      [1000, 'new=', 7, 1, 1000, 2000],
    );
    assert.deepEqual(newest?.cold, { count: 6, p50: 212.5, p90: 214.5, p99: 214.95 });
    assert.deepEqual(newest?.warm, { count: 1, p50: 10, p90: 10, p99: 10 });
    assert.deepEqual([before?.deployedAt, before?.cold?.p50, before?.maxMemoryUsedMB], [undefined, 112.5, 60]);
    assert.equal(change.cold?.differenceMs, 100);
    assert.ok((change.cold?.lowMs ?? 0) > 0);
    assert.equal(change.warm, undefined);
    history.record(key, [ended(3000, undefined, { memorySizeMB: 256 }), ended(3001, undefined, { version: '7' })]);
    assert.deepEqual(
      history.read(key).groups.map(({ version, memorySizeMB }) => [version, memorySizeMB]),
      [['7', 128], ['$LATEST', 256], ['$LATEST', 128], ['$LATEST', 128]], // prettier-ignore
    );
  });

  it('stays when it is opened again, counts an invocation once, and leaves out what still runs', (t) => {
    const file = fileOf(t);
    {
      using history = new TimingHistory(file);
      const running: InvocationTiming = { requestId: 'r', logStream: 's', startedAt: 5, status: 'running' };
      history.record(key, [ended(1, 100), ended(1, 100), running]);
    }
    using again = new TimingHistory(file);
    using besides = new TimingHistory(file);
    besides.record(key, [ended(1, 100), ended(2, undefined)]);
    assert.equal(again.read(key).groups[0]?.invocations, 2);
    assert.deepEqual(again.read({ ...key, functionName: 'other' }).groups, []);
    assert.deepEqual(again.read({ ...key, target: 'AWS' }).groups, []);
  });

  it('keeps the newest 5,000 invocations of a function, and leaves other functions alone', (t) => {
    using history = new TimingHistory(fileOf(t));
    history.record({ ...key, functionName: 'other' }, [ended(1, 1)]);
    history.record(
      key,
      Array.from({ length: 5200 }, (_, at) => ended(at, undefined)),
    );
    const [group] = history.read(key).groups;
    assert.deepEqual([group?.invocations, group?.firstAt], [5000, 200]);
    assert.equal(history.read({ ...key, functionName: 'other' }).groups.length, 1);
  });
});

it('an invocation that is kept is found by its request id, on its target', (t) => {
  using history = new TimingHistory(fileOf(t));
  history.record(key, [ended(1000, undefined), ended(2000, 5)]);
  assert.deepEqual(history.find({ target: key.target, requestId: 'id-2000' }), { functionName: 'orders', at: 2000 });
  assert.equal(history.find({ target: 'AWS', requestId: 'id-2000' }), undefined);
  assert.equal(history.find({ target: key.target, requestId: 'id-3000' }), undefined);
});

describe('a timing that came back with a response', () => {
  const counts = (history: TimingHistory) =>
    history.read(key).groups.map(({ invocations, firstAt }) => [invocations, firstAt]);

  it('is kept once, whichever comes first, at the time that the log tells', (t) => {
    using history = new TimingHistory(fileOf(t));
    const [ofTail, ofLog] = [ended(900, 5, { requestId: 'r' }), ended(1000, 5, { requestId: 'r' })];
    history.record(key, [ofTail], 'tail');
    assert.deepEqual(counts(history), [[1, 900]]);
    history.record(key, [ofTail], 'tail');
    history.record(key, [ofLog]);
    history.record(key, [ofTail], 'tail');
    assert.deepEqual(counts(history), [[1, 1000]]);
  });

  it('leaves the attempts of one event apart, as the log has them', (t) => {
    using history = new TimingHistory(fileOf(t));
    history.record(key, [ended(1, 5, { requestId: 'r' })]);
    history.record(key, [ended(2, 5, { requestId: 'r' })]);
    assert.deepEqual(counts(history), [[2, 1]]);
  });
});

describe('architectures and two groups side by side', () => {
  it('timings are of the architecture that the function had then; before it was changed last, of none that is known', (t) => {
    using history = new TimingHistory(fileOf(t));
    history.record(key, [ended(1, 1), ended(150, 1), ended(250, 1), ended(300, 1, { version: '7' })]);
    history.configured(key, { version: '$LATEST', since: 100, architecture: 'x86_64' });
    history.configured(key, { version: '$LATEST', since: 200, architecture: 'arm64', ephemeralStorageMB: 1024 });
    history.configured(key, { version: '7', since: 0, architecture: 'x86_64' });
    history.configured({ ...key, functionName: 'other' }, { version: '$LATEST', since: 0, architecture: 'arm64' });
    assert.deepEqual(
      history.read(key).groups.map(({ version, architecture }) => [version, architecture]),
      [['7', 'x86_64'], ['$LATEST', 'arm64'], ['$LATEST', 'x86_64'], ['$LATEST', undefined]], // prettier-ignore
    );
  });

  it('any two choices can be compared; without one they are the newest two', (t) => {
    using history = new TimingHistory(fileOf(t));
    const some = (from: number, change: Partial<InvocationTiming>) =>
      Array.from({ length: 6 }, (_, at) => ended(from + at, undefined, { billedDurationMs: 10, ...change }));
    history.record(key, [
      ...some(0, {}),
      ...some(100, { memorySizeMB: 256, durationMs: 5 }),
      ...some(200, { version: '7' }),
    ]);
    const region = 'us-east-1';
    assert.equal(history.read(key).comparison, undefined);
    const newest = history.read(key, { region }).comparison;
    assert.deepEqual(newest?.choice, { before: { code: 'deployed before', memorySizeMB: 256 }, after: { code: 'version 7', memorySizeMB: 128 }, region }); // prettier-ignore
    const sizes = history.read(key, { before: { memorySizeMB: 128 }, after: { memorySizeMB: 256 }, region }).comparison;
    assert.deepEqual([sizes?.before.invocations, sizes?.after.invocations], [12, 6]);
    const change = sizes?.figures.find(({ name }) => name === 'warmP50')?.change;
    assert.deepEqual([change?.value, change?.low, change?.high], [-0.5, -0.5, -0.5]);
    const none = history.read(key, { before: {}, after: { architecture: 'arm64' }, region }).comparison;
    assert.deepEqual([none?.before.invocations, none?.after.invocations], [18, 0]);
  });

  it('the newest code is told by memory size, over deployments of the same package', (t) => {
    using history = new TimingHistory(fileOf(t));
    const cold = { memorySizeMB: 512, billedDurationMs: 1 };
    for (const [at, codeSha256] of [[0, 'old='], [100, 'new='], [200, 'new=']] as const) history.deployed(key, { at, codeSha256 }); // prettier-ignore
    history.record(key, [
      ended(1, undefined, cold),
      ended(101, undefined),
      ended(201, undefined, { ...cold, memorySizeMB: 256 }),
    ]);
    const sizes = history.read(key, { region: 'us-east-1' }).memorySizes;
    assert.deepEqual(sizes?.map(({ memorySizeMB, warmP50 }) => [memorySizeMB, warmP50]), [[128, 10], [256, 10]]); // prettier-ignore
    assert.deepEqual(sizes?.map(({ costOfMillion }) => costOfMillion?.toFixed(4)), [undefined, '0.2042']); // prettier-ignore
  });
});

it('a file of an earlier version is read on', (t) => {
  const file = fileOf(t);
  new TimingHistory(file)[Symbol.dispose]();
  const old = new DatabaseSync(file);
  old.exec(`DROP TABLE timings; DROP TABLE configurations; CREATE TABLE timings (
    target TEXT NOT NULL, function TEXT NOT NULL, started INTEGER NOT NULL, request_id TEXT NOT NULL, version TEXT NOT NULL,
    failed INTEGER NOT NULL, cold INTEGER NOT NULL, total REAL NOT NULL, memory INTEGER, used INTEGER,
    PRIMARY KEY (target, function, started, request_id)) STRICT, WITHOUT ROWID;
    INSERT INTO timings VALUES ('Local Lambda', 'orders', 1, 'r', '$LATEST', 0, 0, 5.5, 128, 60)`);
  old.close();
  using history = new TimingHistory(file);
  history.record(key, [ended(2, undefined)], 'tail');
  assert.equal(history.read(key).groups[0]?.invocations, 2);
});
