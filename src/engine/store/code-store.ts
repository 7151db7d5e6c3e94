import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { unzip, unzippedBytes } from './unzip.ts';

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

  async unzippedBytes(codeSha256: string): Promise<number> {
    return unzippedBytes(this.zipFile(codeSha256));
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

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
