import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { keepTiming } from '../../../src/editor/commands/keep-timing.ts';
import type { CommandContext } from '../../../src/editor/commands/command-context.ts';
import { KeptTimings } from '../../../src/editor/panel/kept-timings.ts';
import { timingOfLogTail } from '../../../src/observe/log-tail-timing.ts';
import { createPipeline, type InvokeResult } from '../../../src/pipeline.ts';

const requestId = '00000001-1111-4222-8333-abcdef012345';
const report = `REPORT RequestId: ${requestId}\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\tInit Duration: 90.00 ms\t\n`;
const key = { target: 'Local Lambda', functionName: 'hello' };

test('the timing of a response is in the history without an open panel, and once when a panel follows the log', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lambda-workbench-kept-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'timings.sqlite');
  const timings = new KeptTimings({ pipeline: createPipeline(), file, onError: (error) => assert.fail(String(error)) });
  t.after(() => timings.dispose());
  const asked: unknown[] = [];
  const configurations = { of: (of: unknown) => Promise.resolve(void asked.push(of)) };
  const context = { timings, configurations } as unknown as Pick<CommandContext, 'timings' | 'configurations'>;
  // Of a long log the tail holds no more than its end.
  const timing = timingOfLogTail(`the end of a long line\n${report}`, requestId);
  assert.ok(timing);
  const result: InvokeResult = { mode: 'sync', statusCode: 200, requestId, functionError: 'Unhandled', executedVersion: '3', timing, elapsedMs: 20 }; // prettier-ignore
  await keepTiming(context, { ...key, sentAt: 1000, result });
  const [group] = (await timings.read(key)).groups;
  assert.deepEqual(
    [group?.version, group?.invocations, group?.failed, group?.firstAt, group?.cold?.p50],
    ['3', 1, 1, 1000, 102.5],
  );
  assert.deepEqual(asked, [{ functionName: 'hello', version: '3' }]);
  await timings.record(key, [{ ...timing, startedAt: 1007, version: '3', status: 'error' }]);
  const groups = (await timings.read(key)).groups.map(({ invocations, firstAt }) => [invocations, firstAt]);
  assert.deepEqual(groups, [[1, 1007]]);
});

test('a response without a REPORT line keeps nothing', async () => {
  const context = {} as unknown as Pick<CommandContext, 'timings' | 'configurations'>;
  const result: InvokeResult = { mode: 'async', statusCode: 202, requestId, elapsedMs: 3 };
  await keepTiming({ ...context }, { ...key, sentAt: 1, result });
});
