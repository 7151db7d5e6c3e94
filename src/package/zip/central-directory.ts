// The end of a zip, which says where each entry begins.
import type { ZipEntryRecord } from 'zip-stream';

/** Entries of another package that stand one behind the other there, as they stand. */
export interface PackedRun {
  /** Their local headers and data. */
  readonly bytes: Buffer;
  /** Their lines of the central directory. */
  readonly central: Buffer;
  readonly count: number;
  /** Where their first one began. */
  readonly start: number;
}

export const localHeaderBytes = 30;
export const centralHeaderBytes = 46;
/** Within a line of the central directory: the name's length, and where the entry begins. */
export const centralAt = { nameLength: 28, start: 42 };
const endRecord = { signature: 0x06054b50, bytes: 22, count: 10, size: 12, start: 16 };
const linesBytes = 1 << 17;

/** A central directory in the making: lines as they will be written, and records of which zip-stream makes them. */
export class CentralDirectory {
  /** Of entries. */
  length = 0;
  readonly #pieces: (Buffer | ZipEntryRecord)[] = [];
  #lines = Buffer.alloc(0);
  #used = 0;

  /** Room for a line, which is to be filled. */
  line(bytes: number): Buffer {
    if (this.#used + bytes > this.#lines.length) {
      this.#closePiece();
      this.#lines = Buffer.allocUnsafe(linesBytes);
    }
    this.length += 1;
    this.#used += bytes;
    return this.#lines.subarray(this.#used - bytes, this.#used);
  }

  lines(piece: Buffer, count: number): void {
    this.#closePiece();
    this.#pieces.push(piece);
    this.length += count;
  }

  push(record: ZipEntryRecord): void {
    this.#closePiece();
    this.#pieces.push(record);
    this.length += 1;
  }

  forEach(visit: (piece: Buffer | ZipEntryRecord) => void): void {
    this.#closePiece();
    this.#pieces.forEach(visit);
  }

  #closePiece(): void {
    if (this.#used > 0) this.#pieces.push(this.#lines.subarray(0, this.#used));
    this.#lines = this.#lines.subarray(this.#used);
    this.#used = 0;
  }
}

/** Lines of entries that stand elsewhere by so many bytes. */
export function movedBy(lines: Buffer, bytes: number): Buffer {
  const moved = Buffer.from(lines);
  for (let at = 0; at < moved.length; at += lineBytes(moved, at)) {
    moved.writeUInt32LE(moved.readUInt32LE(at + centralAt.start) + bytes, at + centralAt.start);
  }
  return moved;
}

/** Of the line that begins there; ours have neither extra fields nor comments. */
const lineBytes = (lines: Buffer, at: number): number =>
  centralHeaderBytes + lines.readUInt16LE(at + centralAt.nameLength);

/** The central directory of a zip of ours, and its number of entries; nothing where 32 bits were not enough for it. */
export function directoryOf(zip: Buffer): { readonly lines: Buffer; readonly count: number } | undefined {
  const end = zip.length - endRecord.bytes;
  if (end < 0 || zip.readUInt32LE(end) !== endRecord.signature) return undefined;
  const start = zip.readUInt32LE(end + endRecord.start);
  const count = zip.readUInt16LE(end + endRecord.count);
  if (start + zip.readUInt32LE(end + endRecord.size) !== end || count === 0xffff) return undefined;
  return { lines: zip.subarray(start, end), count };
}

/** Where each line begins, and at the end where the last one ends. */
export function linePlaces(lines: Buffer, count: number): Uint32Array {
  const places = new Uint32Array(count + 1);
  let at = 0;
  for (let number = 0; number < count; number += 1) {
    places[number] = at;
    at += lineBytes(lines, at);
  }
  places[count] = at;
  return places;
}
