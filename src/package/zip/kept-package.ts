import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { compareNames, type PackageSource } from '../collect-files.ts';
import { centralAt, directoryOf, linePlaces, type PackedRun } from './central-directory.ts';
import type { KeptEntries } from './kept-entries.ts';

/** What stands for a source that is not in a kept package as it is now. */
export const notKept = -1;

/** The last package of a folder, of which a new one may take parts, or all. To be disposed of. */
export class KeptPackage implements Disposable {
  /** The zip itself. */
  readonly file: string;
  readonly #descriptor: number;
  readonly #entries: KeptEntries;

  /** Throws where there is no zip. */
  constructor(zipFile: string, entries: KeptEntries) {
    this.file = zipFile;
    this.#descriptor = openSync(zipFile, 'r');
    this.#entries = entries;
  }

  get entries(): KeptEntries {
    return this.#entries;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  /** For each source, the entry that is made from just that; `notKept` where there is none. Both in the order of their names. */
  entriesOf(sources: readonly PackageSource[]): Int32Array {
    const found = new Int32Array(sources.length).fill(notKept);
    const { names } = this.#entries;
    let entry = 0;
    for (let at = 0; at < sources.length; at += 1) {
      const source = sources[at];
      if (!source) continue;
      const { name } = source;
      while (entry < names.length && names[entry] !== name && compareNames(names[entry] ?? '', name) < 0) entry += 1;
      if (names[entry] !== name) continue;
      if (this.#entries.isSame(entry, source)) found[at] = entry;
      entry += 1;
    }
    return found;
  }

  /** The zip for taking parts from it; nothing where it is not the one of the index, or needs more than 32 bits. */
  open(): KeptZip | undefined {
    const { size } = fstatSync(this.#descriptor);
    if (size > 0x7fff_f000 || size !== this.#entries.zip.bytes) return undefined;
    const zip = Buffer.allocUnsafeSlow(size);
    if (readSync(this.#descriptor, zip, 0, size, 0) !== size) return undefined;
    if (crc32(zip) !== this.#entries.zip.crc) return undefined;
    const directory = directoryOf(zip);
    if (directory?.count !== this.#entries.names.length) return undefined;
    return new KeptZip(zip, { ...directory, entries: this.#entries });
  }
}

/** A zip that has been read, and is the one that was made. */
export class KeptZip {
  readonly entries: KeptEntries;
  readonly #zip: Buffer;
  readonly #lines: Buffer;
  readonly #places: Uint32Array;

  constructor(
    zip: Buffer,
    directory: { readonly lines: Buffer; readonly count: number; readonly entries: KeptEntries },
  ) {
    this.entries = directory.entries;
    this.#zip = zip;
    this.#lines = directory.lines;
    this.#places = linePlaces(directory.lines, directory.count);
  }

  /** The entries from one to before another, to be taken over together. */
  run(from: number, to: number): PackedRun {
    const start = this.#startOf(from);
    const central = this.#lines.subarray(this.#places[from], this.#places[to]);
    return { bytes: this.#zip.subarray(start, this.#startOf(to)), central, count: to - from, start };
  }

  /** Where an entry begins in the zip; behind the last one the directory does. */
  #startOf(entry: number): number {
    if (entry >= this.#places.length - 1) return this.#lines.byteOffset - this.#zip.byteOffset;
    return this.#lines.readUInt32LE((this.#places[entry] ?? 0) + centralAt.start);
  }
}
