import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** The file of a deployed folder that a path in its package is; undefined where there is none, or where it leaves the folder. */
export async function sourceFileOf(folder: string, path: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, ...path.split('/')));
    return file.startsWith(root + sep) ? file : undefined;
  } catch {
    return undefined; // not there
  }
}
