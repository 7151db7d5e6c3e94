import assert from 'node:assert/strict';
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readUpload } from '../../../src/deploy/read-upload.ts';
import { packageInThread } from '../../../src/package/package-in-thread.ts';
import { Problem } from '../../../src/problem.ts';
import { folderWith, handlerFile, listZip, pack, scratch, unzip } from './scratch.ts';

const problem = (code: string, says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Problem, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, says);
  return true;
};

describe('a package', () => {
  it('is flat, sorted, 0755 on files and folders, of 1980, and marked as made on Unix', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'lib/b.mjs': 'b',
      'index.mjs': handlerFile,
      'lib.txt': 'sorts between lib and lib/',
      'data/é/ü.json': '{}',
      empty: '',
    });
    const built = await pack(parent, folder);
    const lines = listZip(built.file);
    const names = ['data/', 'data/é/', 'data/é/ü.json', 'empty', 'index.mjs', 'lib.txt', 'lib/', 'lib/b.mjs'];
    assert.deepEqual(
      built.entries.map((entry) => entry.path),
      names,
    );
    assert.equal(lines.length, names.length);
    for (const { mode, system, date, name } of lines) {
      assert.equal(mode, name.endsWith('/') ? 'drwxr-xr-x' : '-rwxr-xr-x', name);
      assert.equal(system, 'unx');
      assert.equal(date, '19800101.000000');
    }
    unzip(built.file, path.join(parent, 'unzipped'));
    assert.equal(readFileSync(path.join(parent, 'unzipped', 'data/é/ü.json'), 'utf8'), '{}');
    assert.equal(readFileSync(path.join(parent, 'unzipped', 'empty'), 'utf8'), '');
  });

  it('has the same bytes whatever the order of creation, times, umask, time zone and locale', async (t) => {
    const parent = scratch(t);
    const files = { 'index.mjs': handlerFile, 'a/z.txt': 'z'.repeat(5000), 'a/ä.txt': 'ä', 'b.txt': 'b' };
    const first = folderWith(parent, files, 'first');
    const second = folderWith(parent, Object.fromEntries(Object.entries(files).toReversed()), 'second');
    for (const file of Object.keys(files)) utimesSync(path.join(second, file), 1e9, 1e9);
    const cli = path.resolve(import.meta.dirname, '../../../src/cli/main.ts');
    const build = (folder: string, out: string, umask: string, env: NodeJS.ProcessEnv): Buffer => {
      const command = `umask ${umask}; exec "$0" "$1" package "$2" --out "$3"`;
      execFileSync('sh', ['-c', command, process.execPath, cli, folder, path.join(parent, out)], {
        env: { PATH: process.env['PATH'], XDG_CACHE_HOME: path.join(parent, out, '..', `cache-${out}`), ...env },
      });
      return readFileSync(path.join(parent, out));
    };
    const one = build(first, 'one.zip', '022', { TZ: 'UTC', LANG: 'C' });
    const two = build(second, 'two.zip', '077', { TZ: 'Asia/Kolkata', LANG: 'sv_SE.UTF-8', LC_ALL: 'sv_SE.UTF-8' });
    assert.ok(one.equals(two));
  });

  it('has the same bytes from threads as from none, and from the cache as from scratch', async (t) => {
    const parent = scratch(t);
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`data/${n}.txt`, `${n} `.repeat(n)]));
    const folder = folderWith(parent, { 'index.mjs': handlerFile, ...many });
    const old = new Date(Date.now() - 60_000);
    for (const name of Object.keys(many)) utimesSync(path.join(folder, name), old, old);
    const fresh = await pack(parent, folder);
    const bytes = readFileSync(fresh.file);
    unzip(fresh.file, path.join(parent, 'unzipped'));
    for (const [name, content] of Object.entries(many))
      assert.equal(readFileSync(path.join(parent, 'unzipped', name), 'utf8'), content);
    const again = await pack(parent, folder, { outFile: path.join(parent, 'again.zip') });
    assert.ok(readFileSync(again.file).equals(bytes));
    const outFile = path.join(parent, 'thread.zip');
    const inThread = await packageInThread({ folder, outFile, cacheFolder: path.join(parent, 'other cache') });
    assert.equal(inThread.codeSha256, fresh.codeSha256);
    assert.ok(readFileSync(outFile).equals(bytes));
  });

  it('never holds what a file no longer is, though its size and time of modification are as before', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': handlerFile, 'data.txt': 'version 0' });
    const file = path.join(folder, 'data.txt');
    const then = new Date(Date.now() - 3_600_000);
    for (let version = 0; version < 8; version += 1) {
      writeFileSync(file, `version ${version}`);
      utimesSync(file, then, then);
      const built = await pack(parent, folder);
      assert.match(
        execFileSync('unzip', ['-p', built.file, 'data.txt'], { encoding: 'utf8' }),
        new RegExp(`${version}$`),
      );
    }
  });

  it('is made anew when what is remembered was damaged', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': handlerFile });
    const { codeSha256 } = await pack(parent, folder);
    const cache = path.join(parent, 'cache');
    for (const name of readdirSync(cache))
      writeFileSync(path.join(cache, name), name.endsWith('.zip') ? 'no zip' : '{');
    assert.equal((await pack(parent, folder)).codeSha256, codeSha256);
    for (const name of readdirSync(cache)) if (name.endsWith('.zip')) writeFileSync(path.join(cache, name), 'no zip');
    assert.equal((await pack(parent, folder)).codeSha256, codeSha256);
  });

  it('leaves the folder as it was', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.ts': 'export const handler = async () => 1;', 'a/b.txt': 'b' });
    cpSync(folder, path.join(parent, 'copy'), { recursive: true });
    await pack(parent, folder);
    execFileSync('diff', ['-r', folder, path.join(parent, 'copy')]);
  });

  it('does not become part of the next one when it is written into the folder', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': handlerFile });
    const outFile = path.join(folder, 'function.zip');
    const first = await pack(parent, folder, { outFile });
    const second = await pack(parent, folder, { outFile });
    assert.equal(second.codeSha256, first.codeSha256);
    assert.deepEqual(
      readdirSync(folder).toSorted((a, b) => (a < b ? -1 : 1)),
      ['function.zip', 'index.mjs'],
    );
  });

  it('does not become part of the next one either when the folder is come to by a link, or it was never finished', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': handlerFile });
    symlinkSync('fn', path.join(parent, 'link'));
    const linked = path.join(parent, 'link');
    const outFile = path.join(linked, 'dist/function.zip');
    const paths = async (of: string): Promise<string[]> =>
      (await pack(parent, of, { outFile })).entries.map(({ path: name }) => name);
    assert.deepEqual(await paths(linked), ['index.mjs']);
    writeFileSync(path.join(folder, 'dist/.function.zip.1a-2b'), 'what a killed process left');
    assert.deepEqual(await paths(linked), ['dist/', 'index.mjs']);
    assert.deepEqual(await paths(folder), ['dist/', 'index.mjs']);
  });

  it('that is being copied while the folder is read goes again when there is no package', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': handlerFile });
    await pack(parent, folder);
    const before = readdirSync(parent);
    symlinkSync('/nowhere', path.join(folder, 'link'));
    await assert.rejects(pack(parent, folder), { code: 'LinkDangles' });
    assert.deepEqual(readdirSync(parent), before);
  });
});

