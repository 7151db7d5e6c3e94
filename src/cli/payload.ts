import { readFile } from 'node:fs/promises';
import { Problem } from '../problem.ts';

/** What --payload says: JSON, or @FILE that holds it. */
export async function readPayload(given: string | undefined): Promise<string | undefined> {
  if (!given?.startsWith('@')) return given;
  try {
    return (await readFile(given.slice(1), 'utf8')).replace(/^\uFEFF/, ''); // some Windows editors begin a file with it
  } catch (error) {
    throw new Problem('PayloadUnreadable', `The payload file ${given.slice(1)} cannot be read. Check its path.`, {
      cause: error,
    });
  }
}
