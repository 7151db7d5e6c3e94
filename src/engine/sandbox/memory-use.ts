import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Peak resident memory of a process in MB, as its REPORT line says it: the kernel's high-water mark on Linux; elsewhere what
 * `ps` (or `tasklist`) tells now. Undefined for a process that is gone.
 */
export async function maxMemoryUsedMB(pid: number): Promise<number | undefined> {
  if (process.platform === 'linux') {
    try {
      return toMB(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    } catch {
      return undefined;
    }
  }
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
