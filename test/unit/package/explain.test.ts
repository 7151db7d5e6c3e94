import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { previewPackage } from '../../../src/package/explain.ts';
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
        'node_modules/middle': { dependencies: { deep: '1' } },
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
