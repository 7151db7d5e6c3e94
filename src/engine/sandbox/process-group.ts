import type { ChildProcess } from 'node:child_process';

/** Signals a child that leads a process group, and all of the group; on Windows the child alone. Nothing where they have gone. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // already gone
  }
}
