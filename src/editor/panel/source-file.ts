import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** The file of a deployed folder that a path in its package is; undefined where there is none, or where it leaves the folder. */
export async function sourceFileOf(folder: string, path: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, ...path.split('/')));
    return isIn(file, root) ? file : undefined;
  } catch {
    return undefined; // not there
  }
}

/** Whether a folder is one of these or lies in one, links followed. What is not there lies nowhere. */
export async function liesInOneOf(folder: string, roots: readonly string[]): Promise<boolean> {
  const real = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
  const [place, ...open] = await Promise.all([folder, ...roots].map(real));
  return place !== undefined && open.some((root) => root !== undefined && (place === root || isIn(place, root)));
}

const isIn = (path: string, root: string): boolean => path.startsWith(root.endsWith(sep) ? root : root + sep);
