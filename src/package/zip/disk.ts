import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { PackedZipArchive } from './packed-zip.ts';

/** Takes what the archive gives, in large pieces, to the file and into the hash. */
export class Disk {
  readonly done: Promise<void>;
  readonly #hash = createHash('sha256');
  sha256 = '';
  /** CRC-32 of what is written. */
  crc = 0;
  written = 0;
  #onWritten = (): void => {};

  constructor(handle: FileHandle, archive: PackedZipArchive) {
    // Pieces that wait are written as they are; who iterates over the archive gets copies that join them.
    const file = new Writable({
      writev: (pieces: readonly { readonly chunk: Buffer }[], done) => {
        this.#write(
          handle,
          pieces.map(({ chunk }) => chunk),
        ).then(() => done(), done);
      },
    });
    this.done = pipeline(archive, file).then(() => {
      this.sha256 = this.#hash.digest('base64');
    });
    this.done.catch(() => undefined); // who awaits it hears of it
  }

  /** Resolves when at least so much is written, or when nothing more will be. */
  async reached(bytes: number): Promise<void> {
    while (this.written < bytes) {
      await Promise.race([new Promise<void>((resolve) => (this.#onWritten = resolve)), this.done]);
    }
  }

  async #write(handle: FileHandle, chunks: readonly Buffer[]): Promise<void> {
    const writing = handle.writev(chunks);
    for (const chunk of chunks) {
      this.#hash.update(chunk);
      this.crc = crc32(chunk, this.crc);
    }
    const { bytesWritten } = await writing;
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    // The system takes what it takes; the rest is the end.
    if (bytesWritten < bytes) await handle.appendFile(Buffer.concat(chunks).subarray(bytesWritten));
    this.written += bytes;
    this.#onWritten();
  }
}
