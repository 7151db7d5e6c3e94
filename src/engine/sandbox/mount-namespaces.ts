// Files of an execution environment's own on Linux, by a mount namespace: no program of the engine's own, and no trace on the machine.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ControlGroup } from './control-group.ts';
import type { ControlGroups } from './control-groups.ts';
import { enterScript, mountScript, mountTable, runScript, type Mounts, type Program } from './namespace-scripts.ts';

export type Containment = 'none' | 'files' | 'files and processes';

/** A mount namespace that lives as long as it is held, or something runs in it. */
export interface MountNamespace {
  /** In which all that is started there runs; absent where this system has none. */
  readonly group: ControlGroup | undefined;
  /** Mounts now, so that more than one program can start. False where that could not be done. */
  prepare(): Promise<boolean>;
  /** Starts a program there, in /var/task, a process group of its own, with pipes for its output and its descriptor 3. */
  start(program: Program): ChildProcess;
  /** What it was made for has come up, or has failed to. */
  started(): void;
  /** Lets it go with the last process in it. */
  release(): void;
}

type Variant = 'root' | 'user';

/** A shell that stands in a new namespace, and runs there the script that it reads the path of. */
interface Holder {
  readonly child: ChildProcess;
  readonly variant: Variant;
  /** Descriptors of its namespaces, once there are any: they go with the engine, however it ends. */
  readonly held: Promise<readonly number[] | undefined>;
  /** In which it is when this resolves. */
  readonly group: Promise<ControlGroup | undefined>;
}

