import { statSync } from 'node:fs';
import { Problem } from '../problem.ts';

const isReadyPackage = (file: string): boolean => /\.(zip|jar)$/i.test(file);

/** Whether it is a folder, or a ready package. Throws `FolderMissing`. */
export function checkFolder(folder: string): 'folder' | 'ready' {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new Problem('FolderMissing', `There is no folder ${folder}. Check the path.`);
  if (found.isDirectory()) return 'folder';
  if (isReadyPackage(folder)) return 'ready';
  throw new Problem(
    'FolderMissing',
    `${folder} is a file. Give the folder that holds the function, or a .zip or .jar.`,
  );
}
