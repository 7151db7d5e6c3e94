// Lets archiver write entries that are compressed already. The one file that knows archiver's insides; their versions are pinned.
import { Archiver, type EntryData } from 'archiver';
import ZipStream, { type ZipEntryRecord } from 'zip-stream';
import {
  CentralDirectory,
  centralAt,
  centralHeaderBytes,
  localHeaderBytes,
  movedBy,
  type PackedRun,
} from './central-directory.ts';

/** An entry's bytes as they stand in the zip, and what its headers say of them. */
export interface PackedData {
  readonly packed: Buffer;
  /** Deflated; else stored. */
  readonly deflated: boolean;
  readonly crc32: number;
  /** Unpacked, bytes. */
  readonly size: number;
}

export type PackedEntry = EntryData & PackedData & { readonly name: string; readonly linkname?: string };

/** The headers of all entries of a kind, but for what differs: 30 and 46 bytes, without a name. */
interface HeaderForm {
  readonly local: Buffer;
  readonly central: Buffer;
}

const stored = 0;
const deflate = 8;
/** 2.0: deflate, folders. Nothing in a package needs more, unless zip-stream finds it too large for 32 bits. */
const versionNeeded = 20;
/** 4.5, as zip-stream says. */
const versionMadeBy = 45;
const gatherBytes = 1 << 20;
/** The largest number that 32 bits hold; the one after it means that the number stands elsewhere. */
const most32 = 0xfffffffe;

/**
 * archiver's zip, but for four things: sizes and CRC stand in the local header, where a stream would need a descriptor behind the
 * data; no stream and no record object is made per entry, only one per kind of entry; what would be some twenty small writes
 * per entry is gathered into large ones; and entries of an earlier package are taken over together. Names stay as they are, where the base
 * takes a "c:" at their beginning for a drive.
 */
class PackedZipStream extends ZipStream {
  readonly #forms = new Map<string, HeaderForm>();
  readonly #directory: CentralDirectory;
  #made: ZipEntryRecord | undefined;
  #gathered = Buffer.allocUnsafe(gatherBytes);
  #used = 0;

  constructor() {
    super();
    this.#directory = new CentralDirectory();
    this._entries = this.#directory;
  }

  packed(entry: PackedEntry): void {
    const name = Buffer.from(entry.name);
    const { packed, crc32, size } = entry;
    const method = entry.deflated ? deflate : stored;
    if (size > most32 || packed.length > most32 || this.offset > most32) {
      const record = this.#recordOf(entry);
      Object.assign(record, { name: entry.name });
      record.setMethod(method);
      record.setSize(size);
      record.setCompressedSize(packed.length);
      record.setCrc(crc32);
      this._writeLocalFileHeader(record);
      this.write(packed);
      this._afterAppend(record);
      return;
    }
    const { local, central } = this.#formOf(entry, name);
    const varying = { method, crc32, packedSize: packed.length, size, nameLength: name.length };
    const line = this.#directory.line(centralHeaderBytes + name.length);
    line.set(central);
    writeVarying(line, 10, varying);
    line.writeUInt32LE(this.offset, centralAt.start);
    line.set(name, centralHeaderBytes);
    const header = Buffer.allocUnsafe(localHeaderBytes + name.length);
    header.set(local);
    writeVarying(header, 8, varying);
    header.set(name, localHeaderBytes);
    this.write(header);
    this.write(packed);
  }

  /** Takes entries over from where they stood, which must have been, as they must now end, within 32 bits. */
  run({ bytes, central, count, start }: PackedRun): void {
    this.#directory.lines(movedBy(central, this.offset - start), count);
    this.write(bytes);
  }

  #formOf(entry: PackedEntry, name: Buffer): HeaderForm {
    const kind = `${entry.type ?? 'file'} ${name.length === entry.name.length}`;
    let form = this.#forms.get(kind);
    if (!form) {
      form = formOf(this.#recordOf(entry));
      this.#forms.set(kind, form);
    }
    return form;
  }

  /** What the base makes of an entry before it writes it. */
  #recordOf(entry: PackedEntry): ZipEntryRecord {
    this.entry(entry.packed, { ...entry }, () => {});
    this._archive.processing = false;
    const record = this.#made;
    if (!record) throw new Error(`archiver took no entry ${entry.name}.`);
    this.#made = undefined;
    record.getGeneralPurposeBit().useDataDescriptor(false);
    record.setVersionNeededToExtract(versionNeeded);
    return record;
  }

  protected override _appendBuffer(record: ZipEntryRecord): void {
    this.#made = record;
  }

  protected override _writeCentralFileHeader(piece: ZipEntryRecord | Buffer): void {
    if (Buffer.isBuffer(piece)) this.write(piece);
    else super._writeCentralFileHeader(piece);
  }

  override write(chunk: Buffer | string): boolean {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.offset += bytes.length;
    if (this.#used + bytes.length > gatherBytes) this.#passOn();
    if (bytes.length >= gatherBytes) return this.#pass(bytes);
    this.#gathered.set(bytes, this.#used);
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

function formOf(record: ZipEntryRecord): HeaderForm {
  const local = Buffer.alloc(localHeaderBytes);
  local.writeUInt32LE(0x04034b50, 0);
  writeCommon(local, 4, record);
  const central = Buffer.alloc(centralHeaderBytes);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE((record.getPlatform() << 8) | versionMadeBy, 4);
  writeCommon(central, 6, record);
  central.writeUInt16LE(record.getInternalAttributes(), 36);
  central.writeUInt32LE(record.getExternalAttributes() >>> 0, 38);
  return { local, central };
}

/** What both headers of all entries of a kind say: version, flags and time. */
function writeCommon(header: Buffer, at: number, record: ZipEntryRecord): void {
  header.writeUInt16LE(record.getVersionNeededToExtract(), at);
  record
    .getGeneralPurposeBit()
    .encode()
    .copy(header, at + 2);
  header.writeUInt32LE(record.getTimeDos(), at + 6);
}

interface Varying {
  readonly method: number;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  readonly nameLength: number;
}

/** What both headers say of an entry alone, from its method on. */
function writeVarying(header: Buffer, at: number, { method, crc32, packedSize, size, nameLength }: Varying): void {
  header.writeUInt16LE(method, at);
  header.writeUInt32LE(crc32, at + 6);
  header.writeUInt32LE(packedSize, at + 10);
  header.writeUInt32LE(size, at + 14);
  header.writeUInt16LE(nameLength, at + 18);
}

/** What archiver asks of a format. */
class PackedZipFormat {
  readonly #stream = new PackedZipStream();

  packed(entry: PackedEntry): void {
    this.#stream.packed(entry);
  }

  run(run: PackedRun): void {
    this.#stream.run(run);
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

  /** At once, not through archiver's queue: there is nothing to wait for, and a turn of the event loop per entry is much. */
  appendPacked(entry: PackedEntry): void {
    this._module.packed(entry);
  }

  appendRun(run: PackedRun): void {
    this._module.run(run);
  }
}
