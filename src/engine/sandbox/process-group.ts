import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { deadline } from './deadline.ts';

/** For what a group that has ended had still to say. */
const lastWordsMs = 500;

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

/** Resolves once the output of a child that has exited has ended too; what has left its group may hold it open, and is not waited for. */
export async function outputEnded(child: ChildProcess): Promise<void> {
  if (child.stdout?.closed && child.stderr?.closed) return;
  const due = deadline(lastWordsMs);
  await Promise.race([once(child, 'close'), due.passed]);
  due.cancel();
}
