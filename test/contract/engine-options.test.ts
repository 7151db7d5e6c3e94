// What the user says at the start of the local Lambda: which programs run functions, and whose credentials these get.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { findOrStartEngine, holdLease } from '../../src/engine/launch.ts';
import { CreateFunctionCommand, InvokeCommand, type Runtime } from '@aws-sdk/client-lambda';
import {
  clientsOf,
  engineEntry,
  EngineProcess,
  sharedFolder,
  temporaryFolder,
  type Clients,
} from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

const python = `
import os
def handler(event, context):
    return {name: os.environ.get(name) for name in event}
`;

async function start(t: TestContext, ...options: string[]): Promise<Clients> {
  const data = temporaryFolder();
  const engine = await EngineProcess.start(data.path, ...options);
  t.after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });
  return clientsOf(engine.connection);
}

const create = async ({ lambda }: Clients, name: string, runtime: Runtime): Promise<unknown> =>
  lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: role,
      Runtime: runtime,
      Handler: 'index.handler',
      Code: { ZipFile: await zipOf({ 'index.py': python }) },
      Timeout: 30,
    }),
  );

async function variablesOf({ lambda }: Clients, name: string, names: readonly string[]): Promise<unknown> {
  const answer = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(names) }));
  return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
}

describe('a program that is named for a runtime', () => {
  const programs = sharedFolder();
  after(() => programs[Symbol.dispose]());
  const program = path.join(programs.path, 'my-python');
  writeFileSync(program, '#!/bin/sh\n[ "$1" = --version ] && exec python3 --version\nMINE=yes exec python3 "$@"\n');
  chmodSync(program, 0o755);

  it('runs its functions, or those of a whole language, and no others', async (t) => {
    const clients = await start(t, '--interpreter', `python3.13=${program}`);
    await create(clients, 'mine', 'python3.13');
    await create(clients, 'other', 'python3.12');
    assert.deepEqual(await variablesOf(clients, 'mine', ['MINE']), { MINE: 'yes' });
    assert.deepEqual(await variablesOf(clients, 'other', ['MINE']), { MINE: null });
    const ofAll = await start(t, '--interpreter', `python=${program}`);
    await create(ofAll, 'other', 'python3.12');
    assert.deepEqual(await variablesOf(ofAll, 'other', ['MINE']), { MINE: 'yes' });
  });

  it('is what a window that starts the local Lambda says as well', async (t) => {
    const data = temporaryFolder();
    const options = { entry: engineEntry, dataDirectory: data.path, interpreters: { 'python3.13': program } };
    const connection = await findOrStartEngine(options);
    const { pid } = JSON.parse(readFileSync(path.join(data.path, 'engine.json'), 'utf8'));
    t.after(async () => {
      const lease = holdLease(connection);
      process.kill(pid, 'SIGTERM');
      await lease.lost;
      data[Symbol.dispose]();
    });
    const clients = clientsOf(connection);
    await create(clients, 'mine', 'python3.13');
    assert.deepEqual(await variablesOf(clients, 'mine', ['MINE']), { MINE: 'yes' });
  });

  it('that cannot be run is named', async (t) => {
    const clients = await start(t, '--interpreter', 'python3.13=/nowhere/python');
    await create(clients, 'fn', 'python3.13');
    await assert.rejects(variablesOf(clients, 'fn', []), {
      name: 'InvalidParameterValueException',
      message: /^\/nowhere\/python, which is set to run python3\.13, does not answer/,
    });
  });

  it('is given with its runtime', () => {
    const { status, stderr } = spawnSync(process.execPath, [engineEntry, '--interpreter', program], {
      encoding: 'utf8',
    });
    assert.notEqual(status, 0);
    assert.match(stderr, /--interpreter is a runtime and a program, such as python3\.13=/);
  });
});

describe('the credentials of functions', () => {
  const files = temporaryFolder();
  const [credentials, config] = ['credentials', 'config'].map((name) => path.join(files.path, name));
  const before = { ...process.env };
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = credentials;
  process.env['AWS_CONFIG_FILE'] = config;
  writeFileSync(
    credentials ?? '',
    '[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = hidden\naws_session_token = token\n',
  );
  writeFileSync(config ?? '', '');
  after(() => {
    process.env = before;
    files[Symbol.dispose]();
  });
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL_LAMBDA'];

  it("are the local Lambda's own, which it believes", async (t) => {
    const clients = await start(t);
    await create(clients, 'fn', 'python3.13');
    const { accessKeyId, secretAccessKey } = await clients.lambda.config.credentials();
    const { protocol, hostname, port } = (await clients.lambda.config.endpoint?.()) ?? {};
    assert.deepEqual(await variablesOf(clients, 'fn', names), {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: null,
      AWS_ENDPOINT_URL_LAMBDA: `${protocol}//${hostname}:${port}`,
    });
  });

  it('are those of a profile where the user says so, and then of AWS', async (t) => {
    const clients = await start(t, '--function-profile', 'work');
    await create(clients, 'fn', 'python3.13');
    assert.deepEqual(await variablesOf(clients, 'fn', names), {
      AWS_ACCESS_KEY_ID: 'AKIDWORK',
      AWS_SECRET_ACCESS_KEY: 'hidden',
      AWS_SESSION_TOKEN: 'token',
      AWS_ENDPOINT_URL_LAMBDA: null,
    });
  });

  it('that a profile lacks are asked for', async (t) => {
    const clients = await start(t, '--function-profile', 'nobody');
    await create(clients, 'fn', 'python3.13');
    await assert.rejects(variablesOf(clients, 'fn', names), {
      name: 'InvalidParameterValueException',
      message: /credentials of the AWS profile nobody, and there are none: .*aws sso login --profile nobody/s,
    });
  });
});
