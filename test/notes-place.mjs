// @ts-check
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repositoryRoot = resolve(import.meta.dirname, '..');

/**
 * A folder where functions can leave notes for tests: the project's own, but where that lies below /var, of which functions read only.
 * @param {string} [root] The project.
 */
export function notesPlace(root = repositoryRoot) {
  const place = root.startsWith('/var/')
    ? join('/dev/shm', 'lambda-workbench-notes')
    : join(root, 'node_modules', '.cache', 'lambda-workbench');
  mkdirSync(place, { recursive: true });
  return place;
}
