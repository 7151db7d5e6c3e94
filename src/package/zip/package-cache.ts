import { createHash, randomUUID } from 'node:crypto';
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

/** The last package, where it can be taken as it is. */
export interface WholePackage {
  readonly zip: Buffer;
  readonly codeSha256: string;
  /** Bytes of each file in the zip, by its name. */
  readonly packedBytes: ReadonlyMap<string, number>;
  readonly secrets: Secrets;
}

/** A package as it was just made. */
export interface MadePackage {
  readonly codeSha256: string;
  readonly sources: readonly PackageSource[];
  /** Those of files and contents, in their order. */
  readonly entries: readonly CachedEntry[];
  /** When its first file was read, ms since the epoch. */
  readonly readSince: number;
}

/** What the last package is to be judged by. */
interface IndexHead {
  readonly format: typeof format;
  readonly codeSha256: string;
  /** Of everything in the zip, its order included; empty where some entry must be read again. */
  readonly fingerprint: string;
  /** Of each entry in the zip, bytes. */
  readonly lengths: readonly number[];
  /** By the number of the entry. */
  readonly secrets: Readonly<Record<number, string>>;
}

/** The rest of its entries, in columns: objects take several times as long to write and to read. */
interface IndexColumns {
  readonly names: readonly string[];
  readonly sizes: readonly number[];
  readonly mtimes: readonly number[];
  readonly ctimes: readonly number[];
  readonly inodes: readonly number[];
  readonly sums: readonly number[];
  readonly offsets: readonly number[];
  readonly deflated: readonly number[];
}

/** Changes with all that decides a package's bytes: the compressor, its level, the headers. */
const format = 'libdeflate-0.1.0/0+1+4/2';

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
  #head: IndexHead | undefined;
  /** Not yet parsed. */
  #columns = '';
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
      const [head = '', columns = ''] = readFileSync(this.#indexFile, 'utf8').split('\n');
      const parsed: IndexHead = JSON.parse(head);
      if (parsed.format !== format) return;
      const zip = readFileSync(this.#zipFile);
      if (createHash('sha256').update(zip).digest('base64') !== parsed.codeSha256) return;
      this.#head = parsed;
      this.#columns = columns;
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
  whole(sources: readonly PackageSource[]): WholePackage | undefined {
    const head = this.#head;
    if (!head || !this.#zip || head.fingerprint === '' || head.fingerprint !== fingerprintOf(sources)) return undefined;
    const names = sources.flatMap(({ kind, name }) => (kind === 'file' || kind === 'content' ? [name] : []));
    return {
      zip: this.#zip,
      codeSha256: head.codeSha256,
      packedBytes: new Map(names.map((name, at) => [name, head.lengths[at] ?? 0])),
      secrets: new Map(Object.entries(head.secrets).map(([at, secret]) => [names[Number(at)] ?? '', secret])),
    };
  }

  /** A file's packed bytes, where it has not changed. */
  find(source: FileSource): (PackedData & { readonly secret: string | undefined }) | undefined {
    const zip = this.#zip;
    if (!zip) return undefined;
    this.#byName ??= this.#entriesByName();
    const entry = this.#byName.get(source.name);
    if (!entry || !isUnchanged(entry, source)) return undefined;
    const { crc32, deflated, size, secret } = entry;
    return { packed: zip.subarray(entry.offset, entry.offset + entry.length), crc32, deflated, size, secret };
  }

  #entriesByName(): Map<string, CachedEntry> {
    const head = this.#head;
    const columns = parseColumns(this.#columns);
    if (!head || !columns) return new Map();
    const { names, sizes, mtimes, ctimes, inodes, sums, offsets, deflated } = columns;
    const entryAt = (at: number, name: string): CachedEntry => ({
      name,
      size: sizes[at] ?? -1,
      mtimeMs: mtimes[at] ?? -1,
      ctimeMs: ctimes[at] ?? -1,
      inode: inodes[at] ?? -1,
      crc32: sums[at] ?? 0,
      deflated: deflated[at] === 1,
      offset: offsets[at] ?? 0,
      length: head.lengths[at] ?? 0,
      secret: head.secrets[at],
    });
    return new Map(names.map((name, at) => [name, entryAt(at, name)]));
  }

  /** Keeps a package for the next time. Never fails a package. */
  async store(zipFile: string, made: MadePackage): Promise<void> {
    const half = `${this.#zipFile}.${randomUUID()}`;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      // Meanwhile, the index.
      const copied = copyFile(zipFile, half, constants.COPYFILE_FICLONE);
      const index = this.#indexOf(made);
      await copied;
      renameSync(half, this.#zipFile);
      writeFileSync(half, index, { mode: 0o600 });
      renameSync(half, this.#indexFile);
      this.#forgetOld();
    } catch {
      rmSync(half, { force: true });
    }
  }

  #indexOf(made: MadePackage): string {
    const isSettled = ({ mtimeMs, ctimeMs }: CachedEntry): boolean =>
      Math.max(mtimeMs, ctimeMs) + this.#clockTickMs < made.readSince;
    const settled = made.entries.filter(isSettled);
    const secrets = settled.flatMap(({ secret }, at) => (secret === undefined ? [] : [[at, secret] as const]));
    const head: IndexHead = {
      format,
      codeSha256: made.codeSha256,
      fingerprint: settled.length === made.entries.length ? fingerprintOf(made.sources) : '',
      lengths: settled.map(({ length }) => length),
      secrets: Object.fromEntries(secrets),
    };
    return `${JSON.stringify(head)}\n${JSON.stringify(columnsOf(settled))}`;
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

const columnsOf = (entries: readonly CachedEntry[]): IndexColumns => ({
  names: entries.map(({ name }) => name),
  sizes: entries.map(({ size }) => size),
  mtimes: entries.map(({ mtimeMs }) => mtimeMs),
  ctimes: entries.map(({ ctimeMs }) => ctimeMs),
  inodes: entries.map(({ inode }) => inode),
  sums: entries.map(({ crc32 }) => crc32),
  offsets: entries.map(({ offset }) => offset),
  deflated: entries.map(({ deflated }) => Number(deflated)),
});

function parseColumns(text: string): IndexColumns | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
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
