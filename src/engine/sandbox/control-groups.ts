import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ControlGroup, endGroup } from './control-group.ts';
import { controlGroupPlaces, type Controller } from './control-group-places.ts';
import { openHierarchies, type Hierarchy } from './control-group-hierarchies.ts';

const namePrefix = 'lambda-workbench-';

export interface ControlGroupsOptions {
  /** Of the data folder alone. */
  readonly name: string;
  /** Empty makes none. */
  readonly wanted: readonly Controller[];
  /** Keeps the folders of its groups, for `endLeftGroups` after an engine that was killed. */
  readonly remember: (folders: readonly string[]) => void;
}

/** A group for each environment, on systems with control groups that this user may make. */
export class ControlGroups {
  readonly #options: ControlGroupsOptions;
  #hierarchies: Promise<readonly Hierarchy[]> | undefined;
  /** The last process that is being moved: the kernel moves one at a time, and each that waits for it holds a thread. */
  #moved: Promise<unknown> = Promise.resolve();

  constructor(options: ControlGroupsOptions) {
    this.#options = options;
  }

  /** What groups limit here; tried once. */
  async support(): Promise<ReadonlySet<Controller>> {
    return new Set((await this.#find()).flatMap(({ controllers }) => controllers));
  }

  /** Undefined where this system has none. */
  async make(): Promise<ControlGroup | undefined> {
    const hierarchies = await this.#find();
    if (hierarchies.length === 0) return undefined;
    return ControlGroup.make(hierarchies, randomUUID()).catch(() => undefined);
  }

  /** A new one with this process in it. Undefined where this system has none, or the process has ended. */
  async join(pid: number): Promise<ControlGroup | undefined> {
    const group = await this.make();
    if (!group) return undefined;
    const moved = this.#moved.then(async () => group.add(pid));
    this.#moved = moved.catch(() => undefined);
    try {
      await moved;
      return group;
    } catch {
      await group.end();
      return undefined;
    }
  }

  /** Ends whatever is left in its groups. */
  async dispose(): Promise<void> {
    const hierarchies = (await this.#hierarchies) ?? [];
    await Promise.all(hierarchies.map(async ({ folder }) => endGroup(folder)));
  }

  async #find(): Promise<readonly Hierarchy[]> {
    this.#hierarchies ??= this.#open();
    return this.#hierarchies;
  }

  async #open(): Promise<readonly Hierarchy[]> {
    const { wanted, name, remember } = this.#options;
    if (wanted.length === 0 || process.platform !== 'linux') return [];
    const places = controlGroupPlaces(read('/proc/self/mountinfo'), read('/proc/self/cgroup'));
    const separate = new Map([...places.separate].filter(([controller]) => wanted.includes(controller)));
    const hierarchies = openHierarchies({ ...places, separate }, namePrefix + name);
    if (hierarchies.length === 0) return [];
    remember(hierarchies.map(({ folder }) => folder));
    if (await works(hierarchies)) return hierarchies;
    await Promise.all(hierarchies.map(async ({ folder }) => endGroup(folder)));
    return [];
  }
}

/** Of an engine that was killed, with all that runs in them. */
export async function endLeftGroups(folders: readonly string[]): Promise<void> {
  const own = folders.filter((folder) => path.basename(folder).startsWith(namePrefix));
  await Promise.all(own.map(async (folder) => endGroup(folder)));
}

/** Whether a process can be put into such a group, and be limited there. */
async function works(hierarchies: readonly Hierarchy[]): Promise<boolean> {
  let group: ControlGroup | undefined;
  const child = spawn('/bin/sh', ['-c', 'read -r _'], { stdio: ['pipe', 'ignore', 'ignore'], env: {} });
  child.once('error', () => undefined);
  try {
    group = await ControlGroup.make(hierarchies, randomUUID());
    group.limitMemory(128);
    if (child.pid === undefined) return false;
    await group.add(child.pid);
    return group.memoryKills() === 0;
  } catch {
    return false;
  } finally {
    child.stdin.end();
    await group?.end();
  }
}

const read = (file: string): string => readFileSync(file, 'utf8');
