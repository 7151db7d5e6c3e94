import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipArchive, type EntryData } from 'archiver';
import type { PackageSource } from './collect-files.ts';

export interface WriteZipOptions {
  /** In the order in which they are to stand in the zip. */
  readonly sources: readonly PackageSource[];
  readonly outFile: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
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
export async function writeZip({ sources, outFile, signal, onProgress }: WriteZipOptions): Promise<WrittenZip> {
  await mkdir(path.dirname(outFile), { recursive: true });
  const half = path.join(path.dirname(outFile), `.${path.basename(outFile)}.${randomUUID()}`);
  const hash = createHash('sha256');
  let zippedBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      zippedBytes += chunk.length;
      done(null, chunk);
    },
  });
  try {
    const archive = new ZipArchive({ zlib: { level: 6 } });
    const written = pipeline(archive, measure, createWriteStream(half), { ...(signal && { signal }) });
    await Promise.all([written, fill(archive, sources, { signal, onProgress, written })]);
    await flushToDisk(half);
    signal?.throwIfAborted();
    await rename(half, outFile);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
  return { codeSha256: hash.digest('base64'), zippedBytes };
}

async function fill(
  archive: ZipArchive,
  sources: readonly PackageSource[],
  { signal, onProgress, written }: Pick<WriteZipOptions, 'signal' | 'onProgress'> & { written: Promise<void> },
): Promise<void> {
  const totalBytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  const failed = written.then(() => undefined);
  let doneBytes = 0;
  for (const source of sources) {
    signal?.throwIfAborted();
    const content =
      source.kind === 'file'
        ? await readFile(source.file)
        : source.kind === 'content'
          ? Buffer.from(source.content)
          : Buffer.alloc(0);
    const taken = once(archive, 'entry');
    if (source.kind === 'link') archive.symlink(source.name, source.target, executable);
    else archive.append(content, entryOf(source));
    // One entry at a time: what waits in memory is one file, not the folder.
    await Promise.race([taken, failed]);
    doneBytes += source.bytes;
    onProgress?.(totalBytes === 0 ? 1 : doneBytes / totalBytes);
  }
  await archive.finalize();
}

function entryOf(source: PackageSource): EntryData {
  const common = { date: fixedDate, mode: executable };
  return source.kind === 'folder'
    ? { ...common, name: `${source.name}/`, type: 'directory' }
    : { ...common, name: source.name };
}

async function flushToDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
