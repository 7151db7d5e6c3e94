import assert from 'node:assert/strict';
import { lstatSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { collectFiles } from '../../../src/package/collect-files.ts';
import { writeZip, type WrittenZip } from '../../../src/package/write-zip.ts';
import { PackageCache } from '../../../src/package/zip/package-cache.ts';
import { folderWith, handlerFile, scratch, unzip } from './scratch.ts';

const then = new Date('2020-01-01T00:00:00Z');

/** Packages with a cache that takes every file for settled, as it would be seconds after it was written. */
async function packTrusting(parent: string, folder: string, out: string): Promise<WrittenZip> {
  const cache = new PackageCache(path.join(parent, 'cache'), folder, { clockTickMs: -1e12 });
  cache.load();
  return writeZip({ sources: collectFiles(folder).sources, outFile: path.join(parent, out), cache });
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
    const cache = new PackageCache(path.join(parent, 'cache'), folder);
    cache.load();
    const kept = await cache.kept();
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
});
