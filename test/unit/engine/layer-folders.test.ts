import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { LayerFolders } from '../../../src/engine/sandbox/layer-folders.ts';
import { CodeStore } from '../../../src/engine/store/code-store.ts';
import { temporaryFolder } from '../../contract/engine-process.ts';
import { zipOf } from '../../contract/zip-of.ts';

it('merges layers once, later ones over earlier ones, and removes the folder with its last user', async () => {
  using data = temporaryFolder();
  const code = new CodeStore(data.path);
  const layer = async (files: Readonly<Record<string, string>>) => ({
    arn: '',
    ...(await code.add(await zipOf(files))),
  });
  const lower = await layer({ 'bin/a': 'lower', 'bin/b': 'lower', place: 'a file', other: 'lower' });
  const upper = await layer({ 'bin/a': 'upper', 'place/file': 'in a folder', 'other/c': 'upper' });
  const folders = new LayerFolders(code, path.join(data.path, 'run'));
  const [first, second] = await Promise.all([folders.acquire([lower, upper]), folders.acquire([lower, upper])]);
  assert.ok(first && second);
  assert.equal(second.path, first.path);
  const read = (name: string): string => readFileSync(path.join(first.path, name), 'utf8');
  assert.deepEqual(['bin/a', 'bin/b', 'place/file', 'other/c'].map(read), ['upper', 'lower', 'in a folder', 'upper']);
  await first.release();
  await first.release();
  assert.ok(existsSync(first.path));
  await second.release();
  assert.equal(existsSync(first.path), false);
  assert.equal(readFileSync(path.join(code.taskRoot(lower.codeSha256), 'bin/a'), 'utf8'), 'lower');

  const alone = await folders.acquire([lower]);
  await alone?.release();
  assert.ok(existsSync(code.taskRoot(lower.codeSha256)));
  assert.equal(await folders.acquire([]), undefined);
});
