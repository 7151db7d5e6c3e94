import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { Problem } from '../../problem.ts';

export interface ToolRun {
  readonly command: string;
  readonly args: readonly string[];
  /** How it is called in errors, where its own name and arguments say too much. */
  readonly shown?: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What to do where there is no such program, as a sentence. */
  readonly install: string;
  readonly signal?: AbortSignal | undefined;
  /** After this it counts as hanging, ms. */
  readonly limitMs?: number;
}

/** Compilers say at first what is wrong, and build tools go on for long after that. */
const shownLines = { first: 20, last: 20 };
const defaultLimitMs = 10 * 60_000;

/**
 * Runs a build tool to its end and gives what it printed on stdout. Throws `ToolMissing`, `ToolFailed` with the command and what
 * it said itself, `ToolHangs`, or the signal's reason; its children end with it.
 */
export async function runTool(run: ToolRun): Promise<string> {
  const { command, args, cwd, env, install, signal, limitMs = defaultLimitMs } = run;
  signal?.throwIfAborted();
  const isWindows = process.platform === 'win32';
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: !isWindows, // a process group of its own, so that all of it can be ended
    windowsHide: true,
  });
  const stdout: string[] = [];
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout.push(text);
    said.push(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const shown = run.shown ?? [command, ...args].join(' ');
  const end = (): void => {
    if (child.pid === undefined) return;
    try {
      if (isWindows) child.kill();
      else process.kill(-child.pid, 'SIGKILL');
    } catch {
      // ended already
    }
  };
  const ended = Promise.withResolvers<number | null>();
  child.once('error', ended.reject);
  child.once('close', ended.resolve);
  const state: { hangs: boolean } = { hangs: false };
  const timer = setTimeout(() => {
    state.hangs = true;
    end();
  }, limitMs);
  signal?.addEventListener('abort', end, { once: true });
  try {
    const status = await ended.promise;
    signal?.throwIfAborted();
    if (state.hangs)
      throw new Problem('ToolHangs', `${shown} did not end within ${limitMs / 1000} s. It had said:\n${inShort(said)}`);
    if (status !== 0) throw new Problem('ToolFailed', `${shown} failed (${status ?? 'killed'}):\n${inShort(said)}`);
    return stdout.join('');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Problem('ToolMissing', `${command} is needed and was not found. ${install}`, { cause: error });
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

function inShort(said: readonly string[]): string {
  const lines = stripVTControlCharacters(said.join('')).trim().split('\n');
  const { first, last } = shownLines;
  const hidden = lines.length - first - last;
  if (hidden <= 1) return lines.join('\n');
  return [...lines.slice(0, first), `… ${hidden} lines more …`, ...lines.slice(-last)].join('\n');
}
