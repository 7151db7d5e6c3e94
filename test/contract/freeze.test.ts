// Between invocations an execution environment stands still, whatever its code, its children and its extensions would do.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  InvokeCommand,
  PublishLayerVersionCommand,
  PublishVersionCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, sharedFolder, type Clients } from './engine-process.ts';
import { zipOf } from './zip-of.ts';

/** Its ticks, and those of a child, since the last invocation and up to one more. */
const ticking = `
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
let ticks = [];
let onTick;
setInterval(() => { ticks.push(Date.now()); onTick?.(); }, 2);
const file = process.env.NOTES + '/child';
writeFileSync(file, '');
const child = spawn(process.execPath, ['-e',
  'setInterval(() => require("node:fs").appendFileSync(process.argv[1], Date.now() + "\\\\n"), 2)', file], { stdio: 'ignore' });
export const handler = async () => {
  await new Promise((resolve) => { onTick = resolve; });
  const given = ticks;
  ticks = [];
  const ofChild = readFileSync(file, 'utf8').trim().split('\\n').map(Number);
  return { pids: [process.pid, child.pid], ticks: [...given, ...ofChild] };
};`;
const sleeping = `export const handler = () => new Promise((resolve) => setTimeout(resolve, 60));`;
const noting = `
import { appendFileSync, writeFileSync } from 'node:fs';
writeFileSync(process.env.NOTES + '/pid', String(process.pid));
process.once('SIGTERM', () => { appendFileSync(process.env.NOTES + '/ended', 'SIGTERM\\n'); process.exit(0); });
export const handler = async () => process.pid;`;
const extension = `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
(async () => {
  const registered = await fetch(api + 'register', {
    method: 'POST', headers: { 'lambda-extension-name': 'watcher' }, body: '{"events":["INVOKE","SHUTDOWN"]}',
  });
  const headers = { 'lambda-extension-identifier': registered.headers.get('lambda-extension-identifier') };
  for (;;) {
    const { eventType } = await (await fetch(api + 'event/next', { headers })).json();
    appendFileSync(process.env.NOTES + '/events', process.pid + ' ' + eventType + '\\n');
    if (eventType === 'SHUTDOWN') process.exit(0);
  }
})();`;

/** T where it is stopped; empty where it is gone. */
const stateOf = (pid: number): string => {
  try {
    return execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .slice(0, 1);
  } catch {
    return '';
  }
};
const until = async (pids: readonly number[], state: RegExp): Promise<void> => {
  while (!pids.every((pid) => state.test(stateOf(pid)))) await nextTurn();
};
const stopped = /^T$/;
const gone = /^Z?$/;

describe('environments between invocations', { skip: process.platform === 'win32' && 'has no such signals' }, () => {
  const data = sharedFolder();
  const kept = sharedFolder();
  let engine: EngineProcess;
  let clients: Clients;
  const start = async (...options: string[]): Promise<void> => {
    engine = await EngineProcess.start(data.path, ...options);
    clients = clientsOf(engine.connection);
  };
  const Environment = { Variables: { NOTES: kept.path } };
  const note = (name: string): string => readFileSync(path.join(kept.path, name), 'utf8');
  const invoke = async (FunctionName: string): Promise<unknown> => {
    const { Payload } = await clients.lambda.send(new InvokeCommand({ FunctionName }));
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };
  const tick = async (): Promise<{ pids: number[]; ticks: number[] }> => Object(await invoke('ticking'));

  before(async () => start());
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
    kept[Symbol.dispose]();
  });

  it('run no timer, neither their own nor their children', async () => {
    await createNodeFunction(clients, 'ticking', ticking, { Environment });
    await createNodeFunction(clients, 'sleeping', sleeping);
    await invoke('sleeping'); // warm, so that its next invocation lasts as long as its sleep
    const { pids } = await tick();
    await until(pids, stopped);
    const from = Date.now();
    await invoke('sleeping');
    const to = Date.now();
    const { pids: again, ticks } = await tick();
    assert.deepEqual(again, pids, 'the same environment goes on');
    assert.deepEqual(
      ticks.filter((at) => at > from && at < to),
      [],
    );
    assert.ok(ticks.some((at) => at >= to));
  });

  it('and their extensions stand still, and all are told of the end', async () => {
    const Content = { ZipFile: await zipOf({ 'extensions/watcher': extension }) };
    const { LayerVersionArn = '' } = await clients.lambda.send(
      new PublishLayerVersionCommand({ LayerName: 'watcher', Content }),
    );
    await createNodeFunction(clients, 'watched', noting, { Environment, Layers: [LayerVersionArn] });
    const pid = Number(await invoke('watched'));
    const extensionPid = Number.parseInt(note('events'), 10);
    await until([pid, extensionPid], stopped);
    assert.equal(await invoke('watched'), pid);
    await until([pid, extensionPid], stopped);
    await engine.end();
    assert.equal(note('ended'), 'SIGTERM\n');
    assert.deepEqual(note('events').match(/[A-Z]+/g), ['INVOKE', 'INVOKE', 'SHUTDOWN']);
  });

  it('that are provisioned stand still from their init on', async () => {
    await start();
    await createNodeFunction(clients, 'ahead', noting, { Environment });
    const { Version: Qualifier } = await clients.lambda.send(new PublishVersionCommand({ FunctionName: 'ahead' }));
    await clients.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName: 'ahead',
        Qualifier,
        ProvisionedConcurrentExecutions: 1,
      }),
    );
    const before = note('pid');
    while (note('pid') === before || note('pid') === '') await nextTurn();
    await until([Number(note('pid'))], stopped);
    const { Payload } = await clients.lambda.send(new InvokeCommand({ FunctionName: 'ahead', Qualifier }));
    assert.equal(Buffer.from(Payload ?? []).toString(), note('pid'));
  });

  it('end when their engine is killed, which a stopped process could not notice', async () => {
    const { pids } = await tick();
    await until(pids, stopped);
    await engine.end('SIGKILL');
    await until([...pids, Number(note('pid'))], gone);
  });

  it('go on where they are asked to', async () => {
    await start('--no-freeze');
    await tick();
    const from = Date.now();
    await invoke('sleeping');
    const to = Date.now();
    const { ticks } = await tick();
    assert.ok(ticks.some((at) => at > from && at < to));
  });
});