describe('packaging, when it cannot', () => {
  const cases: [title: string, files: Record<string, string>, code: string, says: RegExp][] = [
    ['an empty folder', {}, 'FolderEmpty', /has no files to deploy/],
    ['a folder without a handler', { 'README.md': 'x' }, 'HandlerNotFound', /No handler was found in fn/],
    ['broken TypeScript', { 'index.ts': 'export const handler = (;' }, 'TypeScriptBroken', /index\.ts:1:\d+: /],
    [
      'a broken package.json',
      { 'index.js': 'exports.handler = 1;', 'package.json': '{' },
      'ManifestBroken',
      /not JSON/,
    ],
  ];
  for (const [title, files, code, says] of cases) {
    it(`says so for ${title}, and keeps the package of before`, async (t) => {
      const parent = scratch(t);
      const before = path.join(parent, 'out.zip');
      writeFileSync(before, 'the package of before');
      await assert.rejects(pack(parent, folderWith(parent, files)), problem(code, says));
      assert.equal(readFileSync(before, 'utf8'), 'the package of before');
    });
  }

  it('says so for a folder that is not there, or is a file', async (t) => {
    const parent = scratch(t);
    await assert.rejects(pack(parent, path.join(parent, 'nowhere')), problem('FolderMissing', /nowhere/));
    const folder = folderWith(parent, { 'index.mjs': handlerFile });
    await assert.rejects(pack(parent, path.join(folder, 'index.mjs')), problem('FolderMissing', /is a file/));
  });

  it('says so for a handler that names no file', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': handlerFile });
    await assert.rejects(pack(parent, folder, { handler: 'nope.handler' }), problem('HandlerFileMissing', /nope/));
  });

  it('stops before it zips what Lambda would refuse, and names the heaviest parts', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'index.mjs': handlerFile,
      'node_modules/heavy/model.bin': new Uint8Array(200_000_000),
      'data/more.bin': new Uint8Array(70_000_000),
    });
    await assert.rejects(
      pack(parent, folder),
      problem('PackageTooLarge', /250 MB.*node_modules\/heavy \(190\.7 MB\), data \(66\.8 MB\)/),
    );
    assert.equal(existsSync(path.join(parent, 'out.zip')), false);
  });

  it('makes what is too large for a request, which only a deployment refuses', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': handlerFile, 'model/weights.bin': randomBytes(52_500_000) });
    const built = await pack(parent, folder);
    assert.match(
      built.overDirectUpload ?? '',
      /^The zip has 50\.1 MB; a direct upload takes 50 MB.*model \(50\.1 MB\)/,
    );
    assert.deepEqual(built.warnings, [built.overDirectUpload]);
    assert.equal(statSync(built.file).size, built.zippedBytes);
    await assert.rejects(readUpload(built), problem('PackageTooLarge', /from S3/));
    const fits = await pack(parent, folderWith(parent, { 'index.mjs': handlerFile }, 'small'));
    assert.deepEqual(await readUpload(fits), readFileSync(fits.file));
  });

  for (const [where, make] of [
    ['here', pack],
    [
      'in a thread',
      (parent: string, folder: string, options: { signal: AbortSignal; outFile: string }) =>
        packageInThread({ folder, cacheFolder: path.join(parent, 'cache'), ...options }),
    ],
  ] as const) {
    it(`leaves nothing behind when it is cancelled ${where}`, async (t) => {
      const parent = scratch(t);
      const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`${n}.txt`, `${n}`.repeat(5000)]));
      const folder = folderWith(parent, { 'index.mjs': handlerFile, ...many });
      const out = path.join(parent, 'out');
      const abort = new AbortController();
      const options = {
        outFile: path.join(out, 'fn.zip'),
        signal: abort.signal,
        onProgress: ({ fraction = 0 }) => fraction > 0.2 && abort.abort(),
      };
      await assert.rejects(make(parent, folder, options), { name: 'AbortError' });
      assert.deepEqual(readdirSync(out), []);
    });
  }

  it('says so where there is no room, and leaves nothing there', { skip: process.platform === 'win32' }, async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': handlerFile, 'data.bin': randomBytes(200_000) });
    const cli = path.resolve(import.meta.dirname, '../../../src/cli/main.ts');
    const place = path.join(parent, 'out');
    /** In a shell whose files may have so many blocks. */
    const runWith = (blocks: string): SpawnSyncReturns<string> =>
      spawnSync('sh', ['-c', 'ulimit -f "$1"; exec "$2" "$3" package "$4" --out "$5"', 'sh', blocks, process.execPath, cli, folder, path.join(place, 'fn.zip')], { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: path.join(parent, 'cache'), NODE_DISABLE_COMPILE_CACHE: '1' } }); // prettier-ignore
    for (const step of ['the first time', 'with the last package to copy']) {
      const { status, stderr } = runWith('64');
      assert.equal(status, 1, step);
      assert.equal(
        stderr,
        `error: There is no room for the package in ${place}. Free some, or choose another place for it.\n`,
      );
      assert.deepEqual(readdirSync(place), [], step);
      assert.equal(runWith('unlimited').status, 0);
      unlinkSync(path.join(place, 'fn.zip'));
    }
  });

  it('says in a thread what it says without one', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {});
    const made = packageInThread({ folder, outFile: path.join(parent, 'out.zip') });
    await assert.rejects(made, problem('FolderEmpty', /has no files/));
  });

  it('notices a link that leaves the folder, one that dangles, and one that loops', async (t) => {
    const parent = scratch(t);
    for (const [target, code] of [
      ['../outside', 'LinkLeavesFolder'],
      ['missing', 'LinkDangles'],
      ['link', 'LinkLoops'],
      [path.join(parent, 'fn', 'index.mjs'), 'LinkLeavesFolder'],
    ] as const) {
      folderWith(parent, { file: '' }, 'outside');
      const name = `fn-${target.replaceAll(/\W/g, '')}`;
      const folder = folderWith(parent, { 'index.mjs': handlerFile }, name);
      folderWith(parent, { 'index.mjs': handlerFile });
      symlinkSync(target, path.join(folder, 'link'));
      await assert.rejects(pack(parent, folder), problem(code, /The link link/));
    }
  });
});
