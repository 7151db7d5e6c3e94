import assert from 'node:assert/strict';
import { readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { partsOf, previewPackage } from '../../../src/package/explain.ts';
import { packageFolder } from '../../../src/package/package-folder.ts';
import { folderWith, handlerFile, scratch } from './scratch.ts';

it('a preview names the heaviest parts, why they are there, and what stays out, and leaves no file', async (t) => {
  const parent = scratch(t);
  const folder = folderWith(parent, {
    'index.mjs': handlerFile,
    'package.json': JSON.stringify({ dependencies: { '@scope/direct': '1' } }),
    'node_modules/.package-lock.json': JSON.stringify({
      packages: {
        'node_modules/@scope/direct': { dependencies: { middle: '1' } },
        'node_modules/middle': { optionalDependencies: { deep: '1' } },
        'node_modules/deep': {},
        'node_modules/tool': { dev: true },
      },
    }),
    'node_modules/@scope/direct/index.js': 'd',
    'node_modules/middle/index.js': 'm'.repeat(10),
    'node_modules/deep/data.txt': 'deep '.repeat(20_000),
    'node_modules/tool/index.js': '',
    'assets/a.txt': 'a'.repeat(3000),
    'assets/b.txt': 'b'.repeat(3000),
    '.env': 'SECRET=1',
    'node_modules/@scope/direct/package.json': '{}',
  });
  const cacheFolder = path.join(parent, 'cache');
  const { parts, text } = await previewPackage({ folder, cacheFolder }, packageFolder);
  const [deep, assets] = parts;
  assert.deepEqual(deep?.because, ['@scope/direct', 'middle', 'deep']);
  assert.deepEqual([deep.name, deep.bytes, deep.files], ['node_modules/deep', 100_000, 1]);
  assert.ok(deep.zippedBytes > 0 && deep.zippedBytes < 10_000);
  assert.deepEqual([assets?.name, assets?.bytes, assets?.files], ['assets/', 6000, 2]);
  assert.match(text, /^nodejs24\.x, index\.handler: 10\d\.\d kB unzipped of 250 MB/);
  assert.match(text, /node_modules\/deep +97\.7 kB .* through @scope\/direct → middle$/m);
  assert.match(text, /\.env \(never ships\)/);
  assert.match(text, /node_modules\/tool\/ \(installed for development\)/);
  assert.doesNotMatch(text, /SECRET/);
  assert.deepEqual(
    readdirSync(parent).toSorted((a, b) => (a < b ? -1 : 1)),
    ['cache', 'fn'],
  );
});

it('a preview says why packages are there that no record of npm names: of pnpm, and of a workspace around the folder', async (t) => {
  const parent = scratch(t);
  const workspace = folderWith(parent, {
    'node_modules/deep/package.json': '{}',
    'node_modules/deep/data.txt': 'deep '.repeat(20_000),
    'node_modules/direct/package.json': JSON.stringify({ dependencies: { deep: '1' } }),
    'fn/index.mjs': handlerFile,
    'fn/package.json': JSON.stringify({ dependencies: { direct: '1' } }),
    'pnpm/index.mjs': handlerFile,
    'pnpm/package.json': JSON.stringify({ dependencies: { direct: '1' } }),
    'pnpm/node_modules/.pnpm/direct@1.0.0/node_modules/direct/package.json': '{ "dependencies": { "deep": "1" } }',
    'pnpm/node_modules/.pnpm/deep@1.0.0/node_modules/deep/data.txt': 'deep '.repeat(20_000),
  });
  const modules = path.join(workspace, 'pnpm/node_modules');
  symlinkSync('.pnpm/direct@1.0.0/node_modules/direct', path.join(modules, 'direct'));
  symlinkSync('../../deep@1.0.0/node_modules/deep', path.join(modules, '.pnpm/direct@1.0.0/node_modules/deep'));
  const heaviest = async (folder: string): Promise<unknown[]> => {
    const options = { folder: path.join(workspace, folder), cacheFolder: path.join(parent, 'cache') };
    const { parts, text } = await previewPackage(options, packageFolder);
    assert.match(text, /through direct$/m);
    return [parts[0]?.name, parts[0]?.because];
  };
  assert.deepEqual(await heaviest('fn'), ['node_modules/deep', ['direct', 'deep']]);
  assert.deepEqual(await heaviest('pnpm'), ['node_modules/.pnpm/deep@1.0.0', ['direct', 'deep']]);
});

it('a preview says what a bundle is made of, and which import brought it', async (t) => {
  const parent = scratch(t);
  const list = (name: string, length: number): string => `module.exports = ${JSON.stringify(Array.from({ length }, (_, at) => `${name} ${at}`))};\n`; // prettier-ignore
  const folder = folderWith(parent, {
    'index.ts': "import direct from 'direct';\nimport { own } from './lib/own.ts';\nexport const handler = async () => [direct, own];\n",
    'lib/own.ts': 'export const own = 1;\n',
    'node_modules/direct/package.json': '{}',
    'node_modules/direct/index.js': "module.exports = require('deep').length;\n",
    'node_modules/deep/package.json': '{}',
    'node_modules/deep/index.js': list('deep', 5000),
    'node_modules/unused/index.js': list('unused', 5000),
  }); // prettier-ignore
  const options = { folder, cacheFolder: path.join(parent, 'cache') };
  const { parts, text, package: built } = await previewPackage(options, packageFolder);
  const [deep] = parts;
  assert.deepEqual([deep?.name, deep?.because, deep?.files], ['node_modules/deep in index.js', ['direct', 'deep'], 1]);
  assert.match(text, /node_modules\/deep in index\.js .* through direct$/m);
  assert.ok(!parts.some(({ name }) => name.includes('unused')));
  const sum = (member: 'bytes' | 'zippedBytes'): number => parts.reduce((total, part) => total + part[member], 0);
  assert.equal(sum('bytes'), built.unzippedBytes);
  assert.equal(
    sum('zippedBytes'),
    built.entries.reduce((total, { zippedBytes = 0 }) => total + zippedBytes, 0),
  );
  assert.ok(parts.every(({ bytes, zippedBytes }) => bytes >= 0 && zippedBytes >= 0));
});

it('gems and libraries of Java are parts of their own', () => {
  const entries = [
    { path: 'lib/a-1.0.jar', bytes: 5, zippedBytes: 5 },
    { path: 'lib/b.jar', bytes: 4, zippedBytes: 4 },
    { path: 'lib/data.txt', bytes: 3, zippedBytes: 3 },
    { path: 'vendor/bundle/ruby/3.4.0/gems/tea-1.0/lib/tea.rb', bytes: 2, zippedBytes: 2 },
    { path: 'vendor/bundle/ruby/3.4.0/gems/pot-1.0/lib/pot.rb', bytes: 1, zippedBytes: 1 },
  ];
  const built = { file: '', codeSha256: '', zippedBytes: 15, unzippedBytes: 15, entryCount: 5, entries, runtime: 'ruby3.4', handler: 'app.handler', settings: {}, leftOut: [], warnings: [] }; // prettier-ignore
  assert.deepEqual(
    partsOf(built, '/nowhere').map(({ name }) => name),
    ['lib/a-1.0.jar', 'lib/b.jar', 'lib/', 'vendor/bundle/ruby/3.4.0/gems/tea-1.0', 'vendor/bundle/ruby/3.4.0/gems/pot-1.0'], // prettier-ignore
  );
});
