// A zip past 4 GB. Its zeros are holes in the file, so that it takes no space on the disk.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { PackedZipArchive, type PackedEntry } from '../../../src/package/zip/packed-zip.ts';
import { scratch } from './scratch.ts';

const largeBytes = 120_000_000;
const largeFiles = 37;
const python = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as zip:
    print(json.dumps([[e.filename, e.file_size, e.header_offset] for e in zip.infolist()]))
    print(zip.read("last.txt").decode())
`;

/** Writes what the archive gives; what is nothing but zeros only moves the end. */
async function writeSparse(archive: PackedZipArchive, file: string): Promise<number> {
  const descriptor = openSync(file, 'w');
  let bytes = 0;
  // Iterating over it would join the pieces that wait, to gigabytes.
  archive.on('data', (chunk: Buffer) => {
    if (chunk.length !== largeBytes) writeSync(descriptor, chunk, 0, chunk.length, bytes);
    bytes += chunk.length;
  });
  await once(archive, 'end');
  ftruncateSync(descriptor, bytes);
  closeSync(descriptor);
  return bytes;
}

describe('a zip of more than 4 GB', () => {
  it('is read by programs that had no part in it', async (t) => {
    const file = path.join(scratch(t), 'large.zip');
    const zeros = Buffer.alloc(largeBytes);
    const common = { date: new Date('1980-01-01T00:00:00Z'), mode: 0o755, deflated: false };
    const entry = (name: string, packed: Buffer): PackedEntry => {
      const sum = packed === zeros ? sumOfZeros : crc32(packed);
      return { ...common, name, packed, crc32: sum, size: packed.length };
    };
    const sumOfZeros = crc32(zeros);
    const archive = new PackedZipArchive();
    const written = writeSparse(archive, file);
    for (let n = 0; n < largeFiles; n += 1) archive.appendPacked(entry(`${String(n).padStart(2, '0')}.bin`, zeros));
    archive.appendPacked(entry('last.txt', Buffer.from('beyond four gigabytes')));
    await archive.finalize();
    const bytes = await written;
    assert.ok(bytes > 2 ** 32);

    const [listed = '', last] = execFileSync('python3', ['-c', python, file], { encoding: 'utf8' }).split('\n');
    const entries: [string, number, number][] = JSON.parse(listed);
    assert.equal(entries.length, largeFiles + 1);
    for (const [at, [name, size, offset]] of entries.entries()) {
      const isLast = at === largeFiles;
      assert.equal(size, isLast ? 21 : largeBytes, name);
      assert.equal(offset, at * (30 + '00.bin'.length + largeBytes), name);
    }
    assert.equal(last, 'beyond four gigabytes');
    assert.equal(execFileSync('unzip', ['-p', file, 'last.txt'], { encoding: 'utf8' }), 'beyond four gigabytes');
  });
});
