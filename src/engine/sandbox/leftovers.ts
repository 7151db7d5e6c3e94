import { readdirSync, readFileSync } from 'node:fs';
import { environmentMark } from './function-environment.ts';

/**
 * Ends the processes that an engine leaves running, or left when it was killed: those whose mark lies under `temporaryRoot`, where
 * only environments of this data folder have theirs. On Linux; elsewhere a runtime ends when it finds the engine gone.
 */
export function endLeftovers(temporaryRoot: string): void {
  if (process.platform !== 'linux') return;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      if (environment.some((line) => line.startsWith(`${environmentMark}=${temporaryRoot}/`)))
        process.kill(Number(pid), 'SIGKILL');
    } catch {
      // another user's, or gone meanwhile
    }
  }
}
