// The function resource through the real SDK client: what is created, listed, changed and deleted, and how bad input is answered.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionCodeSigningConfigCommand,
  GetRuntimeManagementConfigCommand,
  InvokeCommand,
  ListCodeSigningConfigsCommand,
  paginateListFunctions,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  type CreateFunctionCommandInput,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

describe('functions', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;
  let zip: Buffer;

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    zip = await zipOf({ 'index.mjs': 'export const handler = async (event) => ({ echo: event });' });
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const creation = (name: string, overrides: Partial<CreateFunctionCommandInput> = {}): CreateFunctionCommand =>
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role,
      Code: { ZipFile: zip },
      ...overrides,
    });

  const failsWith = async (work: Promise<unknown>, name: string, message: RegExp): Promise<void> => {
    await assert.rejects(work, (error: Error) => {
      assert.equal(error.name, name);
      assert.match(error.message, message);
      return true;
    });
  };

  it('creates a function and describes it as the service does', async () => {
    const created = await clients.lambda.send(
      creation('described', { Description: 'what it is', Environment: { Variables: { STAGE: '1' } } }),
    );
    assert.equal(created.FunctionArn, 'arn:aws:lambda:us-east-1:000000000000:function:described');
    assert.equal(created.State, 'Pending');
    assert.equal(created.CodeSha256, createHash('sha256').update(zip).digest('base64'));
    assert.equal(created.CodeSize, zip.length);
    await waitUntilFunctionActiveV2({ client: clients.lambda, maxWaitTime: 10 }, { FunctionName: 'described' });
    const found = await clients.lambda.send(new GetFunctionCommand({ FunctionName: created.FunctionArn }));
    assert.equal(found.Configuration?.LastUpdateStatus, 'Successful');
    assert.deepEqual(found.Configuration?.Environment?.Variables, { STAGE: '1' });
    assert.equal(found.Configuration?.MemorySize, 128);
    assert.equal(found.Configuration?.Timeout, 3);
  });

  it('gives back the package it was sent, by a link that expires and cannot be forged', async () => {
    await clients.lambda.send(creation('downloaded'));
    const { Code } = await clients.lambda.send(new GetFunctionCommand({ FunctionName: 'downloaded' }));
    const location = new URL(Code?.Location ?? '');
    assert.deepEqual(
      Buffer.from(await (await fetch(location, { headers: { 'sec-fetch-site': 'none' } })).arrayBuffer()),
      zip,
    );
    location.searchParams.set('expires', String(Date.now() + 1e9));
    assert.equal((await fetch(location)).status, 403);
  });

  it('lists functions in pages, each once, in the order of their names', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `listed-${index}`);
    await Promise.all(names.map(async (name) => clients.lambda.send(creation(name))));
    const found: string[] = [];
    let pages = 0;
    for await (const page of paginateListFunctions({ client: clients.lambda, pageSize: 3 }, {})) {
      pages += 1;
      found.push(
        ...(page.Functions ?? []).map((fn) => fn.FunctionName ?? '').filter((name) => name.startsWith('listed-')),
      );
    }
    assert.deepEqual(found, names);
    assert.ok(pages >= 3);
  });

  it('changes code and configuration, and runs what is new', async () => {
    await clients.lambda.send(creation('changed'));
    const invoke = async (): Promise<string> =>
      Buffer.from((await clients.lambda.send(new InvokeCommand({ FunctionName: 'changed' }))).Payload ?? []).toString();
    assert.equal(await invoke(), '{"echo":{}}');
    const before = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'changed' }));
    const newZip = await zipOf({ 'index.mjs': 'export const handler = async () => process.env.GREETING ?? "new";' });
    const updated = await clients.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'changed', ZipFile: newZip }),
    );
    assert.equal(updated.LastUpdateStatus, 'InProgress');
    assert.notEqual(updated.RevisionId, before.RevisionId);
    assert.equal(await invoke(), '"new"');
    await clients.lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'changed',
        MemorySize: 256,
        Environment: { Variables: { GREETING: 'hi' } },
      }),
    );
    assert.equal(await invoke(), '"hi"');
    const now = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'changed' }));
    assert.equal(now.MemorySize, 256);
    assert.equal(now.Timeout, 3);
  });

  it('leaves the deployed version as it is when an update is refused', async () => {
    const { CodeSha256 } = await clients.lambda.send(creation('kept'));
    const broken = clients.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'kept', ZipFile: Buffer.from('not a zip') }),
    );
    await failsWith(broken, 'InvalidParameterValueException', /Could not unzip uploaded file/);
    const stale = clients.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'kept', ZipFile: zip, RevisionId: 'stale' }),
    );
    await failsWith(stale, 'PreconditionFailedException', /Revision Id provided does not match/);
    const kept = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'kept' }));
    assert.equal(kept.CodeSha256, CodeSha256);
    assert.equal((await clients.lambda.send(new InvokeCommand({ FunctionName: 'kept' }))).FunctionError, undefined);
  });

  it('refuses a zip whose entries leave the folder', async () => {
    const evil = await zipOf({ 'xx/evil.mjs': 'export {}' });
    const patched = Buffer.from(evil.toString('latin1').replaceAll('xx/evil', '../evil'), 'latin1');
    await failsWith(
      clients.lambda.send(creation('evil', { Code: { ZipFile: patched } })),
      'InvalidParameterValueException',
      /unzip/,
    );
  });

  it('answers a change while another is under way with a conflict', async () => {
    await clients.lambda.send(creation('contested'));
    const names = Array.from({ length: 500 }, (_, number) => [`file-${number}.txt`, String(number)]);
    const large = await zipOf({ ...Object.fromEntries(names), 'index.mjs': 'export const handler = async () => {};' });
    const progress = { underWay: true };
    const change = clients.lambda
      .send(new UpdateFunctionCodeCommand({ FunctionName: 'contested', ZipFile: large }))
      .finally(() => (progress.underWay = false));
    const refusals: Error[] = [];
    while (progress.underWay) {
      await clients.lambda
        .send(new UpdateFunctionConfigurationCommand({ FunctionName: 'contested', Description: 'meanwhile' }))
        .catch((error: Error) => refusals.push(error));
    }
    const { CodeSha256 } = await change;
    assert.ok(refusals.length > 0);
    for (const error of refusals) {
      assert.equal(error.name, 'ResourceConflictException');
      assert.match(error.message, /An update is in progress for resource/);
    }
    const { Configuration } = await clients.lambda.send(new GetFunctionCommand({ FunctionName: 'contested' }));
    assert.equal(Configuration?.CodeSha256, CodeSha256);
  });

  it('deletes a function, after which it is not found', async () => {
    await clients.lambda.send(creation('deleted'));
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName: 'deleted' }));
    await failsWith(
      clients.lambda.send(new GetFunctionCommand({ FunctionName: 'deleted' })),
      'ResourceNotFoundException',
      /^Function not found: arn:aws:lambda:us-east-1:000000000000:function:deleted$/,
    );
    await failsWith(
      clients.lambda.send(new InvokeCommand({ FunctionName: 'deleted' })),
      'ResourceNotFoundException',
      /^Function not found: arn:aws:lambda:us-east-1:000000000000:function:deleted:\$LATEST$/,
    );
  });

  it('answers bad input in the words of the service', async () => {
    const send = async (overrides: Partial<CreateFunctionCommandInput>): Promise<unknown> =>
      clients.lambda.send(creation('bad', overrides));
    await failsWith(
      send({ Timeout: 901 }),
      'ValidationException',
      /Value '901' at 'timeout'.*less than or equal to 900/,
    );
    await failsWith(
      send({ MemorySize: 64 }),
      'ValidationException',
      /Value '64' at 'memorySize'.*greater than or equal to 128/,
    );
    await failsWith(
      send({ FunctionName: 'no spaces' }),
      'ValidationException',
      /'functionName'.*regular expression pattern/,
    );
    await failsWith(send({ FunctionName: 'x'.repeat(65) }), 'ValidationException', /less than or equal to 64/);
    await failsWith(send({ Role: 'me' }), 'ValidationException', /at 'role' failed to satisfy constraint/);
    await failsWith(
      send({ Handler: undefined }),
      'InvalidParameterValueException',
      /Runtime and Handler are mandatory/,
    );
    await failsWith(
      send({ Runtime: 'go1.x' }),
      'InvalidParameterValueException',
      /runs Node.js, Python, Ruby, Java and custom runtimes/,
    );
    await failsWith(send({ Code: { S3Bucket: 'bucket', S3Key: 'key' } }), 'InvalidParameterValueException', /no S3/);
    await failsWith(
      send({ Environment: { Variables: { AWS_REGION: 'x' } } }),
      'InvalidParameterValueException',
      /reserved keys/,
    );
    await failsWith(
      send({ Environment: { Variables: { BIG: 'x'.repeat(5000) } } }),
      'InvalidParameterValueException',
      /4KB limit/,
    );
    await clients.lambda.send(creation('twice'));
    await failsWith(
      clients.lambda.send(creation('twice')),
      'ResourceConflictException',
      /Function already exist: twice/,
    );
    await failsWith(
      clients.lambda.send(new ListCodeSigningConfigsCommand({})),
      'NotImplementedException',
      /does not serve ListCodeSigningConfigs/,
    );
  });

  it('answers what infrastructure tools ask of every function', async () => {
    await clients.lambda.send(creation('asked'));
    const FunctionName = 'asked';
    const signing = await clients.lambda.send(new GetFunctionCodeSigningConfigCommand({ FunctionName }));
    assert.equal(signing.CodeSigningConfigArn, undefined);
    const { $metadata: _, ...management } = await clients.lambda.send(
      new GetRuntimeManagementConfigCommand({ FunctionName }),
    );
    assert.deepEqual(management, {
      UpdateRuntimeOn: 'Auto',
      FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:asked:$LATEST',
    });
    const nobody = { FunctionName: 'nobody' };
    for (const sent of [
      clients.lambda.send(new GetFunctionCodeSigningConfigCommand(nobody)),
      clients.lambda.send(new GetRuntimeManagementConfigCommand(nobody)),
    ])
      await failsWith(sent, 'ResourceNotFoundException', /nobody/);
  });

  it('says who the caller is', async () => {
    const identity = await clients.sts.send(new GetCallerIdentityCommand({}));
    assert.equal(identity.Account, '000000000000');
  });
});
