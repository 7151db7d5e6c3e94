import { closeSync, constants, copyFile, fchmodSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync } from 'node:fs'; // prettier-ignore
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { Problem } from '../../problem.ts';

const pieceBytes = 1 << 18;

/** What systems say when there is no room: on the disk, for the user, in a file. */
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export const isNoRoom = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && noRoom.has(String(error.code));

export const unwritable = (place: string, cause: unknown): Problem =>
  new Problem(
    'PackageUnwritable',
    isNoRoom(cause)
      ? `There is no room for the package in ${place}. Free some, or choose another place for it.`
      : `The package cannot be written to ${place}. Choose another place for it.`,
    { cause },
  );

/** Where a zip is written until it is whole: beside its place, under a name that nothing has. */
export const halfFileOf = (outFile: string): string =>
  path.join(
    path.dirname(outFile),
    `.${path.basename(outFile)}.${process.pid.toString(36)}-${Math.random().toString(36).slice(2)}`,
  );

/**
 * A zip in the making, beside its place: it is moved there when it is whole. To be disposed of; what was not moved is gone then.
 */
export class HalfZip implements AsyncDisposable {
  readonly file: string;
  readonly #mode: number;
  #isMoved = false;
  #copied: Promise<boolean> | undefined;

  /** The file is there, empty, before anything can fail, so that nothing makes it again after it was removed. Throws `PackageUnwritable`. */
  constructor(outFile: string, halfFile = halfFileOf(outFile)) {
    this.file = halfFile;
    const folder = path.dirname(outFile);
    try {
      mkdirSync(folder, { recursive: true });
      const descriptor = openSync(halfFile, 'wx');
      this.#mode = fstatSync(descriptor).mode;
      closeSync(descriptor);
    } catch (error) {
      throw unwritable(folder, error);
    }
  }

  /** Begins, if it has not, to fill it with what another file holds, while something else goes on. */
  startCopy(from: string): void {
    if (this.#copied) return;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    copyFile(from, this.file, constants.COPYFILE_FICLONE, (error) => resolve(error === null));
    this.#copied = promise;
  }

  /** Whether it has become a copy, of so many bytes with this CRC-32. */
  async isCopy({ bytes, crc }: { readonly bytes: number; readonly crc: number }): Promise<boolean> {
    if (!(await this.#copied)) return false;
    const descriptor = openSync(this.file, 'r+');
    try {
      if (fstatSync(descriptor).size !== bytes) return false;
      // In pieces: memory that has not been used before takes longer than all the rest.
      const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, bytes));
      let found = 0;
      for (let at = 0, read = 1; read > 0; at += read) {
        read = readSync(descriptor, piece, 0, piece.length, at);
        found = crc32(piece.subarray(0, read), found);
      }
      if (found !== crc) return false;
      fchmodSync(descriptor, this.#mode); // the copy brought the other's
      return true;
    } finally {
      closeSync(descriptor);
    }
  }

  /** Resolves when nothing but its owner writes to it. */
  async settled(): Promise<void> {
    await this.#copied;
  }

  moveTo(outFile: string): void {
    try {
      renameSync(this.file, outFile);
    } catch (error) {
      throw unwritable(outFile, error);
    }
    this.#isMoved = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settled();
    if (!this.#isMoved) rmSync(this.file, { force: true });
  }
}
