import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { KeptTimings } from '../../../src/editor/panel/kept-timings.ts';
import type { InvocationTiming } from '../../../src/observe/timing.ts';
import { createPipeline } from '../../../src/pipeline.ts';

const key = { target: 'Local Lambda', functionName: 'hello' };
const ended = (at: number): InvocationTiming => {
  return { requestId: `r${at}`, logStream: 's', startedAt: at, status: 'ok', durationMs: 5, coldStart: false };
};

function keptIn(t: TestContext, content?: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lambda-workbench-timings-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'timings.sqlite');
  if (content !== undefined) writeFileSync(file, content);
  const errors: unknown[] = [];
  const open = (): KeptTimings =>
    new KeptTimings({ pipeline: createPipeline(), file, onError: (error) => errors.push(error) });
  return { open, errors };
}

test('timings and deployments are there again when the editor is', async (t) => {
  const { open, errors } = keptIn(t);
  const first = open();
  await first.record(key, [ended(1)]);
  await first.deployed(key, 'code=');
  await first.record(key, [ended(Date.now() + 1)]);
  first.dispose();
  const second = open();
  const { groups } = await second.read(key);
  assert.deepEqual(groups.map(({ codeSha256, invocations }) => [codeSha256, invocations]), [['code=', 1], [undefined, 1]]); // prettier-ignore
  second.dispose();
  assert.deepEqual(errors, []);
});

test('of versions that are left out nothing is kept, of this function and target alone', async (t) => {
  const { open } = keptIn(t);
  const timings = open();
  timings.leaveOut(key, ['8']);
  timings.leaveOut(key, ['9']);
  const versions = ['7', '8', '9'].map((version, at) => ({ ...ended(at + 1), version }));
  await timings.record(key, versions);
  assert.deepEqual(
    (await timings.read(key)).groups.map(({ version }) => version),
    ['7'],
  );
  await timings.record({ ...key, functionName: 'other' }, versions);
  assert.equal((await timings.read({ ...key, functionName: 'other' })).groups.length, 3);
  timings.dispose();
});

test('a file that is no history is said once, and nothing else fails', async (t) => {
  const { open, errors } = keptIn(t, 'not a database, but long enough to be taken for one '.repeat(40));
  const timings = open();
  await timings.record(key, [ended(1)]);
  await timings.record(key, [ended(2)]);
  assert.deepEqual(await timings.read(key), { groups: [], change: {} });
  assert.equal(errors.length, 1);
  timings.dispose();
});
