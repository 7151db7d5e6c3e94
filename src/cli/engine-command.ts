import { spawn } from 'node:child_process';
import { engineFlags } from '../engine/launch.ts';
import type { CommandContext } from './commands.ts';

/** The local Lambda is a process of its own; this one passes its signals on and ends with its exit status. */
export async function runEngine({ args, signal, engineEntry }: CommandContext): Promise<number> {
  const child = spawn(process.execPath, [...engineFlags, engineEntry, ...args], { stdio: 'inherit' });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
