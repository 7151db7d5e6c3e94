import { Problem } from '../../problem.ts';
import type { FileSource, PackageSource } from '../collect-files.ts';
import type { FileFault, FileToCompress } from './compress.ts';
import { Compressor, largeBytes } from './compressor.ts';
import type { PackedData } from './packed-zip.ts';

export type PackedFile = PackedData & { readonly secret?: string | undefined };

/** Below this, starting threads takes longer than the work. */
const worthThreads = { files: 150, bytes: 2_000_000 };
const batchFiles = 100;
const batchBytes = 1_000_000;
/** Batches of each thread that may be compressed before they are asked for. */
const ahead = 4;
/** The same of a large file, which all behind it would wait for; and of all, while the folder is still being read. */
const farAhead = 20;

const isLarge = ({ bytes }: { readonly bytes: number }): boolean => bytes > largeBytes;

interface Batch {
  readonly files: FileSource[];
  bytes: number;
  /** Its place among those that will be asked for. */
  index: number;
  /** Files of it that will still be asked for. */
  left: number;
  isStarted: boolean;
  done?: Promise<ReadonlyMap<string, PackedFile>> | undefined;
}

/**
 * The files' packed bytes, compressed in batches, some way ahead of where they are asked for. The first
 * batches can be begun while the rest of the folder is still being read. To be closed, also after an error.
 */
export class PackedFiles implements AsyncDisposable {
  /** No file was read before, ms since the epoch. */
  readonly readSince = Date.now();
  readonly #compressor = new Compressor();
  /** By paths on the disk: what is offered may ship by another name, and another file by its. */
  readonly #batchOf = new Map<string, Batch>();
  readonly #work = { files: 0, bytes: 0 };
  #batches: Batch[] = [];
  #started = 0;
  #startedLarge = 0;

  /** A file that will most likely be asked for; to be called in the order of their names. */
  offer(source: FileSource): void {
    const before = this.#batches.length;
    this.#add(source);
    // The last batch may still grow.
    if (this.#batches.length > before && this.#isWorthThreads()) {
      this.#start(Math.min(before, this.#compressor.parallel * farAhead));
    }
  }

  /** All that will be asked for, in that order. */
  expect(sources: readonly PackageSource[]): void {
    const expected = new Set<Batch>();
    for (const source of sources) {
      if (source.kind !== 'file') continue;
      const batch = this.#batchOf.get(source.file) ?? this.#add(source);
      batch.left += 1;
      expected.add(batch);
    }
    this.#batches = [...expected];
    for (const [index, batch] of this.#batches.entries()) batch.index = index;
    this.#started = 0;
    this.#startedLarge = 0;
    this.#isWorthThreads();
  }

  async of(source: FileSource): Promise<PackedFile> {
    const batch = this.#batchOf.get(source.file);
    if (!batch) throw new Error(`${source.name} was not expected.`);
    this.#startLarge(batch.index + this.#compressor.parallel * farAhead);
    this.#start(batch.index + this.#compressor.parallel * ahead);
    const found = (await batch.done)?.get(source.file);
    if (!found) throw new Error(`${source.name} was not compressed.`);
    batch.left -= 1;
    if (batch.left === 0) batch.done = undefined;
    return found;
  }

  async close(): Promise<void> {
    await this.#compressor.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #isWorthThreads(): boolean {
    const { files, bytes } = this.#work;
    const worth = files > worthThreads.files || bytes > worthThreads.bytes;
    if (worth) this.#compressor.startThreads();
    return worth;
  }

  /** Notes that a file is to be compressed. */
  #add(source: FileSource): Batch {
    this.#work.files += 1;
    this.#work.bytes += source.bytes;
    let batch = this.#batches.at(-1);
    if (!batch || batch.isStarted || batch.files.length >= batchFiles || batch.bytes + source.bytes > batchBytes) {
      batch = { files: [], bytes: 0, index: this.#batches.length, left: 0, isStarted: false };
      this.#batches.push(batch);
    }
    batch.files.push(source);
    batch.bytes += source.bytes;
    this.#batchOf.set(source.file, batch);
    return batch;
  }

  /** Starts the first so many batches, where they are not. */
  #start(count: number): void {
    for (; this.#started < Math.min(this.#batches.length, count); this.#started += 1) {
      this.#startOne(this.#batches[this.#started]);
    }
  }

  /** The same of those with a large file alone. */
  #startLarge(count: number): void {
    for (; this.#startedLarge < Math.min(this.#batches.length, count); this.#startedLarge += 1) {
      const batch = this.#batches[this.#startedLarge];
      if (batch && isLarge(batch)) this.#startOne(batch);
    }
  }

  #startOne(batch: Batch | undefined): void {
    if (!batch || batch.isStarted) return;
    batch.isStarted = true;
    batch.done = this.#compress(batch.files);
    batch.done.catch(() => undefined); // who awaits it hears of it
  }

  async #compress(batch: readonly FileSource[]): Promise<ReadonlyMap<string, PackedFile>> {
    const files = batch.map(({ file, bytes, mtimeMs, ctimeMs }): FileToCompress => ({ file, bytes, mtimeMs, ctimeMs }));
    const done = await this.#compressor.compress(files);
    const data = Buffer.from(done.data.buffer);
    return new Map(
      batch.map((source, index) => {
        const result = done.files[index];
        if (result === undefined || typeof result === 'string') throw faultOf(result ?? 'unreadable', source.name);
        const { offset, length, deflated, crc32, secret } = result;
        return [
          source.file,
          { packed: data.subarray(offset, offset + length), deflated, crc32, size: source.bytes, secret },
        ];
      }),
    );
  }
}

function faultOf(fault: FileFault, name: string): Problem {
  return fault === 'changed'
    ? new Problem(
        'FileChanged',
        `${name} changed while it was being packaged. Package again when nothing writes to it.`,
      )
    : new Problem(
        'FileUnreadable',
        `${name} cannot be read. Check its permissions, or leave it out with .lambdaignore.`,
      );
}
