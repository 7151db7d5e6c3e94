// What a shell does in a mount namespace before it becomes a program of a function.

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

/** By places within the namespace. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** All of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it speaks to the Runtime API over its descriptor 4, which it has not otherwise. */
  readonly hasChannel?: boolean;
}

type Variant = 'root' | 'user';

/** `table` is a file with a mount table. Mounts, says an empty line, and waits until it is let go. */
export const mountScript = (table: string): string => `${mount(table)} && echo && read -r _\n`;

/** Mounts, and becomes the program. */
export function runScript(
  table: string,
  { command, args, environment, hasChannel }: Program,
  variant: Variant,
): string {
  return [
    `${mount(table)} >&2 || exit 125\n`,
    limits(variant),
    only(environment),
    `exec ${[command, ...args].map(quoted).join(' ')} </dev/null${hasChannel ? '' : ' 4>&-'}\n`,
  ].join('');
}

/** Comes into control groups, by their `cgroup.procs`, and becomes the program that is given as its arguments, the command as `$0`. */
export const enterScript = (
  variant: Variant,
  { entries, environment }: { readonly entries: readonly string[]; readonly environment: Program['environment'] },
): string => `${joinScript(entries)}${limits(variant)}${only(environment)}exec "$0" "$@"`;

/** A program's variables are none of the shell's before it: its PATH may be nowhere, or a library be loaded into each program. */
const only = (environment: Program['environment']): string => {
  const variables = Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  return `unset PATH\n${variables.join('')}unset OLDPWD SHLVL _\n`;
};

export const joinScript = (entries: readonly string[]): string =>
  entries.map((file) => `echo 0 2>/dev/null >${quoted(file)}\n`).join('');

/** Lambda's quotas. Processes are counted in a user namespace of the environment's own only; dash has -p for them. */
const limits = (variant: Variant): string =>
  `ulimit -n 1024; ${variant === 'user' ? 'ulimit -u 1024 2>/dev/null || ulimit -p 1024; ' : ''}cd /var/task || exit 125\n`;

const mount = (table: string): string => `mount -a -T ${quoted(table)}`;

/** /var/task and /var/runtime are no folders of the machine: they come into its /var from `skeleton`, a folder that has them. */
export function mountTable(skeleton: string, { taskRoot, runtimeDirectory, opt, temporaryMB }: Mounts): string {
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

/** With flags that the place of the source may have, and that a user namespace may then not take away. */
const bind = (from: string, to: string): string => `${field(from)} ${to} none bind,ro,nosuid,nodev 0 0`;
const field = (place: string): string => place.replaceAll(' ', '\\040');
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
