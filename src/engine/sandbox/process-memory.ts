import { readdirSync, readFileSync } from 'node:fs';
import { Alarm } from '../alarm.ts';
import type { ControlGroup } from './control-group.ts';
import { MemoryUse } from './memory-use.ts';

/** Between looks at a group, which are cheap, and at processes one by one. */
const intervalsMs = { group: 20, processes: 100 };
/** For so long a figure is as good as a new one: to ask Linux takes a twentieth of a warm invocation. */
const recentMs = 20;

export interface ProcessMemoryOptions {
  /** The runtime; absent where it could not be started. */
  readonly pid: number | undefined;
  readonly limitMB: number;
  /** In which it runs, with its extensions; absent where this system has none. */
  readonly group: Pick<ControlGroup, 'held' | 'memoryKills'> | undefined;
  /** Whether it has a /tmp of its own in memory: the files there do not count. */
  readonly hasTemporary: boolean;
  /** Called when the process and what it started, or its group, hold more than the limit. */
  readonly onExceeded: () => void;
}

/**
 * What a runtime takes of its function's memory. Between `watch` and `rest` it is looked at every 20 ms where it has a control group, every
 * 100 ms elsewhere on Linux, and on other systems not. Pages of files do not count against the limit: the kernel would drop them before
 * it ended anybody.
 */
export class ProcessMemory implements Disposable {
  readonly #options: ProcessMemoryOptions;
  readonly #use: MemoryUse | undefined;
  readonly #looks: Alarm;
  #measuredAt = -Infinity;
  #peakMB = 0;
  #exceeded = false;
  /** Of the runtime processes before it. */
  readonly #killsBefore: number;

  constructor(options: ProcessMemoryOptions) {
    this.#options = options;
    this.#looks = new Alarm(() => this.#look());
    this.#killsBefore = options.group?.memoryKills() ?? 0;
    this.#use = options.pid === undefined ? undefined : new MemoryUse(options.pid);
  }

  /** Peak in MB as last measured, never over the limit. */
  get peakMB(): number {
    return this.#exceeded ? this.#options.limitMB : Math.min(this.#peakMB, this.#options.limitMB);
  }

  /** Whether it was over its limit, or the kernel has ended processes of its group for it. */
  get exceeded(): boolean {
    this.#exceeded ||= (this.#options.group?.memoryKills() ?? 0) > this.#killsBefore;
    return this.#exceeded;
  }

  /** Whether the last figure is a few milliseconds old. */
  get isRecent(): boolean {
    return performance.now() - this.#measuredAt < recentMs;
  }

  async measure(): Promise<void> {
    this.#measuredAt = performance.now();
    this.#peakMB = Math.max(this.#peakMB, (await this.#use?.maxMB()) ?? 0);
  }

  watch(): void {
    if (process.platform === 'linux') this.#looks.set(intervalsMs[this.#options.group ? 'group' : 'processes']);
  }

  rest(): void {
    this.#looks.clear();
  }

  /** Its process has ended. */
  [Symbol.dispose](): void {
    this.#looks[Symbol.dispose]();
    this.#use?.[Symbol.dispose]();
  }

  #look(): void {
    const { pid, group, hasTemporary, limitMB } = this.#options;
    if (pid === undefined) return;
    const limit = limitMB * 1024 * 1024;
    const held = group?.held(limit, hasTemporary ? `/proc/${pid}/root/tmp` : undefined) ?? heldKB(pid) * 1024;
    this.#exceeded = held > limit;
    if (this.#exceeded) this.#options.onExceeded();
    else this.watch();
  }
}

/** Anonymous and shared memory in kB of a process and its descendants; 0 for one that is gone. */
function heldKB(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = kilobytes(status, 'RssAnon') + kilobytes(status, 'RssShmem');
    return childrenOf(pid).reduce((sum, child) => sum + heldKB(child), own);
  } catch {
    return 0; // it has ended in the meantime
  }
}

/** Those that any of its threads started. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const pids = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
      return pids === '' ? [] : pids.split(' ').map(Number);
    } catch {
      return []; // the thread has ended, or the kernel does not tell
    }
  });
}

const kilobytes = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
