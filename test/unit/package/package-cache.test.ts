import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { collectFiles, type PackageSource } from '../../../src/package/collect-files.ts';
import { writeZip, type WrittenZip } from '../../../src/package/write-zip.ts';
import { HalfZip } from '../../../src/package/zip/half-zip.ts';
import { PackageCache } from '../../../src/package/zip/package-cache.ts';
import { seeded } from '../../seeded.ts';
import { folderWith, handlerFile, scratch, unzip } from './scratch.ts';

const then = new Date('2020-01-01T00:00:00Z');

/** Packages with a cache that takes every file for settled, as it would be seconds after it was written. */
async function packTrusting(
  parent: string,
  folder: string,
  out: string,
  sources: readonly PackageSource[] = collectFiles(folder).sources,
): Promise<WrittenZip> {
  using cache = new PackageCache(path.join(parent, 'cache'), folder, { clockTickMs: -1e12 });
  cache.load();
  const outFile = path.join(parent, out);
  // As a package is copied ahead, whether it will be the same or not.
  const half = new HalfZip(outFile);
  if (cache.kept) half.startCopy(cache.kept.file);
  return await writeZip({ sources, outFile, cache, half });
}

describe('the package cache', () => {
  for (const [title, change] of [
    ['rewritten in place', (file: string) => writeFileSync(file, 'NEW')],
    [
      'replaced by another',
      (file: string) => {
        writeFileSync(`${file}.new`, 'NEW');
        renameSync(`${file}.new`, file);
      },
    ],
  ] as const) {
    it(`sees a file that was ${title} with its size and time of modification kept`, async (t) => {
      const parent = scratch(t);
      const folder = folderWith(parent, { 'index.mjs': handlerFile, 'data.txt': 'old', 'other.txt': 'other' });
      const file = path.join(folder, 'data.txt');
      utimesSync(file, then, then);
      await packTrusting(parent, folder, 'one.zip');
      const before = lstatSync(file);
      do {
        change(file);
        utimesSync(file, then, then);
      } while (lstatSync(file).ctimeMs === before.ctimeMs); // until the file system's clock has moved on
      const after = lstatSync(file);
      assert.deepEqual([after.size, after.mtimeMs], [before.size, before.mtimeMs]);
      const second = await packTrusting(parent, folder, 'two.zip');
      unzip(path.join(parent, 'two.zip'), path.join(parent, 'unzipped'));
      assert.equal(readFileSync(path.join(parent, 'unzipped', 'data.txt'), 'utf8'), 'NEW');
      const fresh = await writeZip({
        sources: collectFiles(folder).sources,
        outFile: path.join(parent, 'fresh.zip'),
      });
      assert.equal(second.codeSha256, fresh.codeSha256);
    });
  }

  it('takes from the last package what has not changed, and nothing that was removed', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'index.mjs': handlerFile,
      'gone.txt': 'gone',
      'kept.txt': 'kept '.repeat(100),
    });
    await packTrusting(parent, folder, 'one.zip');
    using cache = new PackageCache(path.join(parent, 'cache'), folder);
    cache.load();
    const { kept } = cache;
    const { sources } = collectFiles(folder);
    assert.deepEqual([...(kept?.entriesOf(sources) ?? [])], [0, 1, 2]);
    const withoutGone = sources.filter(({ name }) => name !== 'gone.txt');
    assert.deepEqual([...(kept?.entriesOf(withoutGone) ?? [])], [1, 2]);
    renameSync(path.join(folder, 'gone.txt'), path.join(folder, 'new.txt'));
    await packTrusting(parent, folder, 'two.zip');
    unzip(path.join(parent, 'two.zip'), path.join(parent, 'unzipped'));
    assert.equal(readFileSync(path.join(parent, 'unzipped', 'new.txt'), 'utf8'), 'gone');
    assert.throws(() => readFileSync(path.join(parent, 'unzipped', 'gone.txt')), /ENOENT/);
  });

  for (let seed = 1; seed <= 6; seed += 1) {
    it(`makes after any edits what is made from scratch (tree ${seed})`, async (t) => {
      const parent = scratch(t);
      const folder = folderWith(parent, { 'index.mjs': handlerFile });
      const random = seeded(seed);
      const below = (limit: number): number => Math.floor(random() * limit);
      let serial = 0;
      /** No two of the same size: within one tick of the clock nothing else tells them apart. */
      const content = (): Buffer => {
        serial += 1;
        return Buffer.from(Array.from({ length: serial + (below(3) === 0 ? 40_000 : 0) }, () => below(256)));
      };
      const nameAt = (number: number): string => `${'abc'[number % 3]}/${number % 2 ? 'd' : 'é'}/${number}`;
      const change = (number: number): void => {
        const file = path.join(folder, nameAt(number));
        mkdirSync(path.dirname(file), { recursive: true });
        rmSync(file, { force: true });
        const kind = below(4);
        if (kind === 0) symlinkSync(below(2) === 0 ? '../../index.mjs' : '../../a', file);
        else if (kind < 3) writeFileSync(file, content());
      };
      mkdirSync(path.join(folder, 'a'));
      for (let number = 0; number < 60; number += 1) change(number);
      for (let round = 0; round < 8; round += 1) {
        for (let count = below(4); count > 0; count -= 1) change(below(60));
        if (below(3) === 0) writeFileSync(path.join(folder, 'index.mjs'), handlerFile + ' '.repeat(round));
        const { sources } = collectFiles(folder);
        const made = [...sources, ...(below(2) === 0 ? [contentOf('z.json', `${below(3)}`)] : [])];
        const cached = await packTrusting(parent, folder, 'cached.zip', made);
        const fresh = await writeZip({ sources: made, outFile: path.join(parent, 'fresh.zip') });
        assert.equal(cached.codeSha256, fresh.codeSha256);
        assert.deepEqual(cached.packedBytes, fresh.packedBytes);
        assert.deepEqual(readFileSync(path.join(parent, 'cached.zip')), readFileSync(path.join(parent, 'fresh.zip')));
      }
    });
  }

  it('takes up no zip that is not the one of its index', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': handlerFile, 'data.txt': 'old' });
    await packTrusting(parent, folder, 'one.zip');
    const zips = readdirSync(path.join(parent, 'cache')).filter((name) => name.endsWith('.zip'));
    const kept = path.join(parent, 'cache', zips[0] ?? '');
    const old = readFileSync(kept);
    writeFileSync(path.join(folder, 'data.txt'), 'NEW');
    const fresh = await packTrusting(parent, folder, 'two.zip');
    writeFileSync(kept, old); // as two packagings at the same time could leave it
    using cache = new PackageCache(path.join(parent, 'cache'), folder);
    cache.load();
    assert.equal(cache.kept?.open(), undefined);
    assert.equal((await packTrusting(parent, folder, 'three.zip')).codeSha256, fresh.codeSha256);
  });
});

