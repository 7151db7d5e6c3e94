import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { EntryData } from 'archiver';
import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';
import { compress } from './zip/compress.ts';
import { secretsOf, type CachedEntry, type PackageCache, type Secrets } from './zip/package-cache.ts';
import { PackedFiles, type FileSource, type PackedFile } from './zip/packed-files.ts';
import { PackedZipArchive } from './zip/packed-zip.ts';

export interface WriteZipOptions {
  /** In the order in which they are to stand in the zip. */
  readonly sources: readonly PackageSource[];
  readonly outFile: string;
  /** Where it is written until it is whole; beside `outFile` unless given. */
  readonly halfFile?: string | undefined;
  readonly cache?: PackageCache | undefined;
  /** Of the same cache; where the first files may be under way. */
  readonly files?: PackedFiles | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Looks at the size of the whole zip before it takes its place; throws where it must not. */
  readonly accept?: ((zippedBytes: number) => void) | undefined;
}

export interface WrittenZip {
  readonly codeSha256: string;
  readonly zippedBytes: number;
  readonly secrets: Secrets;
  /** Bytes of each file in the zip, by its name. */
  readonly packedBytes: ReadonlyMap<string, number>;
}

interface Filled extends WrittenZip {
  readonly entries: readonly CachedEntry[];
}

/** The earliest date a zip can carry. A fixed one makes the same files the same bytes. */
const fixedDate = new Date('1980-01-01T00:00:00Z');
const executable = 0o755;
/** Of a local header without its name. */
const localHeaderBytes = 30;
/** Packed bytes that may wait for the disk. */
const mostWaiting = 8_000_000;

/**
 * Writes a flat zip through archiver: fixed date, mode 0755 on every entry. It is written beside its place and moved there when it
 * is whole; after an error or a cancellation nothing of it is left.
 */
