import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Names } from './names.ts';

/** Whether there is a program of Go in a folder: a module, or a package of one that begins in a folder above. */
export function isGoProject(folder: string, names: Names): boolean {
  if (names.has('go.mod')) return true;
  // The names of all files would be many to look through.
  if (!readdirSync(folder).some((name) => name.endsWith('.go') && names.has(name))) return false;
  for (let here = path.resolve(folder); here !== path.dirname(here); here = path.dirname(here))
    if (existsSync(path.join(here, 'go.mod'))) return true;
  return false;
}

/** What the program is built from; everything else beside it (data, templates) still ships. */
export const isGoSource = (name: string): boolean => /\.go$|^go\.(mod|sum|work|work\.sum)$|^vendor\//.test(name);
