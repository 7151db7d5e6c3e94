import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { deflate } from 'libdeflate';
import { findSecrets } from './secrets.ts';

/** A file as the walk found it. */
export interface FileToCompress {
  readonly file: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** What a file became, in a batch's one buffer. */
export interface Compressed {
  /** Where it begins in `data`, and how long it is there. */
  readonly offset: number;
  readonly length: number;
  readonly deflated: boolean;
  readonly crc32: number;
  /** Looks like an AWS access key id. */
  readonly secret: string | undefined;
}

export type FileFault = 'changed' | 'unreadable';

export interface CompressedBatch {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly files: readonly (Compressed | FileFault)[];
}

/**
 * Being WebAssembly, libdeflate gives the same bytes on every system and processor. Most of the time of a small file goes into its
 * tables, which are smaller at level 1, and there is little to lose; the smallest are left as they are. The output is smaller than that of Info-ZIP's zip, whose fixed
 * overhead per file is larger.
 */
const levelOf = (bytes: number): number => (bytes <= 8192 ? 1 : 4);
const worthDeflating = 200;

let isLoaded = false;

/**
 * libdeflate's loader puts listeners on the process that rethrow what nobody caught; a host such as VS Code has its own. It also
 * looks whether there is a fetch(), which it does not need, and Node takes longer to load that than all the rest here.
 */
function load(): void {
  isLoaded = true;
  const fetching = Object.getOwnPropertyDescriptor(globalThis, 'fetch');
  Object.defineProperty(globalThis, 'fetch', { value: undefined, configurable: true });
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = new Set(events.flatMap((event) => process.rawListeners(event)));
  try {
    deflate(new Uint8Array(1), 1);
  } finally {
    if (fetching) Object.defineProperty(globalThis, 'fetch', fetching);
  }
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      // oxlint-disable-next-line typescript/no-unsafe-function-type -- as Node's own types have them
      if (!before.has(listener)) process.off(event, listener as () => void);
    }
  }
}

/** Compresses some bytes; `packed` is them themselves where they do not get smaller. */
export function compress(content: Uint8Array): { packed: Uint8Array; deflated: boolean; crc32: number } {
  if (!isLoaded) load();
  const packed = content.length < worthDeflating ? content : deflate(content, levelOf(content.length));
  const smaller = packed.length < content.length;
  return { packed: smaller ? packed : content, deflated: smaller, crc32: crc32(content) };
}

/** Reads and compresses some files. Never throws: a file that cannot be read, or that is no longer as it was found, says so. */
export function compressFiles(batch: readonly FileToCompress[]): CompressedBatch {
  let all = new Uint8Array(0);
  let offset = 0;
  const files = batch.map((file): Compressed | FileFault => {
    const content = read(file);
    if (typeof content === 'string') return content;
    const { packed, deflated, crc32: sum } = compress(content);
    if (batch.length === 1 && deflated && packed.buffer instanceof ArrayBuffer) {
      all = new Uint8Array(packed.buffer); // it may be large, and libdeflate made it for this one
    } else {
      if (all.length === 0) all = new Uint8Array(batch.reduce((room, { bytes }) => room + bytes, 0));
      all.set(packed, offset);
    }
    const done = { offset, length: packed.length, deflated, crc32: sum, secret: findSecrets(content) };
    offset += packed.length;
    return done;
  });
  // A transferred buffer takes its whole length along.
  return { data: new Uint8Array(all.buffer.transfer(offset)), files };
}

let buffer = Buffer.allocUnsafe(1 << 20);

/** The content, valid until the next read. */
function read({ file, bytes, mtimeMs, ctimeMs }: FileToCompress): Uint8Array | FileFault {
  let descriptor;
  try {
    descriptor = openSync(file, 'r');
    if (buffer.length < bytes + 1) buffer = Buffer.allocUnsafe(bytes + 1);
    let filled = 0;
    // One byte more than it had: a file that grows is noticed.
    for (;;) {
      const got = readSync(descriptor, buffer, filled, bytes + 1 - filled, null);
      filled += got;
      if (got === 0 || filled >= bytes) break; // less than was asked for: the end
    }
    const now = fstatSync(descriptor);
    if (filled !== bytes || now.size !== bytes || now.mtimeMs !== mtimeMs || now.ctimeMs !== ctimeMs) return 'changed';
    return buffer.subarray(0, filled);
  } catch {
    return 'unreadable';
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
