// Roles and their policies, as Debian's AWS CLI makes them before it deploys a function.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DeleteFunctionCommand, DeleteLayerVersionCommand, AddLayerVersionPermissionCommand, GetLayerVersionPolicyCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda'; // prettier-ignore
import { environmentFor, RunningProgram, type Finished } from './cli-process.ts';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder } from './engine-process.ts';
import { zipOf } from './zip-of.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const logs = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'logs:*', Resource: '*' },
});
const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

describe('IAM', () => {
  const scratch = temporaryFolder();
  let engine: EngineProcess;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    mkdirSync(path.join(scratch.path, 'home'));
    engine = await EngineProcess.start(path.join(scratch.path, 'data'));
    env = environmentFor(path.join(scratch.path, 'home'), engine.connection);
  });
  after(async () => {
    await engine.end();
    scratch[Symbol.dispose]();
  });

  const run = async (...words: string[]): Promise<Finished> =>
    new RunningProgram(
      '/usr/bin/aws',
      ['iam', ...words, '--endpoint-url', engine.connection.endpoint, '--output', 'json'],
      env,
    ).finished;
  const iam = async (...words: string[]) => {
    const { status, stdout, stderr } = await run(...words);
    assert.equal(status, 0, `aws iam ${words.join(' ')}: ${stderr}`);
    return stdout === '' ? {} : JSON.parse(stdout);
  };
  const refuses = async (code: string, words: RegExp, ...command: string[]): Promise<void> => {
    const { status, stderr } = await run(...command);
    assert.equal(status, 254, stderr);
    assert.match(stderr, new RegExp(`An error occurred \\(${code}\\)`));
    assert.match(stderr, words);
  };

  it('makes, shows, changes and deletes a role with its policies', async () => {
    const named = ['--role-name', 'Orders'];
    const made = await iam('create-role', ...named, '--path', '/shop/', '--assume-role-policy-document', trust, '--description', 'für <Orders> & "more"', '--tags', 'Key=team,Value=a b', 'Key=x,Value='); // prettier-ignore
    assert.equal(made['Role'].Arn, 'arn:aws:iam::000000000000:role/shop/Orders');
    assert.match(made['Role'].RoleId, /^AROA[A-Z2-7]{17}$/);
    assert.deepEqual(made['Role'].AssumeRolePolicyDocument, JSON.parse(trust));
    await iam('wait', 'role-exists', ...named);
    await iam('attach-role-policy', ...named, '--policy-arn', basic);
    await iam('attach-role-policy', ...named, '--policy-arn', basic);
    await iam('put-role-policy', ...named, '--policy-name', 'logs', '--policy-document', logs);
    assert.deepEqual((await iam('list-attached-role-policies', ...named))['AttachedPolicies'], [
      { PolicyName: 'AWSLambdaBasicExecutionRole', PolicyArn: basic },
    ]);
    assert.deepEqual((await iam('list-role-policies', ...named))['PolicyNames'], ['logs']);
    const policy = await iam('get-role-policy', ...named, '--policy-name', 'logs');
    assert.deepEqual(policy['PolicyDocument'], JSON.parse(logs));
    await iam('update-role', ...named, '--max-session-duration', '7200');
    await iam('untag-role', ...named, '--tag-keys', 'x');
    const { Role } = await iam('get-role', '--role-name', 'orders');
    assert.deepEqual(
      [Role.RoleName, Role.Description, Role.MaxSessionDuration, Role.Tags],
      ['Orders', 'für <Orders> & "more"', 7200, [{ Key: 'team', Value: 'a b' }]],
    );
    await refuses('DeleteConflict', /must detach all policies first/, 'delete-role', ...named);
    await iam('detach-role-policy', ...named, '--policy-arn', basic);
    await refuses('DeleteConflict', /must delete policies first/, 'delete-role', ...named);
    await iam('delete-role-policy', ...named, '--policy-name', 'logs');
    await iam('delete-role', ...named);
    await refuses('NoSuchEntity', /The role with name Orders cannot be found\./, 'get-role', ...named);
  });

  it('lists roles in pages, over a restart', async () => {
    const names = ['one', 'three', 'two'];
    for (const name of names) await iam('create-role', '--role-name', name, '--assume-role-policy-document', trust);
    const listed = async (...more: string[]): Promise<string[]> =>
      (await iam('list-roles', ...more))['Roles'].map(({ RoleName }: { RoleName: string }) => RoleName);
    assert.deepEqual(await listed('--page-size', '1'), names);
    assert.deepEqual(await listed('--path-prefix', '/other/'), []);
    await engine.end();
    engine = await EngineProcess.start(path.join(scratch.path, 'data'));
    assert.deepEqual(await listed(), names);
  });

  it('refuses in the words of the service', async () => {
    const create = (name: string, document: string): string[] => [
      'create-role',
      '--role-name',
      name,
      '--assume-role-policy-document',
      document,
    ];
    await iam(...create('taken', trust));
    await refuses('EntityAlreadyExists', /Role with name TAKEN already exists\./, ...create('TAKEN', trust));
    await refuses('ValidationError', /The specified value for roleName is invalid/, ...create('no blanks', trust));
    await refuses(
      'ValidationError',
      /Member must have length less than or equal to 64/,
      ...create('x'.repeat(65), trust),
    );
    await refuses('MalformedPolicyDocument', /invalid Json/, ...create('bad', '{'));
    await refuses('MalformedPolicyDocument', /prohibited field Resource/, ...create('bad', logs));
    const named = ['--role-name', 'taken'];
    const own = 'arn:aws:iam::000000000000:policy/mine';
    await refuses(
      'NoSuchEntity',
      /does not exist or is not attachable/,
      'attach-role-policy',
      ...named,
      '--policy-arn',
      own,
    );
    await refuses('NoSuchEntity', /was not found/, 'detach-role-policy', ...named, '--policy-arn', basic);
    await refuses('MalformedPolicyDocument', /should not specify a principal/, 'put-role-policy', ...named, '--policy-name', 'p', '--policy-document', trust); // prettier-ignore
    await refuses('InvalidAction', /does not serve ListUsers/, 'list-users');
  });

  it('keeps roles and policies of layers that are called as a function that is deleted', async () => {
    const clients = clientsOf(engine.connection);
    await iam('create-role', '--role-name', 'same', '--assume-role-policy-document', trust);
    await createNodeFunction(clients, 'same', 'export const handler = () => 1;');
    const LayerName = 'same';
    await clients.lambda.send(
      new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: await zipOf({ x: 'y' }) } }),
    );
    const allowed = {
      LayerName,
      VersionNumber: 1,
      StatementId: 'all',
      Action: 'lambda:GetLayerVersion',
      Principal: '*',
    };
    await clients.lambda.send(new AddLayerVersionPermissionCommand(allowed));
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName: 'same' }));
    const { Policy } = await clients.lambda.send(new GetLayerVersionPolicyCommand({ LayerName, VersionNumber: 1 }));
    assert.match(Policy ?? '', /"Sid":"all"/);
    assert.equal((await iam('get-role', '--role-name', 'same'))['Role'].RoleName, 'same');
    await clients.lambda.send(new DeleteLayerVersionCommand({ LayerName, VersionNumber: 1 }));
  });
});
