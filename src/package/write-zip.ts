import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipArchive, type EntryData } from 'archiver';
import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';

export interface WriteZipOptions {
  /** In the order in which they are to stand in the zip. */
  readonly sources: readonly PackageSource[];
  readonly outFile: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Looks at the size of the whole zip before it takes its place; throws where it must not. */
  readonly accept?: ((zippedBytes: number) => void) | undefined;
}

export interface WrittenZip {
  readonly codeSha256: string;
  readonly zippedBytes: number;
}

/** The earliest date a zip can carry. A fixed one makes the same files the same bytes. */
const fixedDate = new Date('1980-01-01T00:00:00Z');
const executable = 0o755;

/**
 * Writes a flat zip through archiver: fixed date, mode 0755 on every entry. It is written beside its place and moved there when it
 * is whole; after an error or a cancellation nothing of it is left.
 */
export async function writeZip(options: WriteZipOptions): Promise<WrittenZip> {
  const { outFile, signal, accept } = options;
  signal?.throwIfAborted();
  const folder = path.dirname(outFile);
  const half = path.join(folder, `.${path.basename(outFile)}.${randomUUID()}`);
  // The file is there before anything can fail, so that nothing creates it again after it was removed.
  const handle = await openForWriting(half, folder);
  try {
    const written = await writeArchive(handle, options);
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

/** Fills and closes the file; what it holds has reached the disk then. */
async function writeArchive(handle: FileHandle, options: WriteZipOptions): Promise<WrittenZip> {
  const { signal } = options;
  const hash = createHash('sha256');
  let zippedBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      zippedBytes += chunk.length;
      done(null, chunk);
    },
  });
  const archive = new ZipArchive({ zlib: { level: 6 } });
  const written = pipeline(archive, measure, handle.createWriteStream({ flush: true }), {
    ...(signal && { signal }),
  });
  try {
    await Promise.all([written, fill(archive, { ...options, written })]);
  } catch (error) {
    archive.destroy();
    await written.catch(() => undefined); // the same failure, or the end that destroy() makes
    throw error;
  }
  return { codeSha256: hash.digest('base64'), zippedBytes };
}

async function fill(
  archive: ZipArchive,
  { sources, signal, onProgress, written }: WriteZipOptions & { readonly written: Promise<void> },
): Promise<void> {
  const totalBytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  const failed = written.then(() => undefined);
  failed.catch(() => undefined); // who waits for `written` hears of it
  let doneBytes = 0;
  for (const source of sources) {
    signal?.throwIfAborted();
    const content = await contentOf(source);
    const taken = once(archive, 'entry');
    archive.append(content, entryOf(source));
    // One entry at a time: what waits in memory is one file, not the folder.
    await Promise.race([taken, failed]);
    doneBytes += source.bytes;
    onProgress?.(totalBytes === 0 ? 1 : doneBytes / totalBytes);
  }
  await archive.finalize();
}

async function contentOf(source: PackageSource): Promise<Buffer> {
  if (source.kind === 'content') return Buffer.from(source.content);
  if (source.kind !== 'file') return Buffer.alloc(0);
  try {
    return await readFile(source.file);
  } catch (error) {
    throw new Problem(
      'FileUnreadable',
      `${source.name} cannot be read. Check its permissions, or leave it out with .lambdaignore.`,
      { cause: error },
    );
  }
}

/** A link's entry goes through append() as well: symlink() would give it the time of day. */
function entryOf(source: PackageSource): EntryData & { linkname?: string } {
  const { name } = source;
  const common = { date: fixedDate, mode: executable };
  if (source.kind === 'folder') return { ...common, name: `${name}/`, type: 'directory' };
  if (source.kind === 'link') return { ...common, name, type: 'symlink', linkname: source.target };
  return { ...common, name };
}
