// Files of an execution environment's own on Linux, by a mount namespace: no program of the engine's own, and no trace on the machine.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { close, open } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** What an environment sees where, beside the machine's own files. */
export interface Mounts {
  /** Read-only at /var/task. */
  readonly taskRoot: string;
  /** Read-only at /var/runtime. */
  readonly runtimeDirectory?: string | undefined;
  /** Read-only at /opt; absent: the machine's own. */
  readonly opt?: string | undefined;
  /** Of /tmp, in MB: a limit, no reservation. */
  readonly temporaryMB: number;
}

/** A mount namespace that lives as long as it is held, or something runs in it. */
export interface MountNamespace {
  /** The command that starts another one in it, in /var/task, with as many open files and processes as Lambda allows. */
  enter(command: string, args: readonly string[]): [command: string, args: string[]];
  /** Lets it go with the last process in it. */
  release(): void;
}

export type Containment = 'none' | 'files' | 'files and processes';

type Variant = 'root' | 'user';

/** A shell that stands in a new namespace, and will mount there what the table says that it reads the path of. */
interface Holder {
  readonly child: ChildProcess;
  readonly variant: Variant;
}

const holderScript = 'read -r table && mount -a -T "$table" && echo mounted && read -r _';
/** Lambda's quotas. Processes are counted in a user namespace of the environment's own only; dash calls that limit -p. */
const enterScript =
  'ulimit -n 1024; [ "$0" = root ] || ulimit -u 1024 2>/dev/null || ulimit -p 1024; cd /var/task && exec "$@"';
const variants: Readonly<Record<Variant, readonly string[]>> = { root: [], user: ['--user', '--map-root-user'] };
/** The mount table and overlays have a meaning of their own for all others. */
const isPlain = (place: string): boolean => !/[,:\\"'\n\t]/.test(place);

/** Makes them, with one that is ready ahead, so that a cold start waits for no more than the mounts. */
export class MountNamespaces {
  readonly #root: string;
  readonly #wanted: boolean;
  /** The way in which this system has them; undefined where it has none. */
  #variant: Promise<Variant | undefined> | undefined;
  #spare: Holder | undefined;
  #made = 0;
  #closed = false;

  /** `root` takes files while the engine runs. `wanted`: false makes none. */
  constructor(root: string, wanted: boolean) {
    this.#root = root;
    this.#wanted = wanted && process.platform === 'linux' && isPlain(root);
  }

  /** Whether this system has them, and whether it counts processes in them; tried once, with all that an environment gets. */
  async support(): Promise<Containment> {
    const variant = await this.#find();
    if (variant === undefined) return 'none';
    return variant === 'user' ? 'files and processes' : 'files';
  }

  /** Undefined where this system has no such namespace, or not these mounts. */
  async make(mounts: Mounts): Promise<MountNamespace | undefined> {
    const variant = await this.#find();
    if (variant === undefined || this.#closed) return undefined;
    const holder = this.#spare ?? start(variant);
    this.#spare = undefined;
    const namespace = await this.#mount(holder, mounts);
    this.#spare ??= this.#closed ? undefined : start(variant);
    return namespace;
  }

  dispose(): void {
    this.#closed = true;
    this.#spare?.child.stdin?.end();
    this.#spare = undefined;
  }

  async #find(): Promise<Variant | undefined> {
    this.#variant ??= this.#probe();
    return this.#variant;
  }

  async #probe(): Promise<Variant | undefined> {
    if (!this.#wanted) return undefined;
    const empty = path.join(this.#root, 'var');
    await mkdir(path.join(empty, 'task'), { recursive: true, mode: 0o755 });
    await mkdir(path.join(empty, 'runtime'), { mode: 0o755 });
    const nothing = path.join(empty, 'task');
    const all: Mounts = { taskRoot: nothing, runtimeDirectory: nothing, opt: nothing, temporaryMB: 1 };
    for (const variant of process.getuid?.() === 0 ? (['root', 'user'] as const) : (['user'] as const)) {
      const namespace = await this.#mount(start(variant), all);
      if (namespace && (await works(namespace))) return variant;
    }
    return undefined;
  }

  async #mount({ child, variant }: Holder, mounts: Mounts): Promise<MountNamespace | undefined> {
    if (!Object.values(mounts).every((place) => typeof place !== 'string' || isPlain(place))) {
      child.stdin?.end();
      return undefined;
    }
    const table = path.join(this.#root, `mounts-${(this.#made += 1)}`);
    try {
      await writeFile(table, mountTable(path.join(this.#root, 'var'), mounts));
      child.stdin?.write(`${table}\n`);
      if (!(await saysMounted(child)) || child.pid === undefined) return undefined;
      return await hold(child.pid, variant);
    } finally {
      child.stdin?.end();
      await rm(table, { force: true });
    }
  }
}

/** /var/task and /var/runtime are no folders of the machine: they come into its /var from a folder that has them. */
function mountTable(skeleton: string, { taskRoot, runtimeDirectory, opt, temporaryMB }: Mounts): string {
  // Flags that the place of the source may have, and that a user namespace may then not take away.
  const bind = (from: string, to: string): string => `${field(from)} ${to} none bind,ro,nosuid,nodev 0 0`;
  return [
    `lambda /var overlay ro,lowerdir=${field(skeleton)}:/var 0 0`,
    bind(taskRoot, '/var/task'),
    ...(runtimeDirectory === undefined ? [] : [bind(runtimeDirectory, '/var/runtime')]),
    ...(opt === undefined ? [] : [bind(opt, '/opt')]),
    // Last: what is mounted elsewhere may come from the machine's own.
    `lambda /tmp tmpfs size=${temporaryMB}m,mode=1777,nosuid,nodev 0 0`,
    '',
  ].join('\n');
}

const field = (place: string): string => place.replaceAll(' ', '\\040');

function start(variant: Variant): Holder {
  const args = [...variants[variant], '--mount', '--propagation', 'private', '/bin/sh', '-c', holderScript];
  const child = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  child.once('error', () => undefined); // no such program: it never says "mounted"
  child.stdin.on('error', () => undefined);
  child.unref();
  return { child, variant };
}

async function saysMounted({ stdout }: ChildProcess): Promise<boolean> {
  if (!stdout || stdout.destroyed) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  stdout.once('data', () => resolve(true));
  stdout.once('close', () => resolve(false));
  return promise;
}

/** By descriptors of the engine's: they go with it, however it ends. */
async function hold(pid: number, variant: Variant): Promise<MountNamespace> {
  const kinds = variant === 'user' ? ['user', 'mnt'] : ['mnt'];
  const held = await Promise.all(kinds.map(async (kind) => promisify(open)(`/proc/${pid}/ns/${kind}`, 'r')));
  const options = kinds.map((kind, at) => `--${kind === 'mnt' ? 'mount' : kind}=/proc/${process.pid}/fd/${held[at]}`);
  const into = [...options, '--preserve-credentials', '/bin/sh', '-c', enterScript, variant];
  let released = false;
  return {
    enter: (command, args) => ['nsenter', [...into, command, ...args]],
    release: () => {
      if (released) return;
      released = true;
      for (const descriptor of held) close(descriptor);
    },
  };
}

/** Whether programs can be started in it as an environment starts them. */
async function works(namespace: MountNamespace): Promise<boolean> {
  const child = spawn(...namespace.enter('true', []), { stdio: 'ignore' });
  try {
    const [code] = await once(child, 'close');
    return code === 0;
  } catch {
    return false;
  } finally {
    namespace.release();
  }
}
