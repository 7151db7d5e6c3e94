import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { compressFiles, type CompressedBatch, type FileToCompress } from './compress.ts';

const mostThreads = 4;
/** Of files that one thread takes all. */
export const largeBytes = 2_000_000;
/** To open a file, and to begin to compress, take as long as so many bytes. */
const bytesPerFile = 8000;

/** Compresses batches: at once where it is asked, or in threads, which take a few batches ahead each. */
export class Compressor {
  readonly #threads: CompressingThread[] = [];

  /** How many batches go on at the same time. */
  get parallel(): number {
    return Math.max(1, this.#threads.length);
  }

  /** From now on in threads. They start while their owner goes on with something else, even if it never yields. */
  startThreads(): void {
    while (this.#threads.length < Math.min(availableParallelism(), mostThreads)) {
      this.#threads.push(new CompressingThread());
    }
  }

  async compress(batch: readonly FileToCompress[]): Promise<CompressedBatch> {
    if (this.#threads.length === 0) return compressFiles(batch);
    const [first] = this.#threads;
    // WebAssembly never gives memory back: let one thread need much.
    if (first && batch.some(({ bytes }) => bytes > largeBytes)) return first.compress(batch);
    return this.#threads.reduce((a, b) => (b.waiting < a.waiting ? b : a)).compress(batch);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(async (thread) => thread.close()));
  }
}

interface Job extends PromiseWithResolvers<CompressedBatch> {
  readonly size: number;
}

class CompressingThread {
  readonly #worker: Worker;
  /** In the order in which they are answered. */
  readonly #jobs: Job[] = [];
  #ended: Error | undefined;
  /** Size of its jobs, in about bytes. */
  waiting = 0;

  constructor() {
    // From source (.ts) or built (.js), the thread's file lies beside this one.
    const entry = new URL(`./compress-worker${path.extname(new URL(import.meta.url).pathname)}`, import.meta.url);
    this.#worker = new Worker(entry);
    this.#worker.on('message', (done: CompressedBatch) => this.#take()?.resolve(done));
    this.#worker.once('error', (error) => this.#end(error));
    this.#worker.once('exit', () => this.#end(new Error('The packaging was ended.')));
  }

  async compress(batch: readonly FileToCompress[]): Promise<CompressedBatch> {
    if (this.#ended) throw this.#ended;
    const size = batch.reduce((sum, file) => sum + file.bytes + bytesPerFile, 0);
    const job = { ...Promise.withResolvers<CompressedBatch>(), size };
    this.#jobs.push(job);
    this.waiting += size;
    this.#worker.postMessage(batch);
    return job.promise;
  }

  #take(): Job | undefined {
    const job = this.#jobs.shift();
    this.waiting -= job?.size ?? 0;
    return job;
  }

  #end(error: unknown): void {
    this.#ended ??= error instanceof Error ? error : new Error(String(error));
    for (let job = this.#take(); job; job = this.#take()) job.reject(this.#ended);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
