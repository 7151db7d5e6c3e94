import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { sourceFileOf } from '../../../src/editor/panel/source-file.ts';

it('a place of a stack trace is looked for in the deployed folder, and nowhere else', async (t) => {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'lambda-workbench-source-')));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const folder = path.join(parent, 'fn');
  mkdirSync(path.join(folder, 'src'), { recursive: true });
  writeFileSync(path.join(folder, 'src', 'app.mjs'), '');
  writeFileSync(path.join(parent, 'secret'), '');
  symlinkSync('../secret', path.join(folder, 'out'));
  assert.equal(await sourceFileOf(folder, 'src/app.mjs'), path.join(folder, 'src', 'app.mjs'));
  for (const other of ['src/none.mjs', '../secret', 'src/../../secret', 'out', '', '.'])
    assert.equal(await sourceFileOf(folder, other), undefined, other);
});
