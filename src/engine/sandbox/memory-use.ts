import { execFile } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Peak resident memory of a process, as its REPORT line says it: the kernel's high-water mark on Linux; elsewhere what
 * `ps` (or `tasklist`) tells now.
 */
export class MemoryUse implements Disposable {
  readonly #pid: number;
  /** Of what Linux tells, kept open: every invocation asks. */
  #status: number | undefined;

  constructor(pid: number) {
    this.#pid = pid;
    this.#status = process.platform === 'linux' ? openStatus(pid) : undefined;
  }

  /** In MB; undefined for a process that is gone. */
  async maxMB(): Promise<number | undefined> {
    if (process.platform !== 'linux') return askSystem(this.#pid);
    try {
      return this.#status === undefined ? undefined : toMB(highWaterMark(this.#status));
    } catch {
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    if (this.#status !== undefined) closeSync(this.#status);
    this.#status = undefined;
  }
}

function openStatus(pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/status`, 'r');
  } catch {
    return undefined;
  }
}

const statusText = Buffer.allocUnsafe(8192);

function highWaterMark(descriptor: number): string | undefined {
  const length = readSync(descriptor, statusText, 0, statusText.length, 0);
  const at = statusText.subarray(0, length).indexOf('VmHWM:');
  return at < 0 ? undefined : /\d+/.exec(statusText.toString('latin1', at, at + 32))?.[0];
}

async function askSystem(pid: number): Promise<number | undefined> {
  const output =
    process.platform === 'win32'
      ? await run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'])
      : await run('ps', ['-o', 'rss=', '-p', String(pid)]);
  return toMB(process.platform === 'win32' ? output.split('","').pop()?.replace(/\D/g, '') : output.trim());
}

function toMB(kilobytes: string | undefined): number | undefined {
  return kilobytes ? Math.ceil(Number(kilobytes) / 1024) : undefined;
}

async function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, (_error, stdout) => resolve(stdout));
  });
}
