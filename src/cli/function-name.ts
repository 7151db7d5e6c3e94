import path from 'node:path';

/** A folder's name as a function's: letters, digits, - and _, at most 64. */
export function functionNameOf(folder: string): string {
  const name = path
    .basename(path.resolve(folder))
    .replace(/[^a-zA-Z0-9-_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
  return name || 'function';
}
