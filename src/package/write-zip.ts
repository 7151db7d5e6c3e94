import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';
import { notKept, type KeptPackage } from './zip/kept-package.ts';
import type { PackageCache } from './zip/package-cache.ts';
import type { PackedFiles } from './zip/packed-files.ts';

export interface WriteZipOptions {
  /** In the order in which they are to stand in the zip. */
  readonly sources: readonly PackageSource[];
  readonly outFile: string;
  /** Where it is written until it is whole; beside `outFile` unless given. */
  readonly halfFile?: string | undefined;
  readonly cache?: PackageCache | undefined;
  /** Where the first files may be under way. */
  readonly files?: PackedFiles | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

export interface WrittenZip {
  readonly codeSha256: string;
  readonly zippedBytes: number;
  /** AWS access key ids by the place in `sources` of the file they stand in. */
  readonly secrets: ReadonlyMap<number, string>;
  /** Bytes of each source in the zip, without headers, by its place in `sources`. */
  readonly packedBytes: Float64Array;
}

/**
 * Writes a flat zip through archiver: fixed date, mode 0755 on every entry. It is written beside its place and moved there when it
 * is whole; after an error or a cancellation nothing of it is left.
 */
export async function writeZip(options: WriteZipOptions): Promise<WrittenZip> {
  const { outFile, signal, cache, sources } = options;
  signal?.throwIfAborted();
  const folder = path.dirname(outFile);
  const half = options.halfFile ?? halfFileOf(outFile);
  // The file is there before anything can fail, so that nothing creates it again after it was removed.
  const handle = await openForWriting(half, folder);
  try {
    const last = cache?.kept;
    const keptEntries = last?.entriesOf(sources) ?? new Int32Array(sources.length).fill(notKept);
    let written = last && (await takeWhole(handle, last, keptEntries));
    if (written) {
      cache?.touch();
      options.onProgress?.(1);
    } else {
      // archiver takes as long to load as all else that a package takes in which nothing has changed.
      const { fillZip, PackedFiles } = await import('./zip/fill-zip.ts');
      await using files = options.files ?? new PackedFiles();
      written = await fillZip(handle, { ...options, files, last: last?.open(), keptEntries });
      await cache?.store(half, { ...written, sources, readSince: files.readSince });
    }
    await handle.close();
    signal?.throwIfAborted();
    await rename(half, outFile);
    return written;
  } catch (error) {
    await handle.close();
    await rm(half, { force: true });
    throw error;
  }
}

/** The last package as it is, where every source is an entry of it. */
async function takeWhole(
  handle: FileHandle,
  last: KeptPackage,
  keptEntries: Int32Array,
): Promise<WrittenZip | undefined> {
  const { entries } = last;
  if (keptEntries.length !== entries.names.length || keptEntries.includes(notKept)) return undefined;
  const zippedBytes = await last.copyTo(handle);
  const { codeSha256, secrets, packedBytes } = entries;
  return zippedBytes === undefined ? undefined : { codeSha256, zippedBytes, secrets, packedBytes };
}

export const halfFileOf = (outFile: string): string =>
  path.join(path.dirname(outFile), `.${path.basename(outFile)}.${randomUUID()}`);

async function openForWriting(file: string, folder: string): Promise<FileHandle> {
  try {
    await mkdir(folder, { recursive: true });
    return await open(file, 'wx');
  } catch (error) {
    throw new Problem('PackageUnwritable', `The package cannot be written to ${folder}. Choose another place for it.`, {
      cause: error,
    });
  }
}
