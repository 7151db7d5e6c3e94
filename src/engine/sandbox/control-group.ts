import { existsSync, readdirSync, readFileSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Controller } from './control-group-places.ts';
import type { Hierarchy } from './control-group-hierarchies.ts';

/** Lambda's quota of processes and threads. */
const maxProcesses = 1024;
/** Of time on processors, µs: what a share is a share of. */
const periodUs = 100_000;
const endLimitMs = 2000;

/** Names of the same things in the two versions; memory is in bytes. */
const names = {
  1: { limit: 'memory.limit_in_bytes', used: 'memory.usage_in_bytes', events: 'memory.oom_control', held: 'rss' },
  2: { limit: 'memory.max', used: 'memory.current', events: 'memory.events', held: 'anon' },
} as const;

/** What the kernel holds the processes of one environment to, all of them: also those that have left their process group. */
export class ControlGroup {
  readonly #hierarchies: readonly Hierarchy[];
  readonly #memory: Hierarchy | undefined;

  /** By the groups' folders, which exist. */
  private constructor(hierarchies: readonly Hierarchy[]) {
    this.#hierarchies = hierarchies;
    this.#memory = this.#with('memory');
  }

  /** Throws where it cannot be made. */
  static async make(within: readonly Hierarchy[], name: string): Promise<ControlGroup> {
    const hierarchies = within.map((one) => ({ ...one, folder: path.join(one.folder, name) }));
    await Promise.all(hierarchies.map(async ({ folder }) => mkdir(folder, { mode: 0o755 })));
    const group = new ControlGroup(hierarchies);
    const pids = group.#with('pids');
    if (pids) writeFileSync(path.join(pids.folder, 'pids.max'), String(maxProcesses));
    return group;
  }

  /** Files to which a process writes a 0 to come into the group. */
  get entries(): readonly string[] {
    return this.#hierarchies.map(({ folder }) => path.join(folder, 'cgroup.procs'));
  }

  /** Moves a process in; that takes the kernel some 10 ms. Throws where the process is gone, or may not be moved. */
  async add(pid: number): Promise<void> {
    await Promise.all(this.entries.map(async (file) => writeFile(file, String(pid))));
  }

  /** Past it the kernel ends the largest of the group's processes. Pages of files, which it can drop, do not count; those of a tmpfs do. */
  limitMemory(megabytes: number): void {
    if (!this.#memory) return;
    const { version, folder } = this.#memory;
    const bytes = String(megabytes * 1024 * 1024);
    write(path.join(folder, names[version].limit), bytes);
    // Without a place to swap to; where swap is not counted, the file is missing.
    if (version === 1) write(path.join(folder, 'memory.memsw.limit_in_bytes'), bytes);
    else write(path.join(folder, 'memory.swap.max'), '0');
  }

  /** In processors, such as 0.07; undefined: as many as there are. */
  limitProcessors(share: number | undefined): void {
    const cpu = this.#with('cpu');
    if (!cpu) return;
    const quota = share === undefined ? undefined : Math.max(1000, Math.round(share * periodUs));
    if (cpu.version === 2) write(path.join(cpu.folder, 'cpu.max'), `${quota ?? 'max'} ${periodUs}`);
    else write(path.join(cpu.folder, 'cpu.cfs_quota_us'), String(quota ?? -1));
  }

  /**
   * What its processes hold in bytes, without pages of files that the kernel can drop; exact where it is more than `limit`. `temporary` is
   * a tmpfs whose files do not count.
   */
  held(limit: number, temporary: string | undefined): number {
    if (!this.#memory) return 0;
    const { version, folder } = this.#memory;
    const used = Number(read(path.join(folder, names[version].used)));
    if (used <= limit) return used;
    const stat = read(path.join(folder, 'memory.stat'));
    const shared = figure(stat, 'shmem') - (temporary === undefined ? 0 : usedIn(temporary));
    return figure(stat, names[version].held) + Math.max(0, shared);
  }

  /** How many of its processes the kernel has ended for want of memory. */
  memoryKills(): number {
    if (!this.#memory) return 0;
    const { version, folder } = this.#memory;
    return figure(read(path.join(folder, names[version].events)), 'oom_kill');
  }

  /** Ends what still runs in it, and removes it. */
  async end(): Promise<void> {
    const pids = this.#with('pids');
    if (pids) write(path.join(pids.folder, 'pids.max'), '0'); // what forks faster than it is ended
    await Promise.all(this.#hierarchies.map(async ({ folder }) => endGroup(folder)));
  }

  #with(controller: Controller): Hierarchy | undefined {
    return this.#hierarchies.find(({ controllers }) => controllers.includes(controller));
  }
}

/** Ends all that runs in a group and in the groups in it, and removes them; what is still there after two seconds stays. */
export async function endGroup(folder: string): Promise<void> {
  const inner = readdir(folder).filter((entry) => entry.isDirectory());
  await Promise.all(inner.map(async ({ name }) => endGroup(path.join(folder, name))));
  for (const until = Date.now() + endLimitMs; Date.now() < until; await wait(5)) {
    try {
      return rmdirSync(folder);
    } catch (error) {
      if (Reflect.get(Object(error), 'code') !== 'EBUSY') return; // gone, or not to be removed
      killAll(folder); // the kernel says nothing when the last has ended
    }
  }
}

function readdir(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function killAll(folder: string): void {
  try {
    for (const pid of readFileSync(path.join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean))
      process.kill(Number(pid), 'SIGKILL');
  } catch {
    // ended meanwhile
  }
}

/** Empty once the group has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Nothing where the group has ended, or the kernel has no such file. */
function write(file: string, text: string): void {
  if (existsSync(file)) writeFileSync(file, text);
}

/** Of a file of lines with a name and a number. */
const figure = (text: string, name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);

function usedIn(temporary: string): number {
  try {
    const { bsize, blocks, bfree } = statfsSync(temporary);
    return (blocks - bfree) * bsize;
  } catch {
    return 0; // with the process that had it
  }
}
