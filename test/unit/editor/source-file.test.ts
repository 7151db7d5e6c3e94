import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { liesInOneOf, sourceFileOf } from '../../../src/editor/panel/source-file.ts';

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

it('a deployed folder lies in a folder of the window, or not, whatever links say', async (t) => {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'lambda-workbench-source-')));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const [open, other] = [path.join(parent, 'open'), path.join(parent, 'open-too')];
  for (const folder of [path.join(open, 'fn'), other]) mkdirSync(folder, { recursive: true });
  symlinkSync(other, path.join(open, 'out'));
  const roots = [path.join(parent, 'gone'), open];
  assert.equal(await liesInOneOf(open, roots), true);
  assert.equal(await liesInOneOf(path.join(open, 'fn'), roots), true);
  for (const outside of [other, path.join(open, 'out'), parent, path.join(open, 'none')])
    assert.equal(await liesInOneOf(outside, roots), false, outside);
  assert.equal(await liesInOneOf(open, []), false);
});
