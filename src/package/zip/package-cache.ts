import {
  constants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { halfFileOf } from './half-zip.ts';
import { KeptPackage } from './kept-package.ts';
import { KeptEntries, type IndexedPackage } from './kept-entries.ts';

/**
 * A change within this time after another may leave a file's times as they were: clocks of file systems tick up to two seconds
 * apart. What was changed so shortly before it was read is read again next time.
 */
const clockTickMs = 2000;
const keptPackages = 30;

/** Where packages are remembered: the user's cache folder. */
export function defaultCacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'win32' && LOCALAPPDATA) return path.join(LOCALAPPDATA, 'lambda-workbench', 'packages');
  if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches', 'lambda-workbench', 'packages');
  return path.join(XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'lambda-workbench', 'packages');
}

/** A package as it was just made. */
export interface MadePackage extends Omit<IndexedPackage, 'settledUntil' | 'folder' | 'zip'> {
  readonly zippedBytes: number;
  /** CRC-32 of the zip. */
  readonly crc: number;
  /** When its first file was read, ms since the epoch. */
  readonly readSince: number;
}

/**
 * The last package of a folder: what has not changed since is not read again. A file counts as unchanged by its size, its times of
 * modification and of status change, and its inode; the kept zip is checked against its CRC-32 before anything is taken from it.
 * A cache that is missing, foreign or damaged is as none. To be disposed of.
 */
export class PackageCache implements Disposable {
  readonly #zipFile: string;
  readonly #indexFile: string;
  readonly #folder: string;
  readonly #packaged: string;
  readonly #clockTickMs: number;
  #kept: KeptPackage | undefined;

  constructor(cacheFolder: string, packagedFolder: string, options: { readonly clockTickMs?: number } = {}) {
    this.#clockTickMs = options.clockTickMs ?? clockTickMs;
    this.#folder = cacheFolder;
    this.#packaged = path.resolve(packagedFolder);
    // The index says whose it is: where two folders have one name, each replaces the other.
    const name = `${path.basename(this.#packaged).replaceAll(/[^\w.-]/g, '_')}-${crc32(this.#packaged).toString(16)}`;
    this.#zipFile = path.join(cacheFolder, `${name}.zip`);
    this.#indexFile = path.join(cacheFolder, `${name}.index`);
  }

  /** Takes the last package up. */
  load(): void {
    try {
      const entries = KeptEntries.parse(readFileSync(this.#indexFile));
      if (entries?.folder === this.#packaged) this.#kept = new KeptPackage(this.#zipFile, entries);
    } catch {
      // none, or one that cannot be read: the same
    }
  }

  /** The last package, where there is one. */
  get kept(): KeptPackage | undefined {
    return this.#kept;
  }

  [Symbol.dispose](): void {
    this.#kept?.[Symbol.dispose]();
    this.#kept = undefined;
  }

  /** Keeps a package for the next time. Never fails a package. */
  async store(zipFile: string, { readSince, zippedBytes, crc, ...made }: MadePackage): Promise<void> {
    const half = halfFileOf(this.#zipFile);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      // Meanwhile, the index.
      const copied = copyFile(zipFile, half, constants.COPYFILE_FICLONE);
      const index = KeptEntries.encode({
        ...made,
        folder: this.#packaged,
        zip: { bytes: zippedBytes, crc },
        settledUntil: readSince - this.#clockTickMs,
      });
      await copied;
      renameSync(half, this.#zipFile);
      writeFileSync(half, index, { mode: 0o600 });
      renameSync(half, this.#indexFile);
      this.#forgetOld();
    } catch {
      rmSync(half, { force: true });
    }
  }

  /** Notes that the last package was used, so that others are forgotten first. */
  touch(): void {
    try {
      const now = new Date();
      utimesSync(this.#zipFile, now, now);
    } catch {
      // gone meanwhile
    }
  }

  #forgetOld(): void {
    const zips = readdirSync(this.#folder).filter((name) => name.endsWith('.zip'));
    if (zips.length <= keptPackages) return;
    const byAge = zips
      .map((name) => ({ file: path.join(this.#folder, name), used: statSync(path.join(this.#folder, name)).mtimeMs }))
      .sort((a, b) => b.used - a.used);
    for (const { file } of byAge.slice(keptPackages)) {
      rmSync(file.replace(/zip$/, 'index'), { force: true });
      rmSync(file, { force: true });
    }
  }
}
