// Lets archiver write entries that are compressed already. The one file that knows archiver's insides; their versions are pinned.
import { Archiver, type EntryData } from 'archiver';
import ZipStream, { type ZipEntryRecord } from 'zip-stream';

/** An entry's bytes as they stand in the zip, and what its headers say of them. */
export interface PackedData {
  readonly packed: Buffer;
  /** Deflated; else stored. */
  readonly deflated: boolean;
  readonly crc32: number;
  /** Unpacked, bytes. */
  readonly size: number;
}

export type PackedEntry = EntryData & PackedData & { readonly linkname?: string };

const stored = 0;
const deflate = 8;
/** 2.0: deflate, folders. Nothing in a package needs more, unless zip-stream finds it too large for 32 bits. */
const versionNeeded = 20;
/** 4.5, as zip-stream says. */
const versionMadeBy = 45;
const gatherBytes = 1 << 20;

/**
 * archiver's zip, but for three things: sizes and CRC stand in the local header, where a stream would need a descriptor behind the
 * data; no stream is made per entry; and what would be some twenty small writes per entry is gathered into large ones.
 */
class PackedZipStream extends ZipStream {
  #next: PackedData | undefined;
  #gathered = Buffer.allocUnsafe(gatherBytes);
  #used = 0;

  packed(data: PackedEntry, callback: (error: Error | null) => void): void {
    this.#next = data;
    this.entry(data.packed, data, callback);
  }

  protected override _appendBuffer(
    entry: ZipEntryRecord,
    source: Buffer,
    callback: (error: Error | null, entry?: ZipEntryRecord) => void,
  ): void {
    const next = this.#next;
    if (!next) throw new Error('An entry was appended past the packed ones.');
    entry.setMethod(next.deflated ? deflate : stored);
    entry.getGeneralPurposeBit().useDataDescriptor(false);
    entry.setVersionNeededToExtract(versionNeeded);
    entry.setSize(next.size);
    entry.setCompressedSize(source.length);
    entry.setCrc(next.crc32);
    this._writeLocalFileHeader(entry);
    this.write(source);
    this._afterAppend(entry);
    callback(null, entry);
  }

  /** As the base writes it, in one piece instead of ten. */
  protected override _writeLocalFileHeader(entry: ZipEntryRecord): void {
    if (entry.isZip64()) {
      super._writeLocalFileHeader(entry);
      return;
    }
    entry._offsets.file = this.offset;
    const name = Buffer.from(entry.getName());
    const header = Buffer.allocUnsafe(30 + name.length);
    header.writeUInt32LE(0x04034b50, 0);
    writeCommon(header, 4, entry, name);
    name.copy(header, 30);
    this.write(header);
  }

  /** As the base writes it, in one piece instead of twenty. */
  protected override _writeCentralFileHeader(entry: ZipEntryRecord): void {
    const offset = entry._offsets.file;
    if (entry.isZip64() || offset > 0xffffffff) {
      super._writeCentralFileHeader(entry);
      return;
    }
    const name = Buffer.from(entry.getName());
    const header = Buffer.allocUnsafe(46 + name.length);
    header.writeUInt32LE(0x02014b50, 0);
    header.writeUInt16LE((entry.getPlatform() << 8) | versionMadeBy, 4);
    writeCommon(header, 6, entry, name);
    header.writeUInt16LE(0, 32); // comment
    header.writeUInt16LE(0, 34); // disk
    header.writeUInt16LE(entry.getInternalAttributes(), 36);
    header.writeUInt32LE(entry.getExternalAttributes() >>> 0, 38);
    header.writeUInt32LE(offset, 42);
    name.copy(header, 46);
    this.write(header);
  }

  override write(chunk: Buffer | string): boolean {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.offset += bytes.length;
    if (this.#used + bytes.length > gatherBytes) this.#passOn();
    if (bytes.length >= gatherBytes) return this.#pass(bytes);
    bytes.copy(this.#gathered, this.#used);
    this.#used += bytes.length;
    return true;
  }

  override end(): this {
    this.#passOn();
    return super.end();
  }

  #passOn(): void {
    if (this.#used === 0) return;
    const full = this.#gathered.subarray(0, this.#used);
    this.#gathered = Buffer.allocUnsafe(gatherBytes);
    this.#used = 0;
    this.#pass(full);
  }

  /** The base counts what passes, and it was counted when it came. */
  #pass(bytes: Buffer): boolean {
    this.offset -= bytes.length;
    return super.write(bytes);
  }
}

/** What both headers say of an entry, 26 bytes. */
function writeCommon(header: Buffer, at: number, entry: ZipEntryRecord, name: Buffer): void {
  header.writeUInt16LE(entry.getVersionNeededToExtract(), at);
  entry
    .getGeneralPurposeBit()
    .encode()
    .copy(header, at + 2);
  header.writeUInt16LE(entry.getMethod(), at + 4);
  header.writeUInt32LE(entry.getTimeDos(), at + 6);
  header.writeUInt32LE(entry.getCrc(), at + 10);
  header.writeUInt32LE(entry.getCompressedSize(), at + 14);
  header.writeUInt32LE(entry.getSize(), at + 18);
  header.writeUInt16LE(name.length, at + 22);
  header.writeUInt16LE(0, at + 24); // extra fields
}

/** What archiver asks of a format. */
class PackedZipFormat {
  readonly #stream = new PackedZipStream();

  append(_source: Buffer, data: PackedEntry, callback: (error: Error | null) => void): void {
    this.#stream.packed(data, callback);
  }

  finalize(): void {
    this.#stream.finalize();
  }

  on(event: string, listener: (...args: unknown[]) => void): void {
    this.#stream.on(event, listener);
  }

  pipe(target: NodeJS.WritableStream): void {
    this.#stream.pipe(target);
  }

  unpipe(target: NodeJS.WritableStream): void {
    this.#stream.unpipe(target);
  }
}

/** An archiver of entries that are compressed already. */
export class PackedZipArchive extends Archiver {
  declare protected _format: string;
  declare protected _module: PackedZipFormat;
  declare protected _supportsDirectory: boolean;
  declare protected _supportsSymlink: boolean;
  declare protected _modulePipe: () => void;

  constructor() {
    super();
    this._format = 'zip';
    this._module = new PackedZipFormat();
    this._supportsDirectory = true;
    this._supportsSymlink = true;
    this._modulePipe();
  }

  appendPacked(entry: PackedEntry): void {
    this.append(entry.packed, entry);
  }
}
