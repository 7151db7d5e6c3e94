// What the kernel holds an environment to as a whole, through the real SDK client.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DeleteFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';

/** Runs the body that its event names; `group` finds a file of the function's own control group. */
const running = `
import fs from 'node:fs';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
const group = (name) => {
  const own = fs.readFileSync('/proc/self/cgroup', 'utf8').trim().split('\\n').map((line) => line.split(':'));
  for (const line of fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\\n').filter((one) => / - cgroup2? /.test(one))) {
    const [, , , , point] = line.split(' ');
    const options = line.split(' ').pop().split(',');
    const [, , folder] = own.find(([, names]) => names === '' ? line.includes(' - cgroup2 ') : options.some((one) => names.split(',').includes(one))) ?? [];
    const file = folder && path.join(point, folder, name);
    if (file && folder.includes('lambda-workbench-') && fs.existsSync(file)) return file;
  }
};
export const handler = async (event) =>
  new Function('fs', 'spawn', 'once', 'group', 'return (async () => {' + event.body + '})()')(fs, spawn, once, group);`;
const hoard = 'const kept = []; setInterval(() => kept.push(Buffer.alloc(1 << 22, 1)), 1)';

/** Whether this system, for this user, has them: as an engine says. */
const has = await (async () => {
  using data = temporaryFolder();
  const engine = await EngineProcess.start(data.path, '--cpu-share');
  const said = await engine.says(/^Not enforced on this system: .*$/m);
  await engine.end();
  return { memory: !said.includes('memory'), cpu: !said.includes('CPU share') };
})();

describe('the control group of an environment', { skip: !has.memory && 'none may be made here' }, () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;

  const start = async (): Promise<void> => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
  };
  const run = async (FunctionName: string, body: string, { lambda } = clients) => {
    const Payload = JSON.stringify({ body });
    const output = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    return JSON.parse(output.Payload?.transformToString() ?? '');
  };
  const ended = async (pid: number): Promise<void> => {
    while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setImmediate(resolve));
  };
  const detached = (program: string): string =>
    `const child = spawn(process.execPath, ['-e', ${JSON.stringify(program)}], { detached: true, stdio: 'ignore' });`;

  before(async () => {
    await start();
    await createNodeFunction(clients, 'one', running, { MemorySize: 192, Timeout: 600 });
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  it('has a limit of memory that leaves room for its /tmp', async () => {
    const limit = await run(
      'one',
      "return fs.readFileSync(group('memory.max') ?? group('memory.limit_in_bytes'), 'utf8')",
    );
    assert.equal(Number(limit), (192 + 512 + 16) * 1024 * 1024);
    const filled = `fs.writeFileSync('/tmp/full', Buffer.alloc(1 << 24));
      for (let at = 1; at < 24; at += 1) fs.appendFileSync('/tmp/full', Buffer.alloc(1 << 24));
      const { size } = fs.statSync('/tmp/full'); fs.rmSync('/tmp/full'); return size;`;
    assert.equal(await run('one', filled), 24 << 24);
  });

  it('counts the memory of what has left its process group', async () => {
    const answer = await run('one', `${detached(hoard)} await once(child, 'exit'); await new Promise(() => {});`);
    assert.equal(answer.errorType, 'Runtime.OutOfMemory');
  });

  it('has 1,024 processes at most', async () => {
    const body = `
      const children = [];
      const failed = await new Promise((resolve) => {
        const more = () => {
          for (let each = 0; each < 50; each += 1)
            children.push(spawn('/bin/sleep', ['600'], { stdio: 'ignore' }).once('error', resolve));
          if (children.length < 1200) setImmediate(more);
          else setImmediate(resolve, { code: 'none' });
        };
        more();
      });
      const { length } = children.filter(({ pid }) => pid);
      for (const child of children) child.kill('SIGKILL');
      return [failed.code, length];`;
    await createNodeFunction(clients, 'many', running, { MemorySize: 1024, Timeout: 600 });
    const [code, count] = await run('many', body);
    assert.equal(code, 'EAGAIN');
    assert.ok(count > 900 && count < 1024, String(count));
  });

  it('ends what multiplies faster than it is ended', async () => {
    const script = 'more() { more | more & }; more; sleep 600';
    await createNodeFunction(clients, 'bomb', running, { Timeout: 1 });
    const body = `spawn('/bin/sh', ['-c', '${script}'], { stdio: 'ignore' }); await new Promise(() => {});`;
    assert.equal((await run('bomb', body)).errorType, 'Sandbox.Timedout');
    const folder = path.dirname(path.dirname(String(await run('one', "return group('pids.max')"))));
    const processes = (): number =>
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => readFileSync(path.join(folder, name, 'cgroup.procs'), 'utf8').split('\n').length)
        .reduce((sum, each) => sum + each, 0);
    while (processes() > 50) await new Promise((resolve) => setImmediate(resolve));
  });

  it('has its share of processors, once it is initialised', { skip: !has.cpu && 'no such controller' }, async () => {
    const quota = `const file = group('cpu.max') ?? group('cpu.cfs_quota_us');
      return file ? fs.readFileSync(file, 'utf8') : 'none';`;
    assert.match(await run('one', quota), /^(max 100000\n|none)$/);
    using ofSharing = temporaryFolder();
    const sharing = await EngineProcess.start(ofSharing.path, '--cpu-share');
    const theirs = clientsOf(sharing.connection);
    for (const [name, MemorySize, microseconds] of [
      ['quick', 3538, 200_000],
      ['slow', 885, 50_028],
    ] as const) {
      await createNodeFunction(theirs, name, running, { MemorySize, Timeout: 600 });
      assert.equal(Number.parseInt(await run(name, quota, theirs), 10), microseconds);
    }
    await sharing.end();
  });

  it('ends what has left its process group with the environment', async () => {
    const pid = Number(await run('one', `${detached('setInterval(() => 0, 1000)')} return child.pid;`));
    assert.ok(existsSync(`/proc/${pid}`));
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName: 'one' }));
    await ended(pid);
    await createNodeFunction(clients, 'one', running, { MemorySize: 192, Timeout: 600 });
  });

  it('goes with its engine, or when that was killed, with the next', async () => {
    const file = String(await run('one', "return group('memory.stat')"));
    const folder = path.dirname(path.dirname(file));
    const pid = Number(await run('one', `${detached('setInterval(() => 0, 1000)')} return child.pid;`));
    await engine.end('SIGKILL');
    assert.ok(existsSync(`/proc/${pid}`));
    await start();
    await ended(pid);
    assert.ok(!existsSync(path.dirname(file)));
    await run('one', 'return 1');
    assert.ok(readdirSync(folder).length > 0);
    await engine.end();
    assert.ok(!existsSync(folder));
  });
});
