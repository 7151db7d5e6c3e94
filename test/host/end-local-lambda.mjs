// @ts-check
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';

/**
 * Ends the local Lambda of a data folder, if one was started: it outlives the windows that use it, by intent.
 * @param {string} dataDirectory
 */
export async function endLocalLambda(dataDirectory) {
  const connection = await readFile(join(dataDirectory, 'engine.json'), 'utf8').catch(() => undefined);
  if (connection === undefined) return;
  try {
    process.kill(JSON.parse(connection).pid, 'SIGTERM');
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
