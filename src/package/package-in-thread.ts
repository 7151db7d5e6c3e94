import { once } from 'node:events';
import { lstatSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Problem } from '../problem.ts';
import type { DeploymentPackage, PackageOptions } from './deployment-package.ts';
import { packageFolder } from './package-folder.ts';
import { halfFileOf } from './zip/half-zip.ts';

/** What the thread is given: what can be sent to one. */
export type ThreadOptions = Omit<PackageOptions, 'signal' | 'onProgress' | 'onCompress'>;

/** Thread → host. */
export type FromThread =
  | { readonly type: 'progress'; readonly progress: Parameters<NonNullable<PackageOptions['onProgress']>>[0] }
  | { readonly type: 'done'; readonly package: DeploymentPackage }
  | { readonly type: 'problem'; readonly code: string; readonly message: string };

/** How long a cancelled thread has for its own end. */
const patienceMs = 80;

/** A folder up to here takes milliseconds, and less than a thread's start. */
const small = { entries: 200, bytes: 1_000_000 };

/** `packageFolder` for a host whose own thread must never be held up: all but small folders go to a thread. */
export async function packageForHost(options: PackageOptions): Promise<DeploymentPackage> {
  return isSmall(options.folder) ? packageFolder(options) : packageInThread(options);
}

function isSmall(folder: string): boolean {
  let { entries, bytes } = small;
  const fits = (here: string): boolean =>
    readdirSync(here, { withFileTypes: true }).every((entry) => {
      entries -= 1;
      const file = path.join(here, entry.name);
      if (entry.isFile()) bytes -= lstatSync(file).size;
      return entries >= 0 && bytes >= 0 && (!entry.isDirectory() || fits(file));
    });
  try {
    return fits(folder);
  } catch {
    return true; // packageFolder says what is wrong with it
  }
}

/**
 * `packageFolder` in a thread of its own, so that the one that asks, such as the editor's, is never held up. A cancellation ends the
 * thread at once, whatever it is doing, and removes what it had written.
 */
export async function packageInThread({
  signal,
  onProgress,
  ...given
}: Omit<PackageOptions, 'onCompress'>): Promise<DeploymentPackage> {
  signal?.throwIfAborted();
  const options: ThreadOptions = { ...given, halfFile: given.halfFile ?? halfFileOf(given.outFile) };
  // From source (.ts) or built (.js), the thread's file lies beside this one.
  const entry = new URL(`./package-worker${path.extname(new URL(import.meta.url).pathname)}`, import.meta.url);
  const worker = new Worker(entry, { workerData: options });
  const { promise, resolve, reject } = Promise.withResolvers<DeploymentPackage>();
  worker.on('message', (message: FromThread) => {
    if (message.type === 'progress') onProgress?.(message.progress);
    else if (message.type === 'done') resolve(message.package);
    else reject(new Problem(message.code, message.message));
  });
  worker.once('error', reject);
  const ended = once(worker, 'exit');
  worker.once('exit', () => reject(new Error('The packaging thread ended without a result.')));
  const onAbort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await promise;
  } catch (error) {
    // Build tools that it runs are ended by it; but it may be deep in work and not hear.
    worker.postMessage('abort');
    await Promise.race([ended, wait(patienceMs)]);
    await worker.terminate();
    if (options.halfFile !== undefined) await rm(options.halfFile, { force: true });
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}
