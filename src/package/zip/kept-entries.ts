// What is remembered of each entry of a package, beside the package itself.
import { createHash } from 'node:crypto';
import type { PackageSource } from '../collect-files.ts';

/** Changes with all that decides a package's bytes (the compressor, its level, the headers) and with the index's own form. */
const format = 'libdeflate-0.1.0/0+1+4/6';

interface Head {
  readonly format: typeof format;
  /** The folder that was packaged. */
  readonly folder: string;
  readonly codeSha256: string;
  readonly zip: ZipSum;
  readonly count: number;
  /** By the number of the entry: a link's target, the SHA-256 of content that is no file, an AWS access key id in a file. */
  readonly links: Readonly<Record<number, string>>;
  readonly contents: Readonly<Record<number, string>>;
  readonly secrets: Readonly<Record<number, string>>;
}

/** The numbers kept of each entry, 0 where it is no file: in columns, which are read as they lie on the disk. */
const columns = ['size', 'mtime', 'ctime', 'inode', 'packed'] as const;
type Columns = Readonly<Record<(typeof columns)[number], Float64Array>>;

/** By which a zip is known again, in a third of the time that SHA-256 takes. */
export interface ZipSum {
  readonly bytes: number;
  /** CRC-32 of the whole file. */
  readonly crc: number;
}

export interface IndexedPackage {
  readonly folder: string;
  readonly codeSha256: string;
  readonly zip: ZipSum;
  /** All that is in the zip, in its order. */
  readonly sources: readonly PackageSource[];
  /** Bytes of each in the zip, without headers. */
  readonly packedBytes: Float64Array;
  /** By their places in `sources`. */
  readonly secrets: ReadonlyMap<number, string>;
  /** What changed later, ms since the epoch, may have changed again without another time. */
  readonly settledUntil: number;
}

/** The entries of a remembered package, in the order of its zip. */
export class KeptEntries {
  readonly names: readonly string[];
  readonly #head: Head;
  readonly #columns: Columns;

  private constructor(head: Head, numbers: Columns, names: readonly string[]) {
    this.#head = head;
    this.#columns = numbers;
    this.names = names;
  }

  get codeSha256(): string {
    return this.#head.codeSha256;
  }

  get folder(): string {
    return this.#head.folder;
  }

  get zip(): ZipSum {
    return this.#head.zip;
  }

  /** Bytes in the zip, without headers, of each entry. */
  get packedBytes(): Float64Array {
    return this.#columns.packed;
  }

  get secrets(): ReadonlyMap<number, string> {
    return new Map(Object.entries(this.#head.secrets).map(([entry, secret]) => [Number(entry), secret]));
  }

  secretAt(entry: number): string | undefined {
    return this.#head.secrets[entry];
  }

  /** Whether an entry is made from what this is: same kind, and nothing that can be seen of it has changed. */
  isSame(entry: number, source: PackageSource): boolean {
    if (source.kind === 'folder') return true; // by its name
    if (source.kind === 'link') return this.#head.links[entry] === source.target;
    if (source.kind === 'content') return this.#head.contents[entry] === sha256(source.content);
    const { size, mtime, ctime, inode } = this.#columns;
    return (
      mtime[entry] === source.mtimeMs &&
      ctime[entry] === source.ctimeMs &&
      size[entry] === source.bytes &&
      inode[entry] === source.inode
    );
  }

  /** Throws where it is damaged; gives nothing where it is of another format. */
  static parse(bytes: Buffer): KeptEntries | undefined {
    const headBytes = bytes.indexOf('\n') + 1;
    const head: Head = JSON.parse(bytes.toString('utf8', 0, headBytes));
    if (head.format !== format) return undefined;
    const columnBytes = head.count * Float64Array.BYTES_PER_ELEMENT;
    // Of a buffer of its own, in which the head is as long as columns have it.
    const column = (at: number): Float64Array =>
      new Float64Array(bytes.buffer, bytes.byteOffset + headBytes + at * columnBytes, head.count);
    const names = bytes.toString('utf8', headBytes + columns.length * columnBytes).split('\0');
    if (names.length !== head.count) throw new Error('The index is cut off.');
    const [size, mtime, ctime, inode, packed] = [column(0), column(1), column(2), column(3), column(4)];
    return new KeptEntries(head, { size, mtime, ctime, inode, packed }, names);
  }

  static encode({ sources, packedBytes, secrets, settledUntil, ...about }: IndexedPackage): Buffer {
    const count = sources.length;
    const numbers: Columns = {
      size: new Float64Array(count),
      mtime: new Float64Array(count),
      ctime: new Float64Array(count),
      inode: new Float64Array(count),
      packed: packedBytes,
    };
    const links: Record<number, string> = {};
    const contents: Record<number, string> = {};
    const names: string[] = [];
    for (const [at, source] of sources.entries()) {
      names.push(source.name);
      if (source.kind === 'link') links[at] = source.target;
      if (source.kind === 'content') contents[at] = sha256(source.content);
      if (source.kind !== 'file') continue;
      numbers.size[at] = source.bytes;
      // No time equals this one: what may have changed again is read again.
      numbers.mtime[at] = Math.max(source.mtimeMs, source.ctimeMs) < settledUntil ? source.mtimeMs : Number.NaN;
      numbers.ctime[at] = source.ctimeMs;
      numbers.inode[at] = source.inode;
    }
    const head: Head = { format, ...about, count, links, contents, secrets: Object.fromEntries(secrets) };
    const text = JSON.stringify(head);
    const padding = ' '.repeat((8 - ((Buffer.byteLength(text) + 1) % 8)) % 8);
    return Buffer.concat([
      Buffer.from(`${text}${padding}\n`),
      ...columns.map((name) => Buffer.from(numbers[name].buffer)),
      Buffer.from(names.join('\0')),
    ]);
  }
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('base64');
