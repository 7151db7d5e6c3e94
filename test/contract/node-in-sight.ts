import { chmodSync, copyFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './engine-process.ts';

/** The Node.js that runs the tests where functions see it: outside /tmp, which is their own; a copy where the project itself lies there. */
export function nodeInSight(): { readonly path: string; [Symbol.dispose](): void } {
  if (!realpathSync(process.execPath).startsWith('/tmp/'))
    return { path: process.execPath, [Symbol.dispose]: () => {} };
  const folder = temporaryFolder('lambda-workbench-node-', '/var/tmp');
  const copy = path.join(folder.path, 'node');
  chmodSync(folder.path, 0o755);
  copyFileSync(process.execPath, copy);
  chmodSync(copy, 0o755);
  return { path: copy, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}
