import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { compressFiles, type CompressedBatch, type FileToCompress } from './compress.ts';

/** Below this, starting threads takes longer than the work. */
const worthThreads = { files: 150, bytes: 2_000_000 };
const mostThreads = 4;

/** Compresses batches, in threads where there is enough to do. */
export class Compressor {
  readonly #idle: Worker[] = [];
  readonly #all: Worker[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly parallel: number;

  constructor(work: { readonly files: number; readonly bytes: number }) {
    const threads = work.files > worthThreads.files || work.bytes > worthThreads.bytes;
    this.parallel = threads ? Math.min(availableParallelism(), mostThreads) : 0;
    // From source (.ts) or built (.js), the thread's file lies beside this one.
    const entry = new URL(`./compress-worker${path.extname(new URL(import.meta.url).pathname)}`, import.meta.url);
    for (let count = 0; count < this.parallel; count += 1) this.#all.push(new Worker(entry));
    this.#idle.push(...this.#all);
  }

  async compress(batch: readonly FileToCompress[]): Promise<CompressedBatch> {
    if (this.parallel === 0) return compressFiles(batch);
    let worker = this.#idle.pop();
    while (!worker) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      worker = this.#idle.pop();
    }
    try {
      return await ask(worker, batch);
    } finally {
      this.#idle.push(worker);
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(async (worker) => worker.terminate()));
  }
}

async function ask(worker: Worker, batch: readonly FileToCompress[]): Promise<CompressedBatch> {
  const { promise, resolve, reject } = Promise.withResolvers<CompressedBatch>();
  const onEnd = (): void => reject(new Error('The packaging was ended.'));
  worker.once('message', resolve).once('error', reject).once('exit', onEnd);
  worker.postMessage(batch);
  try {
    return await promise;
  } finally {
    worker.off('message', resolve).off('error', reject).off('exit', onEnd);
  }
}