const holderScript = 'echo; read -r script && . "$script"';
const variants: Readonly<Record<Variant, readonly string[]>> = { root: [], user: ['--user', '--map-root-user'] };
/** For `unshare`, `nsenter` and `mount`; a program's own variables come later. */
const toolPath = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
/** After a start that is over, and after one that is not: a machine with few processors is to have them for it. */
const spareAfterMs = { started: 5, starting: 250 };
/** The mount table and overlays have a meaning of their own for all others. */
const isPlain = (place: string): boolean => !/[,:\\"'\n\t]/.test(place);

/**
 * Makes them, with one that is there ahead: its shell becomes the runtime, so that a cold start has to wait for the mounts, and for no
 * other process.
 */
export class MountNamespaces {
  readonly #root: string;
  readonly #wanted: boolean;
  readonly #groups: Pick<ControlGroups, 'join'>;
  /** The way in which this system has them; undefined where it has none. */
  #variant: Promise<Variant | undefined> | undefined;
  #spare: Holder | undefined;
  #spareDue: NodeJS.Timeout | undefined;
  readonly #starting = new Set<Holder>();
  #made = 0;
  #closed = false;

  /** `root` takes files while the engine runs. `wanted`: false makes none. */
  constructor(root: string, wanted: boolean, groups: Pick<ControlGroups, 'join'>) {
    this.#root = root;
    this.#groups = groups;
    this.#wanted = wanted && process.platform === 'linux' && isPlain(root);
  }

  /** What of an environment this system keeps apart; tried once, with all that an environment gets. The first cold start finds one ahead. */
  async support(): Promise<Containment> {
    const variant = await this.#find();
    if (variant === undefined) return 'none';
    if (!this.#spare && !this.#closed) this.#holdSpare(variant, spareAfterMs.starting);
    return variant === 'user' ? 'files and processes' : 'files';
  }

  /** Undefined where this system has no such namespace, or not these mounts. */
  async make(mounts: Mounts): Promise<MountNamespace | undefined> {
    const variant = await this.#find();
    const places = Object.values(mounts).filter((place) => typeof place === 'string');
    if (variant === undefined || this.#closed || !places.every(isPlain)) return undefined;
    const holder = this.#spare ?? this.#hold(variant);
    this.#spare = undefined;
    this.#starting.add(holder);
    this.#holdSpare(variant, spareAfterMs.starting);
    const started = (): void => {
      if (this.#starting.delete(holder) && this.#starting.size === 0 && !this.#spare && !this.#closed)
        this.#holdSpare(variant, spareAfterMs.started);
    };
    const made = await this.#namespace(holder, mounts, started);
    if (!made) started();
    return made;
  }

  dispose(): void {
    this.#closed = true;
    clearTimeout(this.#spareDue);
    if (this.#spare) void drop(this.#spare);
    this.#spare = undefined;
  }

  async #find(): Promise<Variant | undefined> {
    this.#variant ??= this.#probe();
    return this.#variant;
  }

  async #probe(): Promise<Variant | undefined> {
    if (!this.#wanted) return undefined;
    const nothing = path.join(this.#root, 'var', 'task');
    await mkdir(nothing, { recursive: true, mode: 0o755 });
    await mkdir(path.join(this.#root, 'var', 'runtime'), { mode: 0o755 });
    const all: Mounts = { taskRoot: nothing, runtimeDirectory: nothing, opt: nothing, temporaryMB: 1 };
    for (const variant of process.getuid?.() === 0 ? (['root', 'user'] as const) : (['user'] as const)) {
      const namespace = await this.#namespace(hold(variant), all);
      if (await works(namespace)) return variant;
    }
    return undefined;
  }

  #holdSpare(variant: Variant, afterMs: number): void {
    clearTimeout(this.#spareDue);
    this.#spareDue = setTimeout(() => (this.#spare ??= this.#hold(variant)), afterMs).unref();
  }

  /** Puts it into its group while it waits: that takes the kernel longer than a cold start should wait. */
  #hold(variant: Variant): Holder {
    const holder = hold(variant);
    const { pid } = holder.child;
    return { ...holder, group: pid === undefined ? Promise.resolve(undefined) : this.#groups.join(pid) };
  }

  async #namespace(holder: Holder, mounts: Mounts, started = (): void => {}): Promise<MountNamespace | undefined> {
    const [held, group] = await Promise.all([holder.held, holder.group]);
    if (!held) {
      await group?.end();
      return undefined;
    }
    const { child, variant } = holder;
    const files: string[] = [];
    const write = (content: string): string => {
      const file = path.join(this.#root, `start-${(this.#made += 1)}`);
      writeFileSync(file, content, { mode: 0o600 });
      files.push(file);
      return file;
    };
    const table = write(mountTable(path.join(this.#root, 'var'), mounts));
    const run = (script: string): void => {
      child.stdin?.write(`${write(script)}\n`);
    };
    let isUsed = false;
    let released = false;
    return {
      group,
      prepare: async () => {
        isUsed = true;
        run(mountScript(table));
        const mounted = await says(child);
        child.stdin?.end();
        return mounted;
      },
      start: (program) => {
        if (isUsed) return enter({ held, variant, entries: group?.entries ?? [] }, program);
        isUsed = true;
        run(runScript(table, program, variant));
        child.stdin?.end();
        if (!program.hasChannel) child.stdio[4]?.destroy();
        child.stdout?.resume(); // with this turn's end, when who asked for it listens
        return child;
      },
      started,
      release: () => {
        if (released) return;
        released = true;
        started();
        if (!isUsed) child.stdin?.end();
        for (const descriptor of held) closeSync(descriptor);
        for (const file of files) void rm(file, { force: true });
      },
    };
  }
}

function hold(variant: Variant): Holder {
  const args = [...variants[variant], '--mount', '--propagation', 'private', '/bin/sh', '-c', holderScript];
  const child = spawn('unshare', args, {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    detached: true,
    cwd: '/',
    env: toolPath,
  });
  child.once('error', () => undefined); // no such program: it never says that it is there
  child.stdin.on('error', () => undefined);
  child.unref();
  return { child, variant, held: descriptors(child, variant), group: Promise.resolve(undefined) };
}

async function drop({ child, held, group }: Holder): Promise<void> {
  child.stdin?.end();
  await (await group)?.end();
  for (const descriptor of (await held) ?? []) closeSync(descriptor);
}

async function descriptors(child: ChildProcess, variant: Variant): Promise<readonly number[] | undefined> {
  if (!(await says(child))) return undefined;
  try {
    return kindsOf(variant).map((kind) => openSync(`/proc/${child.pid}/ns/${kind}`, 'r'));
  } catch {
    return undefined; // it was killed, or the system does not let it be looked at
  }
}

const kindsOf = (variant: Variant): readonly string[] => (variant === 'user' ? ['user', 'mnt'] : ['mnt']);

/** An empty line, which is all that a shell says before it becomes something else. */
async function says({ stdout }: ChildProcess): Promise<boolean> {
  if (!stdout || stdout.destroyed) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const gone = (): void => resolve(false);
  stdout.once('close', gone);
  stdout.once('data', () => resolve(true));
  stdout.resume();
  const said = await promise;
  stdout.off('close', gone);
  stdout.pause();
  return said;
}

function enter(
  {
    held,
    variant,
    entries,
  }: { readonly held: readonly number[]; readonly variant: Variant; readonly entries: readonly string[] },
  { command, args, environment, hasChannel }: Program,
): ChildProcess {
  const options = kindsOf(variant).map(
    (kind, at) => `--${kind === 'mnt' ? 'mount' : kind}=/proc/${process.pid}/fd/${held[at]}`,
  );
  const into = [
    ...options,
    '--preserve-credentials',
    '/bin/sh',
    '-c',
    enterScript(variant, { entries, environment }),
    command,
  ];
  return spawn('nsenter', [...into, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...(hasChannel ? (['pipe'] as const) : [])],
    detached: true,
    cwd: '/',
    env: toolPath,
  });
}

/** Whether programs can be started in it as an environment starts them. */
async function works(namespace: MountNamespace | undefined): Promise<boolean> {
  if (!namespace || !(await namespace.prepare())) return false;
  const child = namespace.start({ command: 'true', args: [], environment: toolPath });
  try {
    const [code] = await once(child, 'exit');
    return code === 0;
  } catch {
    return false;
  } finally {
    namespace.release();
  }
}
