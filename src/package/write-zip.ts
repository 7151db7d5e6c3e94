import path from 'node:path';
import type { PackageSource } from './collect-files.ts';
import { HalfZip, isNoRoom, unwritable } from './zip/half-zip.ts';
import { notKept, type KeptPackage } from './zip/kept-package.ts';
import type { PackageCache } from './zip/package-cache.ts';
import type { PackedFiles } from './zip/packed-files.ts';

export interface WriteZipOptions {
  /** In the order in which they are to stand in the zip. */
  readonly sources: readonly PackageSource[];
  readonly outFile: string;
  /** Where it is written until it is whole; beside `outFile` unless given. */
  readonly half?: HalfZip | undefined;
  readonly cache?: PackageCache | undefined;
  /** What compresses; in it the first files may be under way. */
  readonly files?: (() => Promise<PackedFiles>) | undefined;
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
  await using half = options.half ?? new HalfZip(outFile);
  const last = cache?.kept;
  const keptEntries = last?.entriesOf(sources) ?? new Int32Array(sources.length).fill(notKept);
  let written = last && (await takeWhole(half, last, keptEntries));
  if (written) {
    cache?.touch();
    options.onProgress?.(1);
  } else {
    // archiver takes as long to load as all else that a package takes in which nothing has changed.
    const { fillZip, PackedFiles } = await import('./zip/fill-zip.ts');
    await using files = (await options.files?.()) ?? new PackedFiles();
    const filling = fillZip(half, { ...options, files, last: last?.open(), keptEntries });
    const { crc, ...filled } = await filling.catch((error: unknown) => {
      throw isNoRoom(error) ? unwritable(path.dirname(outFile), error) : error;
    });
    written = filled;
    await cache?.store(half.file, { ...written, crc, sources, readSince: files.readSince });
  }
  signal?.throwIfAborted();
  half.moveTo(outFile);
  return written;
}

/** The last package as it is, where every source is an entry of it. */
async function takeWhole(half: HalfZip, last: KeptPackage, keptEntries: Int32Array): Promise<WrittenZip | undefined> {
  const { entries } = last;
  if (keptEntries.length !== entries.names.length || keptEntries.includes(notKept)) return undefined;
  half.startCopy(last.file);
  if (!(await half.isCopy(entries.zip))) return undefined;
  const { codeSha256, secrets, packedBytes, zip } = entries;
  return { codeSha256, zippedBytes: zip.bytes, secrets, packedBytes };
}

/** A warning for each file with what looks like an AWS access key id, by its place in `sources`. */
export const warningsOfSecrets = (
  secrets: ReadonlyMap<number, string>,
  sources: readonly PackageSource[],
): readonly string[] =>
  [...secrets].map(
    ([at, id]) =>
      `${sources[at]?.name} holds what looks like an AWS access key (${id.slice(0, 4)}…${id.slice(-4)}). Functions get credentials from their role: take it out, or leave the file out with .lambdaignore.`,
  );
