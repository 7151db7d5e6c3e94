import { readdirSync, readFileSync } from 'node:fs';
import { MemoryUse } from './memory-use.ts';

const intervalMs = 100;

export interface ProcessMemoryOptions {
  /** The runtime; absent where it could not be started. */
  readonly pid: number | undefined;
  readonly limitMB: number;
  /** Called when the process and what it started hold more than the limit. */
  readonly onExceeded: () => void;
}

/**
 * What a runtime takes of its function's memory. Between `watch` and `rest` it is looked at every 100 ms on Linux, elsewhere not. Pages
 * of files do not count against the limit: a kernel's limit would drop them before it ends anybody.
 */
export class ProcessMemory implements Disposable {
  readonly #options: ProcessMemoryOptions;
  readonly #use: MemoryUse | undefined;
  #timer: NodeJS.Timeout | undefined;
  #peakMB = 0;
  #exceeded = false;

  constructor(options: ProcessMemoryOptions) {
    this.#options = options;
    this.#use = options.pid === undefined ? undefined : new MemoryUse(options.pid);
  }

  /** Peak in MB as last measured, never over the limit. */
  get peakMB(): number {
    return this.#exceeded ? this.#options.limitMB : Math.min(this.#peakMB, this.#options.limitMB);
  }

  get exceeded(): boolean {
    return this.#exceeded;
  }

  async measure(): Promise<void> {
    this.#peakMB = Math.max(this.#peakMB, (await this.#use?.maxMB()) ?? 0);
  }

  watch(): void {
    const { pid } = this.#options;
    if (process.platform !== 'linux' || pid === undefined) return;
    this.rest();
    this.#timer = setTimeout(() => this.#look(pid), intervalMs).unref();
  }

  rest(): void {
    clearTimeout(this.#timer);
  }

  /** Its process has ended. */
  [Symbol.dispose](): void {
    this.rest();
    this.#use?.[Symbol.dispose]();
  }

  #look(pid: number): void {
    this.#exceeded = heldKB(pid) > this.#options.limitMB * 1024;
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
