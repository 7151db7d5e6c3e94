import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { Problem } from '../problem.ts';
import type { DeploymentPackage, PackageOptions } from './deployment-package.ts';
import { halfFileOf } from './write-zip.ts';

/** What the thread is given: what can be sent to one. */
export type ThreadOptions = Omit<PackageOptions, 'signal' | 'onProgress'>;

/** Thread → host. */
export type FromThread =
  | { readonly type: 'progress'; readonly progress: Parameters<NonNullable<PackageOptions['onProgress']>>[0] }
  | { readonly type: 'done'; readonly package: DeploymentPackage }
  | { readonly type: 'problem'; readonly code: string; readonly message: string };

/**
 * `packageFolder` in a thread of its own, so that the one that asks, such as the editor's, is never held up. A cancellation ends the
 * thread at once, whatever it is doing, and removes what it had written.
 */
export async function packageInThread({ signal, onProgress, ...given }: PackageOptions): Promise<DeploymentPackage> {
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
  worker.once('exit', () => reject(new Error('The packaging thread ended without a result.')));
  const onAbort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await promise;
  } catch (error) {
    await worker.terminate();
    if (options.halfFile !== undefined) await rm(options.halfFile, { force: true });
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}
