import { spawn, type ChildProcess } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { FunctionRecord } from '../store/function-store.ts';
import type { ControlGroup } from './control-group.ts';
import type { ControlGroups } from './control-groups.ts';
import type { Interpreter } from './interpreters.ts';
import type { LayerFolder } from './layer-folders.ts';
import type { MountNamespace, MountNamespaces } from './mount-namespaces.ts';
import { joinScript, type Program } from './namespace-scripts.ts';

export interface OwnFilesOptions {
  readonly namespaces: MountNamespaces;
  readonly groups: ControlGroups;
  readonly function: Pick<FunctionRecord, 'ephemeralStorageMB'>;
  readonly interpreter: Interpreter;
  /** A file, or for Java the folder of its classes; absent where the package brings its runtime. */
  readonly bootstrap?: string | undefined;
  readonly taskRoot: string;
  readonly layers?: LayerFolder | undefined;
  /** Whether more than the runtime is to be started. */
  readonly isShared: boolean;
  /** What stands for /tmp where the environment cannot have one of its own. */
  readonly temporary: string;
}

/** Where a function finds its code, layers and /tmp: where they are on Lambda, or on a system that cannot do it, in folders of the machine. */
export interface OwnFiles {
  readonly isContained: boolean;
  readonly taskRoot: string;
  readonly opt: string | undefined;
  readonly runtimeDirectory: string;
  readonly temporary: string;
  /** What the kernel limits all of it by; absent where this system has none. */
  readonly group: ControlGroup | undefined;
  /** A file of the machine as the function names it. */
  place(file: string): string;
  /** Starts a program, given by its place, among these files and in a process group of its own; its output, and descriptor 3, are pipes. */
  start(program: Program): ChildProcess;
  /** The runtime has come up, or has failed to. */
  started(): void;
  /** With all that still runs there, where it has a group. */
  release(): Promise<void>;
}

const isWithin = (file: string, folder: string): boolean => file.startsWith(`${folder}/`);

export async function ownFiles(options: OwnFilesOptions): Promise<OwnFiles> {
  const { bootstrap, taskRoot, layers, temporary } = options;
  const program = bootstrap === undefined || path.extname(bootstrap) === '' ? bootstrap : path.dirname(bootstrap);
  const namespace = await contain(options, program);
  if (namespace) return contained(namespace, { program, taskRoot, opt: layers?.path });
  const group = await options.groups.make();
  const join = group && `${joinScript(group.entries)}exec "$0" "$@"`;
  return {
    isContained: false,
    taskRoot,
    opt: layers?.path,
    runtimeDirectory: program ?? '/var/runtime',
    temporary,
    group,
    place: (file) => file,
    start: ({ command, args, environment, hasChannel }) =>
      spawn(join === undefined ? command : '/bin/sh', join === undefined ? args : ['-c', join, command, ...args], {
        cwd: taskRoot,
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...(hasChannel ? (['pipe'] as const) : [])],
        detached: process.platform !== 'win32', // a group of its own, so that what it starts can be ended with it
        windowsHide: true,
      }),
    started: () => {},
    release: async () => group?.end(),
  };
}

/** Undefined as well where the interpreter itself lies where the function's own files would cover it. */
async function contain(
  { namespaces, function: fn, interpreter, bootstrap, taskRoot, layers, isShared }: OwnFilesOptions,
  program: string | undefined,
): Promise<MountNamespace | undefined> {
  if (bootstrap !== undefined) {
    const file = await realpath(interpreter.command).catch(() => interpreter.command);
    if (isWithin(file, '/tmp') || (layers && isWithin(file, '/opt'))) return undefined;
  }
  const temporaryMB = fn.ephemeralStorageMB;
  const made = await namespaces.make({ taskRoot, runtimeDirectory: program, opt: layers?.path, temporaryMB });
  if (!isShared || (await made?.prepare())) return made;
  made?.release();
  await made?.group?.end();
  return undefined;
}

function contained(
  namespace: MountNamespace,
  on: { readonly program: string | undefined; readonly taskRoot: string; readonly opt: string | undefined },
): OwnFiles {
  const places = [
    [on.taskRoot, '/var/task'],
    [on.program, '/var/runtime'],
    [on.opt, '/opt'],
  ] as const;
  return {
    isContained: true,
    taskRoot: '/var/task',
    opt: on.opt === undefined ? undefined : '/opt',
    runtimeDirectory: '/var/runtime',
    temporary: '/tmp',
    group: namespace.group,
    place: (file) => {
      for (const [from, to] of places)
        if (from !== undefined && (file === from || isWithin(file, from))) return to + file.slice(from.length);
      return file;
    },
    start: (program) => namespace.start(program),
    started: () => namespace.started(),
    release: async () => {
      namespace.release();
      await namespace.group?.end();
    },
  };
}
