// What archiver's own zip writer looks like from inside; it has no types of its own. packed-zip.ts is its only user.
declare module 'zip-stream' {
  import type { Transform } from 'node:stream';

  /** A record of the central directory in the making. */
  export interface ZipEntryRecord {
    setMethod(method: number): void;
    setSize(bytes: number): void;
    setCompressedSize(bytes: number): void;
    setCrc(crc: number): void;
    setVersionNeededToExtract(version: number): void;
    getGeneralPurposeBit(): { useDataDescriptor(use: boolean): void; encode(): Buffer };
    isZip64(): boolean;
    getName(): string;
    getPlatform(): number;
    getMethod(): number;
    getSize(): number;
    getCompressedSize(): number;
    getCrc(): number;
    getTimeDos(): number;
    getVersionNeededToExtract(): number;
    getInternalAttributes(): number;
    getExternalAttributes(): number;
    _offsets: { file: number };
  }

  type Callback = (error: Error | null, entry?: ZipEntryRecord) => void;

  export default class ZipStream extends Transform {
    constructor(options?: object);
    offset: number;
    protected _archive: { processing: boolean };
    /** Of the central directory, in its order; an array, or what can stand for one. */
    protected _entries: {
      readonly length: number;
      push(entry: ZipEntryRecord): void;
      forEach(visit: (entry: ZipEntryRecord | Buffer) => void): void;
    };
    entry(source: Buffer, data: object, callback: Callback): this;
    finalize(): void;
    protected _appendBuffer(entry: ZipEntryRecord, source: Buffer, callback: Callback): void;
    protected _writeLocalFileHeader(entry: ZipEntryRecord): void;
    protected _writeCentralFileHeader(entry: ZipEntryRecord): void;
    protected _afterAppend(entry: ZipEntryRecord): void;
  }
}
