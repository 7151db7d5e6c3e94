// Versions and aliases, through the real SDK client.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:';
const codeOf = (says: string): Record<string, string> => ({
  'index.mjs': `export const handler = async (event, { functionVersion, invokedFunctionArn }) =>
    ({ says: '${says}', functionVersion, invokedFunctionArn, env: process.env.AWS_LAMBDA_FUNCTION_VERSION });`,
});

describe('versions and aliases', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;
  const send: Clients['lambda']['send'] = ((command: Parameters<Clients['lambda']['send']>[0]) =>
    clients.lambda.send(command)) as Clients['lambda']['send'];

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
  });
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const create = async (FunctionName: string, Publish = false) =>
    send(
      new CreateFunctionCommand({
        FunctionName,
        Publish,
        Code: { ZipFile: await zipOf(codeOf('one')) },
        Role: role,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
      }),
    );
  const update = async (FunctionName: string, says: string, Publish = false) =>
    send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: await zipOf(codeOf(says)), Publish }));
  const invoke = async (FunctionName: string, Qualifier?: string) => {
    const { Payload, ExecutedVersion } = await send(
      new InvokeCommand({ FunctionName, ...(Qualifier && { Qualifier }) }),
    );
    return { ...JSON.parse(Buffer.from(Payload ?? []).toString()), ExecutedVersion };
  };
  const fails = async (sent: Promise<unknown>, name: string, message: string | RegExp) =>
    assert.rejects(sent, (error: Error) => {
      assert.equal(error.name, name);
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });

  it('keep code and configuration as they were when they were published', async () => {
    await create('kept');
    const first = await send(new PublishVersionCommand({ FunctionName: 'kept', Description: 'the first' }));
    assert.deepEqual([first.Version, first.FunctionArn, first.Description], ['1', `${arn}kept:1`, 'the first']);
    await update('kept', 'two');
    await send(new UpdateFunctionConfigurationCommand({ FunctionName: 'kept', MemorySize: 256 }));
    const old = {
      says: 'one',
      functionVersion: '1',
      env: '1',
      invokedFunctionArn: `${arn}kept:1`,
      ExecutedVersion: '1',
    };
    assert.deepEqual(await invoke('kept', '1'), old);
    assert.deepEqual(await invoke(`${arn}kept:1`), old);
    const now = await invoke('kept');
    assert.deepEqual(
      [now.says, now.functionVersion, now.invokedFunctionArn, now.ExecutedVersion],
      ['two', '$LATEST', `${arn}kept`, '$LATEST'],
    );
    const { Configuration, Code } = await send(new GetFunctionCommand({ FunctionName: 'kept', Qualifier: '1' }));
    assert.deepEqual([Configuration?.MemorySize, Configuration?.Version], [128, '1']);
    const zip = Buffer.from(await (await fetch(Code?.Location ?? '')).arrayBuffer());
    assert.equal(zip.length, Configuration?.CodeSize);
    const { events = [] } = await clients.logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/kept', filterPattern: 'START' })); // prettier-ignore
    const [one] = events.filter(({ message }) => message?.includes('Version: 1'));
    assert.match(one?.logStreamName ?? '', /\/\[1\][0-9a-f]{32}$/);
  });

  it('are published once for the same, by PublishVersion, CreateFunction and UpdateFunctionCode', async () => {
    const created = await create('once', true);
    assert.equal(created.Version, '1');
    assert.equal((await send(new PublishVersionCommand({ FunctionName: 'once' }))).Version, '1');
    assert.equal((await update('once', 'two', true)).Version, '2');
    assert.equal((await update('once', 'two', true)).Version, '2');
    const { Versions = [] } = await send(new ListVersionsByFunctionCommand({ FunctionName: 'once' }));
    assert.deepEqual(
      Versions.map(({ Version, FunctionArn }) => [Version, FunctionArn]),
      ['$LATEST', '1', '2'].map((version) => [version, `${arn}once:${version}`]),
    );
    const page = await send(new ListVersionsByFunctionCommand({ FunctionName: 'once', MaxItems: 2 }));
    const rest = await send(new ListVersionsByFunctionCommand({ FunctionName: 'once', Marker: page.NextMarker }));
    assert.deepEqual([page.Versions?.length, rest.Versions?.map(({ Version }) => Version)], [2, ['2']]);
    await fails(
      send(new PublishVersionCommand({ FunctionName: 'once', CodeSha256: 'other' })),
      'InvalidParameterValueException',
      /^CodeSHA256 \(other\) is different from current CodeSHA256 in \$LATEST \(.*\)\. Please try again/,
    );
    await fails(
      send(new PublishVersionCommand({ FunctionName: 'once', RevisionId: 'other' })),
      'PreconditionFailedException',
      /does not match the latest Revision Id/,
    );
    const all = await send(new ListFunctionsCommand({ FunctionVersion: 'ALL', MaxItems: 50 }));
    assert.equal(all.Functions?.filter(({ FunctionName }) => FunctionName === 'once').length, 3);
    const two = await send(new ListFunctionsCommand({ FunctionVersion: 'ALL', MaxItems: 2 }));
    assert.deepEqual([two.Functions?.length, two.NextMarker !== undefined], [2, true]);
  });

  it('stay over a restart, with their numbers, also after the function was deleted', async () => {
    await create('again', true);
    await send(new CreateAliasCommand({ FunctionName: 'again', Name: 'live', FunctionVersion: '1' }));
    await engine.end('SIGKILL');
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    assert.equal((await invoke('again', 'live')).ExecutedVersion, '1');
    await send(new DeleteFunctionCommand({ FunctionName: 'again' }));
    const created = await create('again', true);
    assert.equal(created.Version, '2');
    await fails(send(new InvokeCommand({ FunctionName: 'again', Qualifier: '1' })), 'ResourceNotFoundException', `Function not found: ${arn}again:1`); // prettier-ignore
    await fails(send(new InvokeCommand({ FunctionName: 'again', Qualifier: 'live' })), 'ResourceNotFoundException', `Function not found: ${arn}again:live`); // prettier-ignore
  });

  it('are deleted one by one, but not while an alias names them', async () => {
    await create('single', true);
    await update('single', 'two', true);
    await send(new CreateAliasCommand({ FunctionName: 'single', Name: 'live', FunctionVersion: '1' }));
    await fails(
      send(new DeleteFunctionCommand({ FunctionName: 'single', Qualifier: '1' })),
      'ResourceConflictException',
      'Unable to delete version because the following aliases reference it: [live]',
    );
    await fails(
      send(new DeleteFunctionCommand({ FunctionName: 'single', Qualifier: '$LATEST' })),
      'InvalidParameterValueException',
      '$LATEST version cannot be deleted without deleting the function.',
    );
    await send(new DeleteAliasCommand({ FunctionName: 'single', Name: 'live' }));
    await send(new DeleteFunctionCommand({ FunctionName: 'single', Qualifier: '1' }));
    await fails(send(new GetFunctionConfigurationCommand({ FunctionName: 'single', Qualifier: '1' })), 'ResourceNotFoundException', `Function not found: ${arn}single:1`); // prettier-ignore
    assert.equal((await invoke('single', '2')).says, 'two');
    await fails(
      send(new UpdateFunctionConfigurationCommand({ FunctionName: `${arn}single:2`, Timeout: 5 })),
      'InvalidParameterValueException',
      /Name the function alone/,
    );
  });

  it('can be pointed at another version, and at two by weight', async () => {
    await create('aliased', true);
    await update('aliased', 'two', true);
    const made = await send(
      new CreateAliasCommand({
        FunctionName: 'aliased',
        Name: 'live',
        FunctionVersion: '1',
        Description: 'what users see',
      }),
    );
    assert.deepEqual([made.AliasArn, made.FunctionVersion], [`${arn}aliased:live`, '1']);
    const said = await invoke('aliased', 'live');
    assert.deepEqual([said.says, said.invokedFunctionArn, said.ExecutedVersion], ['one', `${arn}aliased:live`, '1']);
    const configuration = await send(
      new GetFunctionConfigurationCommand({ FunctionName: 'aliased', Qualifier: 'live' }),
    );
    assert.deepEqual([configuration.FunctionArn, configuration.Version], [`${arn}aliased:live`, '1']);

    await send(
      new UpdateAliasCommand({
        FunctionName: 'aliased',
        Name: 'live',
        RevisionId: made.RevisionId,
        RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } },
      }),
    );
    const versions = new Set<string>();
    while (versions.size < 2) versions.add((await invoke('aliased', 'live')).ExecutedVersion);
    assert.deepEqual(versions, new Set(['1', '2']));
    await fails(
      send(new UpdateAliasCommand({ FunctionName: 'aliased', Name: 'live', RevisionId: made.RevisionId })),
      'PreconditionFailedException',
      /does not match the latest Revision Id/,
    );
    await send(new UpdateAliasCommand({ FunctionName: 'aliased', Name: 'live', FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: {} } })); // prettier-ignore
    const { FunctionVersion, RoutingConfig, Description } = await send(new GetAliasCommand({ FunctionName: 'aliased', Name: 'live' })); // prettier-ignore
    assert.deepEqual([FunctionVersion, RoutingConfig, Description], ['2', undefined, 'what users see']);
    await send(new CreateAliasCommand({ FunctionName: 'aliased', Name: 'next', FunctionVersion: '$LATEST' }));
    const { Aliases } = await send(new ListAliasesCommand({ FunctionName: 'aliased', FunctionVersion: '2' }));
    assert.deepEqual(Aliases?.map(({ Name }) => Name), ['live']); // prettier-ignore
  });

  it('are judged in the words of the service', async () => {
    await create('judged', true);
    const alias = { FunctionName: 'judged', Name: 'live', FunctionVersion: '1' };
    await send(new CreateAliasCommand(alias));
    await fails(
      send(new CreateAliasCommand(alias)),
      'ResourceConflictException',
      `Alias already exists: ${arn}judged:live`,
    );
    await fails(send(new CreateAliasCommand({ ...alias, Name: 'x', FunctionVersion: '7' })), 'ResourceNotFoundException', `Function not found: ${arn}judged:7`); // prettier-ignore
    await fails(send(new GetAliasCommand({ FunctionName: 'judged', Name: 'none' })), 'ResourceNotFoundException', `Cannot find alias arn: ${arn}judged:none`); // prettier-ignore
    await fails(
      send(new CreateAliasCommand({ ...alias, Name: 'x', FunctionVersion: '$LATEST', RoutingConfig: { AdditionalVersionWeights: { 1: 0.1 } } })), // prettier-ignore
      'InvalidParameterValueException',
      '$LATEST is not supported for an alias pointing to more than 1 version',
    );
    for (const [weights, name, words] of [
      [{ 1: 1.2 }, 'ValidationException', /Value '\{1=1\.2\}' at 'routingConfig\.additionalVersionWeights'/],
      [{ 2: 0.1, 3: 0.1 }, 'InvalidParameterValueException', /two versions at most/],
    ] as const) {
      const RoutingConfig = { AdditionalVersionWeights: weights };
      await fails(send(new CreateAliasCommand({ ...alias, Name: 'x', RoutingConfig })), name, words);
    }
  });
});