export async function writeZip(options: WriteZipOptions): Promise<WrittenZip> {
  const { outFile, signal, accept, cache, sources } = options;
  signal?.throwIfAborted();
  const folder = path.dirname(outFile);
  const half = options.halfFile ?? halfFileOf(outFile);
  const whole = cache?.whole(sources);
  // The file is there before anything can fail, so that nothing creates it again after it was removed.
  const handle = await openForWriting(half, folder);
  try {
    let written: WrittenZip;
    if (whole) {
      await handle.writeFile(whole.zip);
      written = { ...whole, zippedBytes: whole.zip.length };
      cache?.touch();
      options.onProgress?.(1);
    } else {
      await using files = options.files ?? new PackedFiles(cache);
      const filled = await fill(handle, files, options);
      await cache?.store(half, { ...filled, sources, readSince: files.readSince });
      written = filled;
    }
    await handle.close();
    accept?.(written.zippedBytes);
    signal?.throwIfAborted();
    await rename(half, outFile);
    return written;
  } catch (error) {
    await handle.close();
    await rm(half, { force: true });
    throw error;
  }
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

async function fill(handle: FileHandle, files: PackedFiles, options: WriteZipOptions): Promise<Filled> {
  const archive = new PackedZipArchive();
  const disk = new Disk(handle, archive);
  let entries: readonly CachedEntry[];
  try {
    [entries] = await Promise.all([feed({ ...options, archive, disk, files }), disk.done]);
  } catch (error) {
    archive.destroy();
    await disk.done.catch(() => undefined); // the same failure, or the end that destroy() makes
    throw error;
  }
  const packedBytes = new Map(entries.map(({ name, length }) => [name, length]));
  return { codeSha256: disk.sha256, zippedBytes: disk.written, secrets: secretsOf(entries), packedBytes, entries };
}

interface FeedOptions extends WriteZipOptions {
  readonly archive: PackedZipArchive;
  readonly disk: Disk;
  readonly files: PackedFiles;
}

/** Hands the archive all entries in their order, while batches of files further on are being compressed. */
async function feed({ sources, archive, disk, files, signal, onProgress }: FeedOptions): Promise<CachedEntry[]> {
  const totalBytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  const entries: CachedEntry[] = [];
  let offset = 0;
  let doneBytes = 0;
  files.expect(sources);
  for (const source of sources) {
    signal?.throwIfAborted();
    const data = source.kind === 'file' ? await files.of(source) : packInline(source);
    archive.appendPacked({ ...entryOf(source), ...data });
    offset += localHeaderBytes + Buffer.byteLength(source.name);
    if (source.kind === 'file') entries.push(cachedEntry(source, data, offset));
    // What is made anew each time is known for its size only: no file has such times.
    if (source.kind === 'content')
      entries.push(cachedEntry({ ...source, mtimeMs: 0, ctimeMs: 0, inode: 0 }, data, offset));
    offset += data.packed.length;
    doneBytes += source.bytes;
    onProgress?.(totalBytes === 0 ? 1 : doneBytes / totalBytes);
    if (offset - disk.written > mostWaiting) await disk.reached(offset - mostWaiting);
  }
  await Promise.all([archive.finalize(), files.close()]);
  return entries;
}

const cachedEntry = (
  { name, bytes, mtimeMs, ctimeMs, inode }: Pick<FileSource, 'name' | 'bytes' | 'mtimeMs' | 'ctimeMs' | 'inode'>,
  { packed, crc32, deflated, secret }: PackedFile,
  offset: number,
): CachedEntry => {
  const length = packed.length;
  return { name, size: bytes, mtimeMs, ctimeMs, inode, crc32, deflated, offset, length, secret };
};

/** Of what is no file on disk. */
function packInline(source: Exclude<PackageSource, FileSource>): PackedFile {
  if (source.kind === 'content') {
    const { packed, deflated, crc32 } = compress(source.content);
    return { packed: Buffer.from(packed), deflated, crc32, size: source.bytes };
  }
  // archiver itself makes a link's target the entry's content.
  const target = Buffer.from(source.kind === 'link' ? source.target : '');
  return { packed: target, deflated: false, crc32: compress(target).crc32, size: target.length };
}

/** Takes what the archive gives, in large pieces, to the file and into the hash. */
class Disk {
  readonly done: Promise<void>;
  readonly #hash = createHash('sha256');
  sha256 = '';
  written = 0;
  #onWritten = (): void => {};

  constructor(handle: FileHandle, archive: PackedZipArchive) {
    // Pieces that wait are written as they are; who iterates over the archive gets copies that join them.
    const file = new Writable({
      writev: (pieces: readonly { readonly chunk: Buffer }[], done) => {
        this.#write(
          handle,
          pieces.map(({ chunk }) => chunk),
        ).then(() => done(), done);
      },
    });
    this.done = pipeline(archive, file).then(() => {
      this.sha256 = this.#hash.digest('base64');
    });
    this.done.catch(() => undefined); // who awaits it hears of it
  }

  /** Resolves when at least so much is written, or when nothing more will be. */
  async reached(bytes: number): Promise<void> {
    while (this.written < bytes) {
      await Promise.race([new Promise<void>((resolve) => (this.#onWritten = resolve)), this.done]);
    }
  }

  async #write(handle: FileHandle, chunks: readonly Buffer[]): Promise<void> {
    const writing = handle.writev(chunks);
    for (const chunk of chunks) this.#hash.update(chunk);
    const { bytesWritten } = await writing;
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    // The system takes what it takes; the rest is the end.
    if (bytesWritten < bytes) await handle.appendFile(Buffer.concat(chunks).subarray(bytesWritten));
    this.written += bytes;
    this.#onWritten();
  }
}

/** A link's entry goes through append() as well: symlink() would give it the time of day. */
function entryOf(source: PackageSource): EntryData & { readonly linkname?: string } {
  const { name } = source;
  const common = { date: fixedDate, mode: executable };
  if (source.kind === 'folder') return { ...common, name, type: 'directory' };
  if (source.kind === 'link') return { ...common, name, type: 'symlink', linkname: source.target };
  return { ...common, name };
}
