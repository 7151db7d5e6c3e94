import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import yauzl from 'yauzl';
import { invalidParameter, ServiceError } from '../http/service-error.ts';
import { isNoRoom } from '../no-room.ts';

/** Lambda's limit on a package and its layers, unzipped. */
export const maxUnzippedBytes = 262_144_000;
/** Files in the making at once: enough for the four threads that Node has for them. */
const parallel = 8;
const inflate = promisify(inflateRaw);
const fileTypes = 0o170000;
const symbolicLink = 0o120000;

/** Writes what is in a zip. Throws InvalidParameterValueException where it is none, is damaged, or is too large unzipped. */
export async function unzip(zip: Buffer, directory: string): Promise<void> {
  try {
    const entries = await entriesOf(zip);
    await makeFolders(entries, directory);
    const files = entries.filter(({ fileName }) => !fileName.endsWith('/'));
    const queue = files.filter((entry) => !isLink(entry)).values();
    await Promise.all(
      Array.from({ length: parallel }, async () => {
        for (const entry of queue) await writeFileOf(zip, entry, directory);
      }),
    );
    // After the files, so that none is written through one.
    for (const entry of files.filter(isLink)) await makeLink(zip, entry, directory);
  } catch (error) {
    throw error instanceof ServiceError || isNoRoom(error) ? error : unzipFailed(error);
  }
}

/** What is in a zip that was unzipped before, in bytes. */
export async function unzippedBytes(file: string): Promise<number> {
  const archive = await yauzl.openPromise(file);
  let bytes = 0;
  for await (const entry of archive.eachEntry()) bytes += entry.uncompressedSize;
  return bytes;
}

const unzipFailed = (cause?: unknown): Error =>
  Object.assign(invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.'), {
    cause,
  });

/** yauzl refuses absolute names and names with ".." on the way. Of two entries of one name the later counts. */
async function entriesOf(zip: Buffer): Promise<yauzl.Entry[]> {
  const archive = await yauzl.fromBufferPromise(zip);
  const entries = new Map<string, yauzl.Entry>();
  let bytes = 0;
  for await (const entry of archive.eachEntry()) {
    bytes += entry.uncompressedSize;
    if (bytes > maxUnzippedBytes)
      throw invalidParameter(`Unzipped size must be smaller than ${maxUnzippedBytes} bytes`);
    entries.set(entry.fileName, entry);
  }
  if (entries.size === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
  return [...entries.values()];
}

async function makeFolders(entries: readonly yauzl.Entry[], directory: string): Promise<void> {
  const folders = new Set([directory]);
  for (const { fileName } of entries) {
    const file = path.join(directory, fileName);
    folders.add(fileName.endsWith('/') ? file : path.dirname(file));
  }
  for (const folder of folders) await mkdir(folder, { recursive: true });
}

async function writeFileOf(zip: Buffer, entry: yauzl.Entry, directory: string): Promise<void> {
  const file = path.join(directory, entry.fileName);
  await writeFile(file, await contentOf(zip, entry));
  const mode = modeOf(entry);
  // Without Unix modes (a zip made on Windows) Lambda's own default applies. Nobody may write, as on AWS, where all functions and
  // environments with this code would run what one of them wrote.
  await chmod(file, (mode === 0 ? 0o644 : mode) & 0o555);
}

async function makeLink(zip: Buffer, entry: yauzl.Entry, directory: string): Promise<void> {
  const file = path.join(directory, entry.fileName);
  const target = (await contentOf(zip, entry)).toString();
  const resolved = path.resolve(path.dirname(file), target);
  if (resolved !== directory && !resolved.startsWith(directory + path.sep))
    throw new Error(`The link ${entry.fileName} leaves the package`);
  await symlink(target, file);
}

async function contentOf(zip: Buffer, entry: yauzl.Entry): Promise<Buffer> {
  const { relativeOffsetOfLocalHeader: header, compressedSize, uncompressedSize, compressionMethod } = entry;
  if (entry.isEncrypted()) throw new Error(`${entry.fileName} is encrypted`);
  if (zip.readUInt32LE(header) !== 0x04034b50) throw new Error(`${entry.fileName} has no header`);
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const packed = zip.subarray(start, start + compressedSize);
  if (packed.length !== compressedSize) throw new Error(`${entry.fileName} is cut off`);
  if (compressionMethod !== 0 && compressionMethod !== 8)
    throw new Error(`${entry.fileName} is compressed by method ${compressionMethod}`);
  const content =
    compressionMethod === 0 ? packed : await inflate(packed, { maxOutputLength: Math.max(1, uncompressedSize) });
  if (content.length !== uncompressedSize || crc32(content) !== entry.crc32)
    throw new Error(`${entry.fileName} is damaged`);
  return content;
}

const modeOf = (entry: yauzl.Entry): number => (entry.externalFileAttributes >>> 16) & 0xffff;
const isLink = (entry: yauzl.Entry): boolean => (modeOf(entry) & fileTypes) === symbolicLink;