describe('a zip in the making', () => {
  it('is the copy that it should be, to the last bit, or none', async (t) => {
    const parent = scratch(t);
    const bytes = randomBytes(700_000);
    const from = path.join(parent, 'kept.zip');
    const is = async (content: Uint8Array): Promise<boolean> => {
      writeFileSync(from, content);
      await using half = new HalfZip(path.join(parent, 'out.zip'));
      half.startCopy(from);
      return await half.isCopy({ bytes: bytes.length, crc: crc32(bytes) });
    };
    assert.equal(await is(bytes), true);
    const flipped = Buffer.from(bytes);
    flipped[699_999] = (flipped[699_999] ?? 0) ^ 1;
    assert.equal(await is(flipped), false);
    assert.equal(await is(bytes.subarray(1)), false);
    assert.deepEqual(readdirSync(parent), ['kept.zip']);
  });

  it('has the mode that a new file has, whatever it is a copy of', async (t) => {
    const parent = scratch(t);
    const from = path.join(parent, 'kept.zip');
    writeFileSync(from, 'bytes');
    chmodSync(from, 0o400);
    writeFileSync(path.join(parent, 'new'), '');
    const outFile = path.join(parent, 'out.zip');
    await using half = new HalfZip(outFile);
    half.startCopy(from);
    assert.ok(await half.isCopy({ bytes: 5, crc: crc32('bytes') }));
    half.moveTo(outFile);
    assert.equal(lstatSync(outFile).mode, lstatSync(path.join(parent, 'new')).mode);
  });
});

function contentOf(name: string, text: string): PackageSource {
  const content = Buffer.from(text);
  return { kind: 'content', name, content, bytes: content.length };
}
