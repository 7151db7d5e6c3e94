import { createHash, randomUUID } from 'node:crypto';
import {
  constants,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { PackageSource } from '../collect-files.ts';
import type { PackedData } from './packed-zip.ts';

type FileSource = Extract<PackageSource, { kind: 'file' }>;

/** An entry of the last package, and what its file was like when it was read. */
export interface CachedEntry {
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
  readonly crc32: number;
  readonly deflated: boolean;
  /** Place of the packed bytes in the zip. */
  readonly offset: number;
  readonly length: number;
  readonly secret: string | undefined;
}

interface Index {
  readonly format: typeof format;
  readonly codeSha256: string;
  /** Of everything in the zip, its order included; empty where some entry must be read again. */
  readonly fingerprint: string;
  readonly entries: readonly CachedEntry[];
}

/** Changes with all that decides a package's bytes: the compressor, its level, the headers. */
const format = 'libdeflate-0.1.0/1+3/2';

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

/**
 * The last package of a folder: what has not changed since is not read again. A file counts as unchanged by its size, its times of
 * modification and of status change, and its inode; the kept zip is checked against its SHA-256 before anything is taken from it.
 * A cache that is missing, foreign or damaged is as none.
 */
export class PackageCache {
  readonly #zipFile: string;
  readonly #indexFile: string;
  readonly #folder: string;
  readonly #clockTickMs: number;
  #index: Index | undefined;
  #zip: Buffer | undefined;
  #byName: Map<string, CachedEntry> | undefined;

  constructor(cacheFolder: string, packagedFolder: string, options: { readonly clockTickMs?: number } = {}) {
    this.#clockTickMs = options.clockTickMs ?? clockTickMs;
    this.#folder = cacheFolder;
    const name = createHash('sha256').update(path.resolve(packagedFolder)).digest('hex').slice(0, 32);
    this.#zipFile = path.join(cacheFolder, `${name}.zip`);
    this.#indexFile = path.join(cacheFolder, `${name}.json`);
  }

  /** Takes the last package up. */
  load(): void {
    try {
      const index: Index = JSON.parse(readFileSync(this.#indexFile, 'utf8'));
      if (index.format !== format) return;
      const zip = readFileSync(this.#zipFile);
      if (createHash('sha256').update(zip).digest('base64') !== index.codeSha256) return;
      this.#index = index;
      this.#zip = zip;
    } catch {
      // none, or one that cannot be read: the same
    }
  }

  /** Nothing can be taken from it. */
  get isEmpty(): boolean {
    return this.#zip === undefined;
  }

  /** The whole of the last package, where nothing at all has changed. */
  whole(
    sources: readonly PackageSource[],
  ): { zip: Buffer; codeSha256: string; entries: readonly CachedEntry[] } | undefined {
    const index = this.#index;
    if (!index || !this.#zip || index.fingerprint === '' || index.fingerprint !== fingerprintOf(sources))
      return undefined;
    return { zip: this.#zip, codeSha256: index.codeSha256, entries: index.entries };
  }

  /** A file's packed bytes, where it has not changed. */
  find(source: FileSource): (PackedData & { readonly secret: string | undefined }) | undefined {
    const zip = this.#zip;
    if (!zip) return undefined;
    this.#byName ??= new Map(this.#index?.entries.map((entry) => [entry.name, entry]));
    const entry = this.#byName.get(source.name);
    if (!entry || !isUnchanged(entry, source)) return undefined;
    const { crc32, deflated, size, secret } = entry;
    return { packed: zip.subarray(entry.offset, entry.offset + entry.length), crc32, deflated, size, secret };
  }

  /** Keeps a package for the next time. `readSince`: when its first file was read, ms since the epoch. Never fails a package. */
  store(
    zipFile: string,
    made: {
      readonly codeSha256: string;
      readonly sources: readonly PackageSource[];
      readonly entries: readonly CachedEntry[];
      readonly readSince: number;
    },
  ): void {
    const isSettled = ({ mtimeMs, ctimeMs }: CachedEntry): boolean =>
      Math.max(mtimeMs, ctimeMs) + this.#clockTickMs < made.readSince;
    const settled = made.entries.filter(isSettled);
    const index: Index = {
      format,
      codeSha256: made.codeSha256,
      fingerprint: settled.length === made.entries.length ? fingerprintOf(made.sources) : '',
      entries: settled,
    };
    const half = `${this.#zipFile}.${randomUUID()}`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      copyFileSync(zipFile, half, constants.COPYFILE_FICLONE);
      renameSync(half, this.#zipFile);
      writeFileSync(half, JSON.stringify(index), { mode: 0o600 });
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
      rmSync(file.replace(/zip$/, 'json'), { force: true });
      rmSync(file, { force: true });
    }
  }
}

/** AWS access key ids by the file they stand in. */
export type Secrets = ReadonlyMap<string, string>;

export const secretsOf = (entries: readonly CachedEntry[]): Secrets =>
  new Map(entries.flatMap(({ name, secret }) => (secret === undefined ? [] : [[name, secret]])));

const isUnchanged = (entry: CachedEntry, source: FileSource): boolean =>
  entry.size === source.bytes &&
  entry.mtimeMs === source.mtimeMs &&
  entry.ctimeMs === source.ctimeMs &&
  entry.inode === source.inode;

/** Of all that a package is made from. */
function fingerprintOf(sources: readonly PackageSource[]): string {
  const hash = createHash('sha256');
  const text: string[] = [];
  for (const source of sources) {
    text.push(source.kind, source.name);
    if (source.kind === 'file') {
      text.push(`${source.bytes} ${source.mtimeMs} ${source.ctimeMs} ${source.inode}`);
    } else if (source.kind === 'link') text.push(source.target);
    else if (source.kind === 'content') text.push(createHash('sha256').update(source.content).digest('hex'));
  }
  return hash.update(text.join('\0')).digest('base64');
}
