// Control groups of the kernel itself, where this system and user have them.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ControlGroup } from '../../../src/engine/sandbox/control-group.ts';
import { ControlGroups, endLeftGroups } from '../../../src/engine/sandbox/control-groups.ts';

const make = (name: string, folders: string[] = []): ControlGroups =>
  new ControlGroups({
    name: `test-${process.pid}-${name}`,
    wanted: ['memory', 'pids', 'cpu'],
    remember: (made) => folders.push(...made),
  });
const supported = await (async () => {
  const groups = make('probe');
  const support = await groups.support();
  await groups.dispose();
  return support.has('memory');
})();

/** Takes so many MB at once when it is told to, and then says so. */
const taking = (megabytes: number): ChildProcess =>
  spawn(
    process.execPath,
    [
      '-e',
      `setInterval(() => 0, 1000); process.stdin.once('data', () => { globalThis.held = Buffer.alloc(${megabytes} << 20, 1); console.log(held.length); });
       console.log('ready');`,
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );

describe('ControlGroups', { skip: !supported && 'no control groups that may be made here' }, () => {
  const folders: string[] = [];
  const groups = make('own', folders);
  let group: ControlGroup;

  before(async () => {
    const made = await groups.make();
    assert.ok(made);
    group = made;
  });

  after(async () => groups.dispose());

  it('has the kernel end who takes more than its limit at once, and counts it', async () => {
    group.limitMemory(192);
    const child = taking(400);
    const exited = once(child, 'exit');
    await once(child.stdout ?? child, 'data');
    await group.add(child.pid ?? 0);
    child.stdin?.write('go');
    assert.deepEqual(await exited, [null, 'SIGKILL']);
    assert.equal(group.memoryKills(), 1);
  });

  it('tells what is held, and leaves alone who stays below', async () => {
    group.limitMemory(192);
    const child = taking(100);
    await once(child.stdout ?? child, 'data');
    await group.add(child.pid ?? 0);
    const took = once(child.stdout ?? child, 'data');
    child.stdin?.write('go');
    await took;
    const held = group.held(50 << 20, undefined) / 1024 / 1024;
    assert.ok(held >= 100 && held < 200, `${held} MB`);
    assert.equal(group.memoryKills(), 1);
    child.kill();
    await once(child, 'exit');
  });

  it('ends what runs in groups that a killed engine left', async () => {
    const left: string[] = [];
    const theirs = make('left', left);
    const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
    const exited = once(child, 'exit');
    await (await theirs.make())?.add(child.pid ?? 0);
    await endLeftGroups(['/sys/fs/cgroup', ...left]);
    assert.deepEqual(await exited, [null, 'SIGKILL']);
    assert.ok(left.length > 0 && left.every((folder) => !existsSync(folder)));
    assert.ok(existsSync('/sys/fs/cgroup'));
  });

  it('limits processes and processors', async () => {
    const limits = (): string[] =>
      group.entries
        .flatMap((file) =>
          ['pids.max', 'cpu.max', 'cpu.cfs_quota_us'].map((name) => path.join(path.dirname(file), name)),
        )
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'utf8').trim());
    assert.ok(limits().includes('1024'));
    if (!(await groups.support()).has('cpu')) return;
    group.limitProcessors(0.25);
    assert.ok(limits().some((text) => text === '25000' || text === '25000 100000'));
    group.limitProcessors(undefined);
    assert.ok(limits().some((text) => text === '-1' || text === 'max 100000'));
  });

  it('leaves nothing', async () => {
    assert.ok(folders.every((folder) => existsSync(folder)));
    await groups.dispose();
    assert.ok(folders.every((folder) => !existsSync(folder)));
  });
});
