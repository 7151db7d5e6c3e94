// Fills a zip through archiver: what the last package has taken over from it, all else compressed.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { EntryData } from 'archiver';
import type { FileSource, PackageSource } from '../collect-files.ts';
import type { WriteZipOptions, WrittenZip } from '../write-zip.ts';
import { localHeaderBytes } from './central-directory.ts';
import { compress } from './compress.ts';
import { Disk } from './disk.ts';
import type { HalfZip } from './half-zip.ts';
import { notKept, type KeptZip } from './kept-package.ts';
import { PackedFiles, type PackedFile } from './packed-files.ts';
import { PackedZipArchive } from './packed-zip.ts';

export { PackedFiles };

export interface FillZipOptions extends Pick<WriteZipOptions, 'sources' | 'signal' | 'onProgress'> {
  readonly files: PackedFiles;
  readonly last: KeptZip | undefined;
  /** For each source its entry in `last`, or `notKept`; where there is none they do not count. */
  readonly keptEntries: Int32Array;
}

/** The earliest date a zip can carry. A fixed one makes the same files the same bytes. */
const fixedDate = new Date('1980-01-01T00:00:00Z');
const executable = 0o755;
/** Packed bytes that may wait for the disk. */
const mostWaiting = 4_000_000;
/** Entries of another zip are taken over where no place in either can need more than 32 bits. */
const mostForRuns = 0x7fff_ffff;

/** Writes the sources, in their order; and tells the CRC-32 of the file. */
export async function fillZip(half: HalfZip, options: FillZipOptions): Promise<WrittenZip & { readonly crc: number }> {
  await half.settled();
  // Not emptied: what was copied there in vain is overwritten. A copy that failed has taken the file with it.
  await using handle = await open(half.file, constants.O_RDWR | constants.O_CREAT);
  const archive = new PackedZipArchive();
  const disk = new Disk(handle, archive);
  try {
    const [filled] = await Promise.all([feed(archive, disk, options), disk.done]);
    await handle.truncate(disk.written);
    return { ...filled, codeSha256: disk.sha256, zippedBytes: disk.written, crc: disk.crc };
  } catch (error) {
    archive.destroy();
    await disk.done.catch(() => undefined); // the same failure, or the end that destroy() makes
    throw error;
  }
}

/** Hands the archive all entries in their order, while batches of files further on are being compressed. */
async function feed(
  archive: PackedZipArchive,
  disk: Disk,
  { sources, files, last, keptEntries, signal, onProgress }: FillZipOptions,
): Promise<Pick<WrittenZip, 'secrets' | 'packedBytes'>> {
  const totalBytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  const kept = !last || totalBytes > mostForRuns ? new Int32Array(sources.length).fill(notKept) : keptEntries;
  const packedBytes = new Float64Array(sources.length);
  const secrets = new Map<number, string>();
  let handedOver = 0;
  let doneBytes = 0;
  const note = (at: number, bytes: number, secret: string | undefined): void => {
    packedBytes[at] = bytes;
    if (secret !== undefined) secrets.set(at, secret);
    doneBytes += sources[at]?.bytes ?? 0;
  };
  files.expect(sources.filter((_, at) => kept[at] === notKept));
  for (let at = 0; at < sources.length;) {
    signal?.throwIfAborted();
    const entry = kept[at] ?? notKept;
    if (last && entry !== notKept) {
      let count = 0;
      for (; kept[at + count] === entry + count; count += 1) {
        note(at + count, last.entries.packedBytes[entry + count] ?? 0, last.entries.secretAt(entry + count));
      }
      const run = last.run(entry, entry + count);
      archive.appendRun(run);
      handedOver += run.bytes.length;
      at += count;
    } else {
      const source = sources[at];
      if (!source) break;
      const data = source.kind === 'file' ? await files.of(source) : packInline(source);
      archive.appendPacked({ ...entryOf(source), ...data });
      note(at, data.packed.length, data.secret);
      // Exactly: it is waited for.
      handedOver += localHeaderBytes + Buffer.byteLength(source.name) + data.packed.length;
      at += 1;
    }
    onProgress?.(totalBytes === 0 ? 1 : doneBytes / totalBytes);
    if (handedOver - disk.written > mostWaiting) await disk.reached(handedOver - mostWaiting);
  }
  await Promise.all([archive.finalize(), files.close()]);
  return { secrets, packedBytes };
}

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

/** A link's entry goes through append() as well: symlink() would give it the time of day. */
function entryOf(source: PackageSource): EntryData & { readonly linkname?: string } {
  const { name } = source;
  const common = { date: fixedDate, mode: executable };
  if (source.kind === 'folder') return { ...common, name, type: 'directory' };
  if (source.kind === 'link') return { ...common, name, type: 'symlink', linkname: source.target };
  return { ...common, name };
}
