import { compareNames, type PackageSource } from '../collect-files.ts';
import { directoryOf, linePlaces, centralAt, type PackedRun } from './central-directory.ts';
import type { KeptEntries } from './kept-entries.ts';

/** Within a line of the central directory: an entry's bytes in the zip. */
const packedSizeAt = 20;

/** What stands for a source that is not in a kept package as it is now. */
export const notKept = -1;

/** The last package of a folder, of which a new one may take parts, or all. */
export class KeptPackage {
  readonly zip: Buffer;
  readonly #index: KeptEntries;
  readonly #lines: Buffer | undefined;
  readonly #places: Uint32Array;

  constructor(zip: Buffer, index: KeptEntries) {
    const directory = directoryOf(zip);
    const isWhole = directory?.count === index.names.length;
    this.zip = zip;
    this.#index = index;
    this.#lines = isWhole ? directory.lines : undefined;
    this.#places = isWhole ? linePlaces(directory.lines, directory.count) : new Uint32Array(1);
  }

  get codeSha256(): string {
    return this.#index.codeSha256;
  }

  get count(): number {
    return this.#lines ? this.#index.names.length : 0;
  }

  /** For each source, the entry that is made from just that; `notKept` where there is none. Both in the order of their names. */
  entriesOf(sources: readonly PackageSource[]): Int32Array {
    const found = new Int32Array(sources.length).fill(notKept);
    if (!this.#lines) return found;
    const { names } = this.#index;
    let entry = 0;
    for (const [at, source] of sources.entries()) {
      const { name } = source;
      while (entry < names.length && names[entry] !== name && compareNames(names[entry] ?? '', name) < 0) entry += 1;
      if (names[entry] !== name) continue;
      if (this.#index.isSame(entry, source)) found[at] = entry;
      entry += 1;
    }
    return found;
  }

  /** The entries from one to before another, to be taken over together. */
  run(from: number, to: number): PackedRun {
    const lines = this.#lines ?? Buffer.alloc(0);
    const start = this.#startOf(from);
    const central = lines.subarray(this.#places[from], this.#places[to]);
    return { bytes: this.zip.subarray(start, this.#startOf(to)), central, count: to - from, start };
  }

  /** Bytes in the zip, without headers. */
  packedBytes(entry: number): number {
    return this.#lines?.readUInt32LE((this.#places[entry] ?? 0) + packedSizeAt) ?? 0;
  }

  secretAt(entry: number): string | undefined {
    return this.#index.secretAt(entry);
  }

  /** Where an entry begins in the zip; behind the last one the directory does. */
  #startOf(entry: number): number {
    const lines = this.#lines;
    if (!lines || entry >= this.count) return lines ? lines.byteOffset - this.zip.byteOffset : 0;
    return lines.readUInt32LE((this.#places[entry] ?? 0) + centralAt.start);
  }
}
