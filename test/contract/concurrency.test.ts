// Reserved and provisioned concurrency, through the real SDK client.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetProvisionedConcurrencyConfigCommand,
  InvokeCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  type GetProvisionedConcurrencyConfigCommandOutput,
} from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { followUntil } from './live-tail.ts';
import { role, zipOf } from './zip-of.ts';

/** Waits as long as its event says; tells how its environment came to be, and which it is. */
const code = `
import { randomUUID } from 'node:crypto';
const id = randomUUID();
export const handler = async (event) => {
  console.log('began');
  if (event.exit) process.exit(1);
  if (event.forMs) await new Promise((resolve) => setTimeout(resolve, event.forMs));
  return { id, type: process.env.AWS_LAMBDA_INITIALIZATION_TYPE };
};`;

describe('concurrency', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;

  before(async () => {
    engine = await EngineProcess.start(data.path, '--concurrency', '103');
    clients = clientsOf(engine.connection);
  });
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const create = async (FunctionName: string, source = code): Promise<void> => {
    const Code = { ZipFile: await zipOf({ 'index.mjs': source }) };
    const settings = { Role: role, Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 60 } as const;
    await clients.lambda.send(new CreateFunctionCommand({ FunctionName, Code, ...settings }));
  };
  const invoke = async (FunctionName: string, event: object = {}) =>
    clients.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: 'Tail' }));
  const said = ({ Payload }: { Payload?: Uint8Array | undefined }): { id: string; type: string } =>
    JSON.parse(Buffer.from(Payload ?? []).toString());
  const tail = ({ LogResult }: { LogResult?: string | undefined }): string =>
    Buffer.from(LogResult ?? '', 'base64').toString();
  const reserve = async (FunctionName: string, ReservedConcurrentExecutions: number) =>
    clients.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  /** Each look is a request; the engine works between two of them. */
  const settled = async (
    FunctionName: string,
    Qualifier: string,
  ): Promise<GetProvisionedConcurrencyConfigCommandOutput> => {
    for (;;) {
      const config = await clients.lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));
      if (config.Status !== 'IN_PROGRESS') return config;
    }
  };

  it('that is reserved is what a function has, no more and no less', async () => {
    await create('reserved');
    await invoke('reserved'); // makes its log group
    assert.deepEqual((await reserve('reserved', 1)).ReservedConcurrentExecutions, 1);
    const { Concurrency } = await clients.lambda.send(new GetFunctionCommand({ FunctionName: 'reserved' }));
    assert.equal(Concurrency?.ReservedConcurrentExecutions, 1);
    const began = followUntil(clients.logs, '/aws/lambda/reserved', (lines) => lines.some((line) => line.includes('began'))); // prettier-ignore
    await began.started;
    const first = invoke('reserved', { forMs: 1500 });
    await began.messages;
    await assert.rejects(invoke('reserved'), {
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    assert.equal((await first).FunctionError, undefined);
    await reserve('reserved', 0);
    await assert.rejects(invoke('reserved'), { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
    await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'reserved' }));
    assert.equal((await invoke('reserved')).StatusCode, 200);
    const { ReservedConcurrentExecutions } = await clients.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: 'reserved' })); // prettier-ignore
    assert.equal(ReservedConcurrentExecutions, undefined);
  });

  it('of the account is shown, and a hundred of it stay unreserved', async () => {
    await create('greedy');
    await assert.rejects(reserve('greedy', 4), {
      name: 'InvalidParameterValueException',
      message: /decreases account's UnreservedConcurrentExecution below its minimum value of \[100\]\.$/,
    });
    await reserve('greedy', 3);
    const { AccountLimit, AccountUsage } = await clients.lambda.send(new GetAccountSettingsCommand({}));
    assert.deepEqual([AccountLimit?.ConcurrentExecutions, AccountLimit?.UnreservedConcurrentExecutions], [103, 100]);
    assert.ok((AccountUsage?.FunctionCount ?? 0) >= 2 && (AccountUsage?.TotalCodeSize ?? 0) > 0);
    await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'greedy' }));
  });

  it('keeps asynchronous events that find no room, until there is some', async () => {
    await create('waiting');
    await clients.lambda.send(new InvokeCommand({ FunctionName: 'waiting', Payload: '{"forMs":0}' }));
    await reserve('waiting', 0);
    const ran = followUntil(clients.logs, '/aws/lambda/waiting', (lines) => lines.some((line) => line.includes('began'))); // prettier-ignore
    await ran.started;
    const { StatusCode } = await clients.lambda.send(new InvokeCommand({ FunctionName: 'waiting', InvocationType: 'Event' })); // prettier-ignore
    assert.equal(StatusCode, 202);
    await assert.rejects(invoke('waiting'), { name: 'TooManyRequestsException' });
    await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: 'waiting' }));
    await ran.messages;
  });

  it('that is provisioned is initialised before it is used, and more comes on demand', async () => {
    await create('ahead');
    await clients.lambda.send(new PublishVersionCommand({ FunctionName: 'ahead' }));
    const asked = await clients.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({ FunctionName: 'ahead', Qualifier: '1', ProvisionedConcurrentExecutions: 1 }), // prettier-ignore
    );
    assert.deepEqual([asked.Status, asked.RequestedProvisionedConcurrentExecutions], ['IN_PROGRESS', 1]);
    const ready = await settled('ahead', '1');
    assert.deepEqual([ready.Status, ready.AvailableProvisionedConcurrentExecutions], ['READY', 1]);
    const first = await invoke('ahead:1');
    assert.equal(said(first).type, 'provisioned-concurrency');
    assert.doesNotMatch(tail(first), /Init Duration/);
    const [one, other] = await Promise.all([invoke('ahead:1', { forMs: 300 }), invoke('ahead:1', { forMs: 300 })]);
    assert.deepEqual(new Set([said(one).type, said(other).type]), new Set(['provisioned-concurrency', 'on-demand']));
    // Once there is room again, the one that was initialised ahead comes first.
    assert.equal(said(await invoke('ahead:1')).id, said(first).id);
    assert.equal(said(await invoke('ahead')).type, 'on-demand');
  });

  it('that is provisioned is made up for after a crash, and comes back after a restart of the engine', async () => {
    const before = said(await invoke('ahead:1')).id;
    assert.equal((await invoke('ahead:1', { exit: true })).FunctionError, 'Unhandled');
    assert.equal((await settled('ahead', '1')).Status, 'READY');
    const after = said(await invoke('ahead:1'));
    assert.notEqual(after.id, before);
    await engine.end('SIGKILL');
    engine = await EngineProcess.start(data.path, '--concurrency', '103');
    clients = clientsOf(engine.connection);
    assert.equal((await settled('ahead', '1')).Status, 'READY');
    assert.equal(said(await invoke('ahead:1')).type, 'provisioned-concurrency');
  });

  it('that is provisioned for an alias goes where it points', async () => {
    await create('moving');
    await clients.lambda.send(new PublishVersionCommand({ FunctionName: 'moving' }));
    await clients.lambda.send(new CreateAliasCommand({ FunctionName: 'moving', Name: 'live', FunctionVersion: '1' }));
    await clients.lambda.send(new PutProvisionedConcurrencyConfigCommand({ FunctionName: 'moving', Qualifier: 'live', ProvisionedConcurrentExecutions: 1 })); // prettier-ignore
    assert.equal((await settled('moving', 'live')).Status, 'READY');
    assert.equal(said(await invoke('moving:1')).type, 'provisioned-concurrency');
    await clients.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'moving', ZipFile: await zipOf({ 'index.mjs': `${code}\n// 2` }), Publish: true })); // prettier-ignore
    await clients.lambda.send(new UpdateAliasCommand({ FunctionName: 'moving', Name: 'live', FunctionVersion: '2' }));
    assert.equal((await settled('moving', 'live')).Status, 'READY');
    assert.equal(said(await invoke('moving:2')).type, 'provisioned-concurrency');
    assert.equal(said(await invoke('moving:1')).type, 'on-demand');
    const { ProvisionedConcurrencyConfigs: all } = await clients.lambda.send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName: 'moving' })); // prettier-ignore
    assert.deepEqual(all?.map(({ FunctionArn }) => FunctionArn), ['arn:aws:lambda:us-east-1:000000000000:function:moving:live']); // prettier-ignore
    await clients.lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName: 'moving', Qualifier: 'live' })); // prettier-ignore
    await assert.rejects(settled('moving', 'live'), { name: 'ProvisionedConcurrencyConfigNotFoundException' });
  });

  it('that is provisioned is of a version or of one alias that points to it', async () => {
    const FunctionName = 'either';
    await create(FunctionName);
    await clients.lambda.send(new PublishVersionCommand({ FunctionName }));
    const publish = new UpdateFunctionCodeCommand({ FunctionName, ZipFile: await zipOf({ 'index.mjs': `${code}\n// 2` }), Publish: true }); // prettier-ignore
    await clients.lambda.send(publish);
    for (const Name of ['live', 'next'])
      await clients.lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: '1' }));
    const put = (Qualifier: string) =>
      clients.lambda.send(new PutProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier, ProvisionedConcurrentExecutions: 1 })); // prettier-ignore
    const already = {
      name: 'ResourceConflictException',
      message: "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
    };
    await put('live');
    await put('live');
    await assert.rejects(put('1'), {
      name: 'ResourceConflictException',
      message: 'Version is pointed by a Provisioned Concurrency alias',
    });
    await assert.rejects(put('next'), already);
    await put('2');
    const move = new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '2' });
    await assert.rejects(clients.lambda.send(move), already);
    const { ProvisionedConcurrencyConfigs: all } = await clients.lambda.send(new ListProvisionedConcurrencyConfigsCommand({ FunctionName })); // prettier-ignore
    assert.deepEqual(all?.map(({ FunctionArn }) => FunctionArn?.split(':').at(-1)).sort(), ['2', 'live']);
    for (const Qualifier of ['live', '2'])
      await clients.lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier }));
    await put('1');
    await assert.rejects(put('live'), already);
    await clients.lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier: '1' }));
  });

  it('says why it cannot be provisioned', async () => {
    await create('broken', 'throw new Error("not today");');
    await clients.lambda.send(new PublishVersionCommand({ FunctionName: 'broken' }));
    const put = (Qualifier: string, ProvisionedConcurrentExecutions: number) =>
      clients.lambda.send(new PutProvisionedConcurrencyConfigCommand({ FunctionName: 'broken', Qualifier, ProvisionedConcurrentExecutions })); // prettier-ignore
    await assert.rejects(put('$LATEST', 1), {
      name: 'InvalidParameterValueException',
      message: 'The function resource provided must be an alias or a published version.',
    });
    await assert.rejects(put('1', 50), { message: /below its minimum value of \[100\]/ });
    await clients.lambda.send(new CreateAliasCommand({ FunctionName: 'broken', Name: 'latest', FunctionVersion: '$LATEST' })); // prettier-ignore
    await assert.rejects(put('latest', 1), { message: /must be an alias or a published version/ });
    await put('1', 1);
    const { Status, StatusReason } = await settled('broken', '1');
    assert.equal(Status, 'FAILED');
    assert.match(StatusReason ?? '', /not today/);
  });
});
