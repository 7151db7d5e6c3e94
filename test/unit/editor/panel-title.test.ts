import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionsOfTitle, panelTitle } from '../../../src/editor/panel/panel-title.ts';

test("a panel's title names its functions, and tells them again after a reload", () => {
  for (const names of [['hello'], ['a', 'b-c', 'd_e']]) assert.deepEqual(functionsOfTitle(panelTitle(names)), names);
  assert.equal(panelTitle(['a', 'b']), 'Logs: a, b');
  for (const title of ['', 'Logs: ', 'Package of hello']) assert.deepEqual(functionsOfTitle(title), []);
});
