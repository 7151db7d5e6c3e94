import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { unzip } from '../../../src/engine/store/unzip.ts';
import { zipOf } from '../../contract/zip-of.ts';

function scratch(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lambda-workbench-unzip-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'files');
}

const refused = { name: 'ServiceError', message: /Could not unzip uploaded file/ };

describe('the unzipping of a package', () => {
  it('writes contents, folders and modes', async (t) => {
    const folder = scratch(t);
    await unzip(await zipOf({ 'index.mjs': 'export {}', 'a/b/c.txt': 'c'.repeat(100_000), 'a/empty': '' }), folder);
    assert.equal(readFileSync(path.join(folder, 'a/b/c.txt'), 'utf8'), 'c'.repeat(100_000));
    assert.equal(readFileSync(path.join(folder, 'a/empty'), 'utf8'), '');
    assert.equal(statSync(path.join(folder, 'index.mjs')).mode & 0o777, 0o555);
  });

  it('lets nobody write to its files, not their owner either', { skip: process.platform === 'win32' }, async (t) => {
    const folder = scratch(t);
    await unzip(await zipOf({ 'data.txt': 'text' }), folder);
    // Root may write everywhere: tried as a user without privileges who owns the file.
    const uid = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
    if (uid === undefined) throw new Error('A POSIX system has users');
    chownSync(path.join(folder, 'data.txt'), uid, process.getgid?.() ?? uid);
    chmodSync(path.dirname(folder), 0o755);
    const { stdout } = spawnSync(
      '/bin/sh',
      ['-c', 'cat data.txt; echo more 2>/dev/null >>data.txt || echo " refused"'],
      {
        cwd: folder,
        uid,
        encoding: 'utf8',
      },
    );
    assert.equal(stdout, 'text refused\n');
  });

  it('refuses a package whose bytes are not what they were when it was made', async (t) => {
    const zip = await zipOf({ 'index.mjs': 'export {}', 'data.txt': 'some text '.repeat(50) });
    const at = zip.indexOf('data.txt') + 'data.txt'.length + 4;
    zip[at] = (zip[at] ?? 0) ^ 0xff;
    await assert.rejects(unzip(zip, scratch(t)), refused);
  });

  it('refuses a zip that is cut off, one that is none, and an empty one', async (t) => {
    const zip = await zipOf({ 'index.mjs': 'export {}' });
    await assert.rejects(unzip(zip.subarray(0, zip.length - 30), scratch(t)), refused);
    await assert.rejects(unzip(Buffer.from('no zip at all'), scratch(t)), refused);
    const empty = Buffer.concat([Buffer.from([0x50, 0x4b, 5, 6]), Buffer.alloc(18)]);
    await assert.rejects(unzip(empty, scratch(t)), { message: /non-empty zip/ });
  });

  it('refuses a file that unpacks to more than it says', async (t) => {
    const zip = await zipOf({ 'bomb.txt': '0'.repeat(1_000_000) });
    const central = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    zip.writeUInt32LE(10, central + 24);
    await assert.rejects(unzip(zip, scratch(t)), refused);
  });
});
