import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openHierarchies } from '../../../src/engine/sandbox/control-group-hierarchies.ts';
import { controlGroupPlaces } from '../../../src/engine/sandbox/control-group-places.ts';

const unified = '30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
const memory = '40 30 0:35 / /sys/fs/cgroup/memory rw,nosuid shared:9 - cgroup cgroup rw,memory';
const cpu = '41 30 0:36 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct';
const disk = '25 1 8:1 / / rw - ext4 /dev/sda1 rw';

describe('controlGroupPlaces', () => {
  it('names the own group of version 2 and those above it', () => {
    const own = '/user.slice/user@1000.service/app.slice/code.scope';
    const places = controlGroupPlaces([disk, unified, ''].join('\n'), `0::${own}\n`);
    assert.deepEqual(places.unified, [
      `/sys/fs/cgroup${own}`,
      '/sys/fs/cgroup/user.slice/user@1000.service/app.slice',
      '/sys/fs/cgroup/user.slice/user@1000.service',
      '/sys/fs/cgroup/user.slice',
      '/sys/fs/cgroup',
    ]);
    assert.equal(places.separate.size, 0);
  });

  it('names the own groups of version 1, by controller', () => {
    const places = controlGroupPlaces([memory, cpu].join('\n'), '4:memory:/a/b\n3:cpu,cpuacct:/\n0::/x\n');
    assert.deepEqual(places.unified, []);
    assert.deepEqual(
      [...places.separate],
      [
        ['memory', '/sys/fs/cgroup/memory/a/b'],
        ['cpu', '/sys/fs/cgroup/cpu,cpuacct'],
      ],
    );
  });

  it('reads a mount of a part, with a space in its place', () => {
    const part = '30 24 0:26 /docker/abc /mnt/my\\040groups rw - cgroup2 cgroup2 rw';
    assert.deepEqual(controlGroupPlaces(part, '0::/docker/abc/one').unified, ['/mnt/my groups/one', '/mnt/my groups']);
    assert.deepEqual(controlGroupPlaces(part, '0::/docker/other').unified, []);
  });

  it('finds nothing on a system without them', () => {
    const places = controlGroupPlaces(disk, '');
    assert.deepEqual([places.unified.length, places.separate.size], [0, 0]);
  });
});

/** Groups as a folder tree: plain files stand for the kernel's. */
describe('openHierarchies', () => {
  let top: string;

  beforeEach(() => (top = mkdtempSync(path.join(tmpdir(), 'lambda-workbench-'))));
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  const group = (name: string, offered: string, passedOn: string): string => {
    const folder = path.join(top, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'cgroup.controllers'), `${offered}\n`);
    writeFileSync(path.join(folder, 'cgroup.subtree_control'), `${passedOn}\n`);
    return folder;
  };
  const unifiedIn = (...folders: string[]) => ({ unified: folders, separate: new Map<'memory', string>() });

  it('takes the nearest group that passes its controllers on', () => {
    const outer = group('slice', 'cpu memory pids', 'cpu memory pids');
    const own = group('slice/scope', 'cpu', '');
    group('slice/mine', 'cpu memory pids', 'cpu memory pids');
    assert.deepEqual(openHierarchies(unifiedIn(own, outer), 'mine'), [
      { version: 2, folder: path.join(outer, 'mine'), controllers: ['memory', 'pids', 'cpu'] },
    ]);
  });

  it('has controllers passed on that are not yet, where it may', () => {
    const outer = group('slice', 'memory pids', 'pids');
    group('slice/mine', 'memory pids', 'pids');
    const [found] = openHierarchies(unifiedIn(outer), 'mine');
    assert.deepEqual(found?.controllers, ['memory', 'pids']);
    assert.equal(readFileSync(path.join(outer, 'cgroup.subtree_control'), 'utf8'), '+memory');
  });

  it('leaves no group where there is no way', () => {
    const outer = group('slice', 'memory pids', 'memory pids');
    // No files of a kernel appear in what it makes here: it is as a group that may not be written to.
    assert.deepEqual(openHierarchies(unifiedIn(outer), 'mine'), []);
    assert.ok(!existsSync(path.join(outer, 'mine')));
  });

  it('takes those of version 1 only with memory', () => {
    const [first, second] = ['memory', 'pids'].map((name) => path.join(top, name));
    mkdirSync(first ?? '');
    mkdirSync(second ?? '');
    const both = new Map([['memory', first ?? ''] as const, ['pids', second ?? ''] as const]);
    assert.deepEqual(
      openHierarchies({ unified: [], separate: both }, 'mine').map(({ controllers }) => controllers),
      [['memory'], ['pids']],
    );
    rmSync(path.join(second ?? '', 'mine'), { recursive: true });
    const one = new Map([['pids', second ?? ''] as const]);
    assert.deepEqual(openHierarchies({ unified: [], separate: one }, 'mine'), []);
    assert.ok(!existsSync(path.join(second ?? '', 'mine')));
  });
});
