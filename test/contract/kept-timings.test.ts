// Timings of invocations, kept without a panel and with one, against a real engine.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { CreateAliasCommand, PublishVersionCommand, PutProvisionedConcurrencyConfigCommand } from '@aws-sdk/client-lambda'; // prettier-ignore
import type { CommandContext } from '../../src/editor/commands/command-context.ts';
import { keepTiming } from '../../src/editor/commands/keep-timing.ts';
import { FunctionConfigurations } from '../../src/editor/panel/function-configurations.ts';
import { KeptTimings } from '../../src/editor/panel/kept-timings.ts';
import { LogModel } from '../../src/observe/log-model.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder } from './engine-process.ts';

test('each invocation is in the history once, with the architecture and the cost that the function has', async (t) => {
  const data = temporaryFolder();
  t.after(() => data[Symbol.dispose]());
  const engine = await EngineProcess.start(data.path);
  t.after(() => engine.end());
  const { endpoint, region, accessKeyId, secretAccessKey } = engine.connection;
  const target = { label: 'Local Lambda', endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  await createNodeFunction(clientsOf(engine.connection), 'kept', 'export const handler = async () => 1;', {
    Architectures: ['arm64'],
    EphemeralStorage: { Size: 1024 },
  });

  const pipeline = createPipeline();
  const file = path.join(data.path, 'timings.sqlite');
  const timings = new KeptTimings({ pipeline, file, onError: (error) => assert.fail(String(error)) });
  t.after(() => timings.dispose());
  const targets = { label: target.label, resolve: () => Promise.resolve(target) };
  const configurations = new FunctionConfigurations({ pipeline, targets, timings });
  const context: Pick<CommandContext, 'timings' | 'configurations'> = { timings, configurations };
  const key = { target: target.label, functionName: 'kept' };

  for (let count = 0; count < 6; count += 1) {
    const sentAt = Date.now();
    const result = await pipeline.invoke({ target, functionName: 'kept', mode: 'sync', payload: '{}' });
    await keepTiming(context, { ...key, sentAt, result });
  }
  const kept = async () => (await timings.read(key, { region })).groups;
  const ofTails = await kept();
  assert.deepEqual(
    ofTails.map(({ version, architecture, invocations, cold, warm }) => [version, architecture, invocations, cold?.count, warm?.count]), // prettier-ignore
    [['$LATEST', 'arm64', 6, 1, 5]],
  );
  const [size] = (await timings.read(key, { region })).memorySizes ?? [];
  assert.ok(size?.costOfMillion !== undefined && size.costOfMillion > 0.2);

  // As a panel does that follows the log.
  const events = await pipeline.readLogs({ target, functionName: 'kept', since: 0 });
  await timings.record(key, new LogModel().append(events).invocations);
  const ofLog = await kept();
  assert.deepEqual(
    ofLog.map(({ architecture, invocations, warm }) => [architecture, invocations, warm]),
    ofTails.map(({ architecture, invocations, warm }) => [architecture, invocations, warm]),
  );
  const found = await configurations.of({ functionName: 'kept' });
  const setUp = { functionName: 'kept', region, architecture: 'arm64', ephemeralStorageMB: 1024 };
  assert.deepEqual(found, { ...setUp, provisioned: [] });

  const { lambda } = clientsOf(engine.connection);
  const FunctionName = 'kept';
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: Version }));
  const wanted = { FunctionName, Qualifier: 'live', ProvisionedConcurrentExecutions: 2 };
  await lambda.send(new PutProvisionedConcurrencyConfigCommand(wanted));
  configurations.forget('kept');
  const now = await configurations.of({ functionName: 'kept' });
  const live = { qualifier: 'live', version: Version, count: 2, memorySizeMB: 128, architecture: 'arm64' };
  assert.deepEqual(now, { ...setUp, provisioned: [live] });
});
