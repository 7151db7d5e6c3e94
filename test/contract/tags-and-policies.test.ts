// Tags of functions, permissions of layer versions, and what throttled callers are told, through the real SDK client.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  AddLayerVersionPermissionCommand,
  DeleteLayerVersionCommand,
  GetFunctionCommand,
  GetLayerVersionPolicyCommand,
  InvokeCommand,
  ListTagsCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  RemoveLayerVersionPermissionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { zipOf } from './zip-of.ts';

const source = 'export const handler = async () => process.pid;';

describe('tags and permissions', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  it('of a function are added, replaced, listed and taken away, while its environment stays', async () => {
    const { lambda } = clients;
    await createNodeFunction(clients, 'tagged', source, { Tags: { team: 'a', stage: 'test' } });
    const FunctionName = 'tagged';
    const pid = async (): Promise<string | undefined> =>
      (await lambda.send(new InvokeCommand({ FunctionName }))).Payload?.transformToString();
    const before = await pid();
    const Resource = (await lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration?.FunctionArn ?? '';
    await lambda.send(new TagResourceCommand({ Resource, Tags: { team: 'b', 'cost center': 'x & y' } }));
    const tags = async () => (await lambda.send(new ListTagsCommand({ Resource }))).Tags;
    assert.deepEqual(await tags(), { team: 'b', stage: 'test', 'cost center': 'x & y' });
    await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['stage', 'cost center', 'none'] }));
    assert.deepEqual(await tags(), { team: 'b' });
    await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['team'] }));
    assert.deepEqual(await tags(), {});
    assert.equal(await pid(), before);

    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
    await assert.rejects(
      lambda.send(new TagResourceCommand({ Resource: `${Resource}:${Version}`, Tags: { a: 'b' } })),
      {
        name: 'InvalidParameterValueException',
      },
    );
    await assert.rejects(lambda.send(new ListTagsCommand({ Resource: `${Resource}-not` })), {
      name: 'ResourceNotFoundException',
    });
    const Tags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, '']));
    await assert.rejects(lambda.send(new TagResourceCommand({ Resource, Tags })), /at most 50/);
  });

  it('of a layer version are given once each, shown as a policy, and taken back', async () => {
    const { lambda } = clients;
    const LayerName = 'shared';
    const Content = { ZipFile: await zipOf({ 'a.txt': 'a' }) };
    const publish = async () =>
      (await lambda.send(new PublishLayerVersionCommand({ LayerName, Content }))).Version ?? 0;
    const VersionNumber = await publish();
    const layer = { LayerName, VersionNumber };
    const policy = async () => lambda.send(new GetLayerVersionPolicyCommand(layer));
    await assert.rejects(policy(), { name: 'ResourceNotFoundException' });
    const permission = { ...layer, StatementId: 'all', Action: 'lambda:GetLayerVersion', Principal: '*' };
    const added = await lambda.send(
      new AddLayerVersionPermissionCommand({ ...permission, OrganizationId: 'o-abcdefghij' }),
    );
    assert.deepEqual(JSON.parse(added.Statement ?? ''), {
      Sid: 'all',
      Effect: 'Allow',
      Principal: '*',
      Action: 'lambda:GetLayerVersion',
      Resource: `arn:aws:lambda:us-east-1:000000000000:layer:shared:${VersionNumber}`,
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } },
    });
    assert.equal((await policy()).RevisionId, added.RevisionId);
    await assert.rejects(lambda.send(new AddLayerVersionPermissionCommand(permission)), {
      name: 'ResourceConflictException',
    });
    const other = { ...permission, StatementId: 'one', Principal: '123456789012' };
    await assert.rejects(lambda.send(new AddLayerVersionPermissionCommand({ ...other, RevisionId: 'stale' })), {
      name: 'PreconditionFailedException',
    });
    await lambda.send(new AddLayerVersionPermissionCommand(other));
    await lambda.send(new RemoveLayerVersionPermissionCommand({ ...layer, StatementId: 'all' }));
    const { Statement } = JSON.parse((await policy()).Policy ?? '');
    assert.deepEqual([Statement.length, Statement[0].Principal], [1, { AWS: 'arn:aws:iam::123456789012:root' }]);
    await lambda.send(new RemoveLayerVersionPermissionCommand({ ...layer, StatementId: 'one' }));
    await assert.rejects(policy(), { name: 'ResourceNotFoundException' });
    await lambda.send(new DeleteLayerVersionCommand(layer));
    await assert.rejects(lambda.send(new AddLayerVersionPermissionCommand(permission)), {
      name: 'ResourceNotFoundException',
    });
  });

  it('are not what a throttled caller lacks: it is told the reason, and when to come again', async () => {
    await createNodeFunction(clients, 'closed', source);
    const FunctionName = 'closed';
    await clients.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await assert.rejects(clients.lambda.send(new InvokeCommand({ FunctionName })), {
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      retryAfterSeconds: '1',
    });
  });
});
