// The engine as a process: its guards, its life, and what it keeps when it is killed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateFunctionCommand, GetFunctionCommand, InvokeCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { findOrStartEngine, holdLease } from '../../src/engine/launch.ts';
import { clientsOf, engineEntry, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { followUntil } from './live-tail.ts';
import { role, zipOf } from './zip-of.ts';

async function createFunction({ lambda }: Clients, name: string, code: string, timeout = 30): Promise<void> {
  const Code = { ZipFile: await zipOf({ 'index.mjs': code }) };
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role,
      Code,
      Timeout: timeout,
    }),
  );
}

async function get(
  endpoint: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    http
      .get(`${endpoint}/2015-03-31/functions`, { headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      })
      .once('error', reject);
  });
}

describe('the engine', () => {
  it('refuses unsigned, wrongly signed, and late requests', async () => {
    using data = temporaryFolder();
    const engine = await EngineProcess.start(data.path);
    const list = new ListFunctionsCommand({});
    assert.equal((await get(engine.connection.endpoint, {})).status, 403);
    await assert.rejects(clientsOf(engine.connection, { secretAccessKey: 'wrong' }).lambda.send(list), {
      name: 'InvalidSignatureException',
    });
    await assert.rejects(clientsOf(engine.connection, { accessKeyId: 'AKIDOTHER' }).lambda.send(list), {
      name: 'UnrecognizedClientException',
    });
    const late = clientsOf(engine.connection).lambda;
    late.config.systemClockOffset = -10 * 60_000;
    await assert.rejects(late.send(list), /Signature expired/);
    assert.deepEqual((await clientsOf(engine.connection).lambda.send(list)).Functions, []);
    await engine.end();
  });

  it('refuses web pages and foreign host names, also where signatures are not checked', async () => {
    using data = temporaryFolder();
    const engine = await EngineProcess.start(data.path, '--auth', 'none');
    assert.match(engine.stderr.join(''), /Signatures are not checked/);
    assert.match(await engine.says(/^Not enforced on this system: .*$/m), /CPU/);
    const { endpoint } = engine.connection;
    assert.equal((await get(endpoint, {})).status, 200);
    assert.equal((await get(endpoint, { origin: 'https://example.com' })).status, 403);
    assert.equal((await get(endpoint, { origin: 'null' })).status, 403);
    assert.equal((await get(endpoint, { 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await get(endpoint, { host: 'rebound.example.com' })).status, 403);
    assert.equal((await get(endpoint, { host: `localhost:${new URL(endpoint).port}` })).status, 200);
    await engine.end();
  });

  it('keeps its state to its user', async () => {
    using data = temporaryFolder();
    const engine = await EngineProcess.start(data.path);
    assert.equal(statSync(path.join(data.path, 'engine.json')).mode & 0o077, 0);
    await engine.end();
    assert.equal(existsSync(path.join(data.path, 'engine.json')), false);
  });

  it('ends cleanly on SIGTERM, and takes its environments with it', async () => {
    using data = temporaryFolder();
    const engine = await EngineProcess.start(data.path);
    const clients = clientsOf(engine.connection);
    await createFunction(clients, 'pid', 'export const handler = async () => process.pid;');
    const pid = Number(
      Buffer.from((await clients.lambda.send(new InvokeCommand({ FunctionName: 'pid' }))).Payload ?? []).toString(),
    );
    assert.doesNotThrow(() => process.kill(pid, 0));
    assert.equal(await engine.end(), 0);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.equal(existsSync(path.join(data.path, 'run')), false);
  });

  it('killed and started again has all functions, their code, their logs, and accepted events', async () => {
    using data = temporaryFolder();
    const first = await EngineProcess.start(data.path, '--concurrency', '1');
    const before = clientsOf(first.connection);
    await createFunction(before, 'kept', 'export const handler = async (event) => { console.log("said", event.n); };');
    await createFunction(
      before,
      'slow',
      'export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));',
      60,
    );
    for (const n of [1, 2])
      await before.lambda.send(new InvokeCommand({ FunctionName: 'kept', Payload: Buffer.from(`{"n":${n}}`) }));
    // The one environment there may be is busy: the events behind it are accepted, and wait.
    const blocked = before.lambda.send(new InvokeCommand({ FunctionName: 'slow' })).catch(() => undefined);
    for (const n of [3, 4, 5]) {
      const { StatusCode } = await before.lambda.send(
        new InvokeCommand({ FunctionName: 'kept', InvocationType: 'Event', Payload: Buffer.from(`{"n":${n}}`) }),
      );
      assert.equal(StatusCode, 202);
    }
    await first.end('SIGKILL');
    await blocked;
    const second = await EngineProcess.start(data.path);
    assert.deepEqual({ ...second.connection, endpoint: '' }, { ...first.connection, endpoint: '' });
    const after = clientsOf(second.connection);
    const followed = followUntil(after.logs, '/aws/lambda/kept', (messages) =>
      messages.some((message) => message.includes('said 9')),
    );
    await followed.started;
    const { Functions } = await after.lambda.send(new ListFunctionsCommand({}));
    assert.deepEqual(
      Functions?.map((fn) => fn.FunctionName),
      ['kept', 'slow'],
    );
    const said = async (): Promise<Set<string>> => {
      const { events } = await after.logs.send(
        new FilterLogEventsCommand({ logGroupName: '/aws/lambda/kept', filterPattern: 'said' }),
      );
      return new Set(events?.map((event) => event.message?.split('\t').at(-1)?.trim() ?? ''));
    };
    assert.ok((await said()).has('said 1') && (await said()).has('said 2'));
    const { FunctionError } = await after.lambda.send(
      new InvokeCommand({ FunctionName: 'kept', Payload: Buffer.from('{"n":9}') }),
    );
    assert.equal(FunctionError, undefined);
    await followed.messages;
    // Accepted events run once the engine is back; each is a line in the log.
    for (
      let names = await said();
      !['said 3', 'said 4', 'said 5'].every((line) => names.has(line));
      names = await said()
    );
    await second.end();
  });

  it('leaves no process behind when it is killed, or none after the next start', async () => {
    using data = temporaryFolder();
    // A function holds a connection as long as its process lives.
    const held: Socket[] = [];
    const waiting: ((socket: Socket) => void)[] = [];
    const server = createServer((socket) => (waiting.shift() ?? ((early) => held.push(early)))(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(typeof address === 'object' && address);
    const connected = async (): Promise<Socket> => new Promise((resolve) => waiting.push(resolve));
    const first = await EngineProcess.start(data.path);
    const clients = clientsOf(first.connection);
    const connect = `import net from 'node:net'; const socket = net.connect(${address.port}, '127.0.0.1'); socket.on('error', () => {});`;
    await createFunction(
      clients,
      'talking',
      `${connect} export const handler = () => new Promise(() => setInterval(() => console.log('on'), 5));`,
      60,
    );
    await createFunction(clients, 'silent', `${connect} export const handler = () => new Promise(() => {});`, 60);
    const closedOf = async (FunctionName: string): Promise<{ closed: Promise<unknown>; invoked: Promise<unknown> }> => {
      const socket = connected();
      const invoked = clients.lambda.send(new InvokeCommand({ FunctionName })).catch(() => undefined);
      const connection = await socket;
      connection.resume().on('error', () => {});
      return { closed: new Promise((resolve) => connection.once('close', resolve)), invoked };
    };
    const talking = await closedOf('talking');
    const silent = await closedOf('silent');
    await first.end('SIGKILL');
    await Promise.all([talking.closed, talking.invoked, silent.invoked]);
    const second = await EngineProcess.start(data.path);
    await silent.closed;
    await second.end();
    server.close();
  });

  it('says which port is in use and which data folder is taken', async () => {
    using data = temporaryFolder();
    using other = temporaryFolder();
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    assert.ok(typeof address === 'object' && address);
    const run = (...options: string[]): { status: number | null; stderr: string } =>
      spawnSync(process.execPath, [engineEntry, ...options], { encoding: 'utf8' });
    const taken = run('--data', other.path, '--port', String(address.port));
    assert.equal(taken.status, 1);
    assert.match(taken.stderr, new RegExp(`^error: Port ${address.port} is in use\\. Give another with --port`));
    blocker.close();
    const engine = await EngineProcess.start(data.path);
    const second = run('--data', data.path);
    assert.equal(second.status, 3);
    assert.match(second.stderr, /already runs on this data folder at http:\/\/127\.0\.0\.1:\d+/);
    await engine.end();
    assert.match(run('--port', 'x').stderr, /--port takes a whole number/);
    assert.equal(run('--auth', 'maybe').status, 2);
  });

  it('comes back on the port of last time', async () => {
    using data = temporaryFolder();
    const first = await EngineProcess.start(data.path);
    await first.end('SIGKILL');
    const second = await EngineProcess.start(data.path);
    assert.equal(second.connection.endpoint, first.connection.endpoint);
    await second.end();
  });

  it('is started once for everybody who asks at the same time, and found by those who ask later', async () => {
    using data = temporaryFolder();
    const launch = { entry: engineEntry, dataDirectory: data.path };
    const connections = await Promise.all([1, 2, 3].map(async () => findOrStartEngine(launch)));
    assert.equal(new Set(connections.map((connection) => connection.endpoint)).size, 1);
    const [connection] = connections;
    assert.ok(connection);
    assert.deepEqual((await findOrStartEngine(launch)).endpoint, connection.endpoint);
    const lease = holdLease(connection);
    const { pid } = JSON.parse(readFileSync(path.join(data.path, 'engine.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    await lease.lost;
    const again = await findOrStartEngine(launch);
    assert.equal(again.accessKeyId, connection.accessKeyId);
    process.kill(JSON.parse(readFileSync(path.join(data.path, 'engine.json'), 'utf8')).pid, 'SIGTERM');
    await holdLease(again).lost;
  });

  it('says why it could not be started', async () => {
    using data = temporaryFolder();
    const starting = findOrStartEngine({
      entry: path.join(data.path, 'nothing.js'),
      dataDirectory: path.join(data.path, 'state'),
    });
    await assert.rejects(starting, {
      name: 'Problem',
      code: 'EngineStartFailed',
      message: /could not be started.*engine\.log/,
    });
  });

  it('answers GetFunction of a function that another engine deployed as not found', async () => {
    using data = temporaryFolder();
    const engine = await EngineProcess.start(data.path, '--region', 'eu-central-1', '--account', '123456789012');
    const { lambda } = clientsOf(engine.connection);
    await assert.rejects(lambda.send(new GetFunctionCommand({ FunctionName: 'nobody' })), {
      message: 'Function not found: arn:aws:lambda:eu-central-1:123456789012:function:nobody',
    });
    await assert.rejects(
      lambda.send(new GetFunctionCommand({ FunctionName: 'arn:aws:lambda:us-east-1:123456789012:function:nobody' })),
      {
        message: "Functions from 'us-east-1' are not reachable in this region ('eu-central-1')",
      },
    );
    await engine.end();
  });
});
