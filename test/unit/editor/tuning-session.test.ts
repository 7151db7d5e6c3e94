import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptTunings } from '../../../src/editor/tuning/kept-tunings.ts';
import { TuningSession } from '../../../src/editor/tuning/tuning-session.ts';
import type { TuningOutcome } from '../../../src/observe/tuning.ts';
import type { FunctionSummary, TuneOptions } from '../../../src/pipeline.ts';
import { Problem } from '../../../src/problem.ts';
import { isFromTuningPage, type ToTuningPage } from '../../../src/protocol/tuning.ts';

const outcome: TuningOutcome = {
  functionName: 'hello',
  memorySizeMB: 256,
  runs: 5,
  region: 'eu-west-1',
  versions: ['8', '9'],
  isCancelled: false,
  sizes: [{ memorySizeMB: 128, invocations: 5, failed: 0, warmMs: 3 }],
  advice: { isAllTheSame: false },
};
const summary: FunctionSummary = {
  name: 'hello',
  arn: 'arn:aws:lambda:eu-west-1:000000000000:function:hello',
  runtime: 'nodejs24.x',
  codeSize: 1,
  memorySizeMB: 256,
  timeoutSeconds: 9,
  lastModified: undefined,
  state: 'Active',
  version: '$LATEST',
  architecture: 'arm64',
  ephemeralStorageMB: 512,
};
const wish = { payload: '{"a":1}', memorySizes: [128, 256], runs: 5 };

/** As VS Code's, in memory. */
function memento() {
  let value: unknown;
  return {
    keys: () => [],
    get: <T>(_key: string, fallback?: T) => (value ?? fallback) as T, // as VS Code's own does
    update: (_key: string, next: unknown) => {
      value = next;
      return Promise.resolve();
    },
  };
}

function createStage(tuneMemory: (options: TuneOptions) => Promise<TuningOutcome>) {
  const posted: ToTuningPage[] = [];
  const applied: unknown[] = [];
  const leftOut: unknown[] = [];
  const target = { label: 'Local Lambda' };
  const tunings = new KeptTunings(memento());
  const session = new TuningSession({
    functionName: 'hello',
    pipeline: {
      tuneMemory,
      describeFunction: () => Promise.resolve(summary),
      setMemory: ({ memorySizeMB }) => Promise.resolve(void applied.push(memorySizeMB)),
    },
    targets: { label: target.label, choice: { kind: 'local' }, resolve: () => Promise.resolve(target) },
    timings: {
      read: () => Promise.resolve({ groups: [], change: {} }),
      leaveOut: (...args) => void leftOut.push(args),
    },
    tunings,
    lastPayload: () => '{"last":1}',
    post: (message) => posted.push(message),
    onError: () => {},
    onApplied: () => applied.push('said'),
  });
  return { session, posted, applied, leftOut, tunings };
}

test('a page begins with the function as it is set up, and with what was measured last', async () => {
  const { session, posted, tunings } = createStage(() => Promise.resolve(outcome));
  await tunings.keep({ target: 'Local Lambda', functionName: 'hello' }, { outcome, at: 7 });
  await session.receive({ type: 'ready' });
  const setup = { region: 'eu-west-1', architecture: 'arm64', timeoutSeconds: 9, memorySizeMB: 256, ephemeralStorageMB: 512 }; // prettier-ignore
  assert.deepEqual(posted, [
    { type: 'begin', functionName: 'hello', target: 'Local Lambda', isLocal: true, payload: '{"last":1}' },
    { type: 'outcome', outcome, at: 7 },
    { type: 'setup', setup },
  ]);
});

test('a tuning is told step by step, and its outcome is kept', async () => {
  const asked: TuneOptions[] = [];
  const { session, posted, leftOut, tunings } = createStage((options) => {
    asked.push(options);
    options.onProgress?.({ step: 'preparing', memorySizeMB: 128 });
    options.onProgress?.({ step: 'prepared', versions: ['8', '9'] });
    return Promise.resolve(outcome);
  });
  await session.receive({ type: 'run', wish });
  assert.deepEqual([asked[0]?.payload, asked[0]?.memorySizes, asked[0]?.runs], [wish.payload, [128, 256], 5]);
  assert.deepEqual(
    posted.map(({ type }) => type),
    ['progress', 'progress', 'outcome'],
  );
  assert.deepEqual(leftOut, [[{ target: 'Local Lambda', functionName: 'hello' }, ['8', '9']]]);
  assert.deepEqual(tunings.of({ target: 'Local Lambda', functionName: 'hello' })?.outcome, outcome);
  assert.equal(tunings.of({ target: 'AWS', functionName: 'hello' }), undefined);
});

test('one runs at a time, and a closed window waits until it has put back what it changed', async () => {
  const steps: string[] = [];
  const { session, posted } = createStage(async ({ signal }) => {
    steps.push('begun');
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    await new Promise(setImmediate);
    steps.push('put back');
    return { ...outcome, isCancelled: true };
  });
  const running = session.receive({ type: 'run', wish });
  await session.receive({ type: 'run', wish });
  await session.receive({ type: 'apply', memorySizeMB: 512 });
  await new Promise(setImmediate);
  assert.deepEqual(steps, ['begun']);
  await session.end();
  assert.deepEqual(steps, ['begun', 'put back']);
  await running;
  assert.deepEqual(posted.at(-1)?.type, 'outcome');
});

test('what went wrong is told on the page, and the next tuning can begin', async () => {
  let count = 0;
  const { session, posted } = createStage(() =>
    (count += 1) === 1 ? Promise.reject(new Problem('TuningFailed', 'It fails.')) : Promise.resolve(outcome),
  );
  await session.receive({ type: 'run', wish });
  assert.deepEqual(posted.at(-1), { type: 'failed', problem: 'It fails.' });
  await session.receive({ type: 'run', wish });
  assert.equal(posted.at(-1)?.type, 'outcome');
});

test('a size is given to the function, and others hear of it', async () => {
  const { session, posted, applied } = createStage(() => Promise.resolve(outcome));
  await session.receive({ type: 'apply', memorySizeMB: 512 });
  assert.deepEqual(applied, [512, 'said']);
  assert.deepEqual(posted, [{ type: 'applied', memorySizeMB: 512 }]);
});

test('the last tunings of thirty functions are kept', async () => {
  const tunings = new KeptTunings(memento());
  const place = (number: number) => ({ target: 't', functionName: `f${number}` });
  for (let at = 0; at < 32; at += 1) await tunings.keep(place(at), { outcome, at });
  await tunings.keep(place(31), { outcome, at: 99 });
  assert.deepEqual([tunings.of(place(1)), tunings.of(place(2))?.at, tunings.of(place(31))?.at], [undefined, 2, 99]);
});

test('only messages of the page are taken', () => {
  const good = [{ type: 'ready' }, { type: 'cancel' }, { type: 'run', wish }, { type: 'apply', memorySizeMB: 1 }];
  const bad = [null, 'run', { type: 'run' }, { type: 'run', wish: { ...wish, runs: 1.5 } }, { type: 'run', wish: { ...wish, memorySizes: ['1'] } }, { type: 'apply', memorySizeMB: '1' }, { type: 'other' }]; // prettier-ignore
  assert.deepEqual(good.filter((message) => !isFromTuningPage(message)), []); // prettier-ignore
  assert.deepEqual(bad.filter((message) => isFromTuningPage(message)), []); // prettier-ignore
});
