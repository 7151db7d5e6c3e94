import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import yauzl from 'yauzl';
import { invalidParameter } from '../http/service-error.ts';

/** Lambda's limit on a package and its layers, unzipped. */
const maxUnzippedBytes = 262_144_000;

export interface StoredCode {
  readonly codeSha256: string;
  readonly codeSize: number;
}

/** Packages by their SHA-256: the zip as it was sent, and its files ready to run. */
export class CodeStore {
  readonly #directory: string;

  constructor(dataDirectory: string) {
    this.#directory = path.join(dataDirectory, 'code');
  }

  /** Keeps a zip. Throws InvalidParameterValueException where it is not one, or is too large unzipped. */
  async add(zip: Buffer): Promise<StoredCode> {
    const codeSha256 = createHash('sha256').update(zip).digest('base64');
    const stored = { codeSha256, codeSize: zip.length };
    if (await exists(this.zipFile(codeSha256))) return stored;
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    // Unzipped beside its place and moved there whole: a kill in between leaves nothing that looks finished.
    const half = path.join(this.#directory, `.new-${randomUUID()}`);
    try {
      await unzip(zip, path.join(half, 'files'));
      await writeFile(path.join(half, 'package.zip'), zip);
      await rename(half, this.#folder(codeSha256));
    } catch (error) {
      await rm(half, { recursive: true, force: true });
      if (!(await exists(this.zipFile(codeSha256)))) throw error; // else: stored by a request at the same time
    }
    return stored;
  }

  zipFile(codeSha256: string): string {
    return path.join(this.#folder(codeSha256), 'package.zip');
  }

  /** What the function sees as its LAMBDA_TASK_ROOT. */
  taskRoot(codeSha256: string): string {
    return path.join(this.#folder(codeSha256), 'files');
  }

  async readZip(codeSha256: string): Promise<Buffer> {
    return readFile(this.zipFile(codeSha256));
  }

  /** Removes packages that no function uses any more, and what an interrupted upload left. */
  async removeUnused(used: ReadonlySet<string>): Promise<void> {
    const kept = new Set([...used].map((code) => path.basename(this.#folder(code))));
    const names = await readdir(this.#directory).catch(() => []);
    await Promise.all(
      names
        .filter((name) => !kept.has(name))
        .map((name) => rm(path.join(this.#directory, name), { recursive: true, force: true })),
    );
  }

  #folder(codeSha256: string): string {
    return path.join(this.#directory, Buffer.from(codeSha256, 'base64').toString('hex'));
  }
}

const unzipFailed = (cause?: unknown): Error =>
  Object.assign(invalidParameter('Could not unzip uploaded file. Please check your file, then try to upload again.'), {
    cause,
  });

async function unzip(zip: Buffer, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const archive = await yauzl.fromBufferPromise(zip).catch((error: unknown) => {
    throw unzipFailed(error);
  });
  let bytes = 0;
  let entries = 0;
  try {
    for await (const entry of archive.eachEntry()) {
      entries += 1;
      bytes += entry.uncompressedSize;
      if (bytes > maxUnzippedBytes) {
        throw invalidParameter(`Unzipped size must be smaller than ${maxUnzippedBytes} bytes`);
      }
      await writeEntry(archive, entry, directory);
    }
  } catch (error) {
    throw error instanceof Error && error.name === 'ServiceError' ? error : unzipFailed(error);
  }
  if (entries === 0) throw invalidParameter('Uploaded file must be a non-empty zip');
}

async function writeEntry(archive: yauzl.ZipFile, entry: yauzl.Entry, directory: string): Promise<void> {
  // yauzl refuses absolute names and names with ".." before they get here.
  const file = path.join(directory, entry.fileName);
  const mode = (entry.externalFileAttributes >>> 16) & 0xffff;
  if (entry.fileName.endsWith('/')) {
    await mkdir(file, { recursive: true });
    return;
  }
  await mkdir(path.dirname(file), { recursive: true });
  const content = await archive.openReadStreamPromise(entry);
  if ((mode & 0o170000) === 0o120000) {
    const target = await text(content);
    const resolved = path.resolve(path.dirname(file), target);
    if (resolved !== directory && !resolved.startsWith(directory + path.sep))
      throw new Error(`The link ${entry.fileName} leaves the package`);
    await symlink(target, file);
    return;
  }
  await pipeline(content, createWriteStream(file));
  // Without Unix modes (a zip made on Windows) Lambda's own default applies.
  await chmod(file, mode === 0 ? 0o644 : mode & 0o777);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
