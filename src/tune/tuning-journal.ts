import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Target } from '../aws/target.ts';

/** What was changed of a function for a tuning, so that it can be put back by whoever comes after one that was interrupted. */
export interface TuningNote {
  /** Of this tuning alone: versions that it published bear it. */
  readonly id: string;
  /** Of the process that tunes; `noProcess` of one that has given up. */
  readonly pid: number;
  /** ms since the epoch */
  readonly startedAt: number;
  readonly target: NotedTarget;
  readonly functionName: string;
  /** What the function had, MB. */
  readonly memorySizeMB: number;
  /** What it may be found with, MB. */
  readonly tried: readonly number[];
}

/** A target without its secrets. The local Lambda has another port each time: the key id of its data folder tells which one it is. */
export interface NotedTarget {
  readonly label: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly accessKeyId?: string;
}

export const noProcess = 0;
/** Longer no tuning runs, ms: a process with that number is another one by then. */
const longestMs = 24 * 3_600_000;

/** Where notes are kept, unless told otherwise: the system's own place for what programs remember. */
export function defaultJournalFolder(): string {
  const { XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  const home = homedir();
  if (process.platform === 'win32')
    return path.join(LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'lambda-workbench', 'tuning');
  if (process.platform === 'darwin')
    return path.join(home, 'Library', 'Application Support', 'lambda-workbench', 'tuning');
  return path.join(XDG_STATE_HOME ?? path.join(home, '.local', 'state'), 'lambda-workbench', 'tuning');
}

export function notedTarget({ label, endpoint, region, profile, credentials }: Target): NotedTarget {
  return {
    label,
    ...(credentials ? { accessKeyId: credentials.accessKeyId } : endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  };
}

/** Notes of tunings that run, and of those that did not come to their end; a file each, so that processes do not meet. */
export class TuningJournal {
  readonly #folder: string;

  constructor(folder = defaultJournalFolder()) {
    this.#folder = folder;
  }

  /** Of a function on a target; undefined where it is not being tuned. */
  of(target: Target, functionName: string): TuningNote | undefined {
    return this.#read(this.#fileOf(notedTarget(target), functionName));
  }

  /** On the disk when it returns. */
  keep(note: TuningNote): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#fileOf(note.target, note.functionName);
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, JSON.stringify(note), { mode: 0o600, flush: true });
    renameSync(unfinished, file);
  }

  forget({ target, functionName }: Pick<TuningNote, 'target' | 'functionName'>): void {
    rmSync(this.#fileOf(target, functionName), { force: true });
  }

  /** Those whose process has gone, the oldest first. */
  interrupted(): TuningNote[] {
    let names: string[];
    try {
      names = readdirSync(this.#folder);
    } catch {
      return []; // nothing was ever tuned
    }
    return names
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => this.#read(path.join(this.#folder, name)) ?? [])
      .filter((note) => !isRunning(note))
      .sort((one, other) => one.startedAt - other.startedAt);
  }

  #fileOf({ label, endpoint, region, profile, accessKeyId }: NotedTarget, functionName: string): string {
    // One account is reached by several labels, but not one of them by two accounts at once.
    const where = accessKeyId === undefined ? [label, endpoint, region, profile] : [accessKeyId, region];
    const key = JSON.stringify([...where.map((part) => part ?? ''), functionName]);
    return path.join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
  }

  #read(file: string): TuningNote | undefined {
    try {
      const note: unknown = JSON.parse(readFileSync(file, 'utf8'));
      return isNote(note) ? note : undefined;
    } catch {
      return undefined; // none, or one that another program has written over
    }
  }
}

/** Whether the process that made the note is still there. */
export function isRunning({ pid, startedAt }: TuningNote): boolean {
  if (pid === noProcess || Date.now() - startedAt > longestMs) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function isNote(value: unknown): value is TuningNote {
  if (typeof value !== 'object' || value === null) return false;
  const has = (key: string, type: string): boolean => typeof Reflect.get(value, key) === type;
  return (
    has('id', 'string') &&
    has('pid', 'number') &&
    has('startedAt', 'number') &&
    has('functionName', 'string') &&
    has('memorySizeMB', 'number') &&
    'tried' in value &&
    Array.isArray(value.tried) &&
    'target' in value &&
    typeof value.target === 'object' &&
    value.target !== null &&
    'label' in value.target
  );
}
