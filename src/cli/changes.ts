import { existsSync, watch } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** An editor writes a file in several steps, and a checkout many files: a change is over when this long nothing has come, ms. */
const quietMs = 100;
const neverShipped = /(^|[\\/])(\.git|__pycache__|\.lambda-workbench[^\\/]*)([\\/]|$)/;
/** What build tools write into a folder that has their file: a deploy makes it, and must not set off the next. */
const buildOutputs = [
  ['pom.xml', /^target([\\/]|$)/],
  ['Cargo.toml', /^(target([\\/]|$)|Cargo\.lock$)/],
  ['build.gradle', /^(build|\.gradle)([\\/]|$)/],
  ['build.gradle.kts', /^(build|\.gradle|\.kotlin)([\\/]|$)/],
] as const;

/** Yields once after each burst of changes in a folder, until the signal aborts. Watches from the call on. */
export function changesIn(folder: string, signal: AbortSignal): AsyncIterable<void> {
  let changed = Promise.withResolvers<void>();
  let lastAt = 0;
  const watcher = watch(path.resolve(folder), { recursive: true, signal }, (_, file) => {
    if (file !== null && (neverShipped.test(file) || isBuilt(folder, file))) return;
    lastAt = performance.now();
    changed.resolve();
  });
  const ended = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  return (async function* () {
    try {
      while (!signal.aborted) {
        await Promise.race([changed.promise, ended]);
        if (signal.aborted) return;
        for (let left = quietMs; left > 0; left = lastAt + quietMs - performance.now()) await wait(left);
        changed = Promise.withResolvers<void>();
        yield;
      }
    } finally {
      watcher.close();
    }
  })();
}

const isBuilt = (folder: string, file: string): boolean =>
  buildOutputs.some(([buildFile, output]) => output.test(file) && existsSync(path.join(folder, buildFile)));
