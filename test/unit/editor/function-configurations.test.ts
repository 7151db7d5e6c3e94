import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FunctionConfigurations } from '../../../src/editor/panel/function-configurations.ts';
import type { HistoryKey, KeptConfiguration } from '../../../src/observe/timing-history.ts';
import type { FunctionSummary } from '../../../src/pipeline.ts';

const summary: FunctionSummary = {
  name: 'hello',
  arn: 'arn:aws:lambda:eu-west-1:123456789012:function:hello',
  runtime: 'nodejs24.x',
  codeSize: 1,
  memorySizeMB: 128,
  timeoutSeconds: 3,
  lastModified: '2026-05-04T12:00:00.000+0000',
  state: 'Active',
  version: '$LATEST',
  architecture: 'arm64',
  ephemeralStorageMB: 1024,
};

function createStage(describe: () => Promise<FunctionSummary> = () => Promise.resolve(summary)) {
  const asked: (string | undefined)[] = [];
  const provisioned = [{ qualifier: 'live', version: '7', count: 2, memorySizeMB: 128, architecture: 'arm64' as const }]; // prettier-ignore
  const kept: [HistoryKey, KeptConfiguration][] = [];
  const configurations = new FunctionConfigurations({
    targets: { label: 'AWS', resolve: () => Promise.resolve({ label: 'AWS' }) },
    pipeline: {
      describeFunction: ({ qualifier }) => {
        asked.push(qualifier);
        return describe();
      },
      listProvisioned: () => Promise.resolve(provisioned),
    },
    timings: { configured: (...args) => Promise.resolve(void kept.push(args)) },
  });
  return { configurations, asked, kept };
}

test('a configuration is asked for once a minute, again after a deployment, and noted beside the timings', async (context) => {
  context.mock.timers.enable({ apis: ['Date'] });
  const { configurations, asked, kept } = createStage();
  const found = await configurations.of({ functionName: 'hello' });
  assert.deepEqual(found, {
    functionName: 'hello',
    region: 'eu-west-1',
    architecture: 'arm64',
    ephemeralStorageMB: 1024,
    provisioned: [{ qualifier: 'live', version: '7', count: 2, memorySizeMB: 128, architecture: 'arm64' }],
  });
  await configurations.of({ functionName: 'hello', version: '$LATEST' });
  assert.deepEqual(asked, [undefined]);
  context.mock.timers.tick(60_000);
  await configurations.of({ functionName: 'hello' });
  configurations.forget('hello');
  await configurations.of({ functionName: 'hello' });
  await configurations.of({ functionName: 'hello', version: '7' });
  assert.deepEqual(asked, [undefined, undefined, undefined, '7']);
  const since = Date.UTC(2026, 4, 4, 12);
  const setUp = { architecture: 'arm64', ephemeralStorageMB: 1024 };
  assert.deepEqual(kept[0], [
    { target: 'AWS', functionName: 'hello' },
    { version: '$LATEST', since, ...setUp },
  ]);
  assert.deepEqual(kept.at(-1)?.[1], { version: '7', since: 0, ...setUp });
});

test('a target that does not tell is no failure', async () => {
  const { configurations, kept } = createStage(() => Promise.reject(new Error('AccessDenied')));
  assert.equal(await configurations.of({ functionName: 'hello' }), undefined);
  assert.deepEqual(kept, []);
});
