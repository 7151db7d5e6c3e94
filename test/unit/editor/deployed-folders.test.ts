import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeployedFolders } from '../../../src/editor/commands/deployed-folders.ts';

function createFolders(): DeployedFolders {
  const values = new Map<string, unknown>();
  return new DeployedFolders({
    keys: () => [...values.keys()],
    get: <T>(key: string, fallback?: T) => (values.get(key) as T | undefined) ?? (fallback as T), // as Memento promises
    update: (key: string, value: unknown) => {
      values.set(key, structuredClone(value));
      return Promise.resolve();
    },
  });
}

test('function and folder find each other, and the latest name of a folder wins', async () => {
  const folders = createFolders();
  await folders.remember('first', { folder: '/w/api', target: 'Local Lambda' });
  await folders.remember('second', { folder: '/w/api', target: 'Local Lambda' });
  assert.equal(folders.nameFor('/w/api'), 'second');
  await folders.remember('first', { folder: '/w/api', target: 'Local Lambda' });
  assert.equal(folders.nameFor('/w/api'), 'first');
  assert.equal(folders.of('second')?.folder, '/w/api');
  assert.equal(folders.nameFor('/w/other'), undefined);
});

test('a file belongs to the function of its folder, and not to one whose name begins alike', async () => {
  const folders = createFolders();
  await folders.remember('api', { folder: '/w/api', target: 'Local Lambda' });
  assert.equal(folders.nameForFile('/w/api/events/event.json'), 'api');
  assert.equal(folders.nameForFile('/w/api-two/event.json'), undefined);
});

test('targets add up for one folder and start over for another', async () => {
  const folders = createFolders();
  await folders.remember('api', { folder: '/w/api', target: 'Local Lambda' });
  await folders.remember('api', { folder: '/w/api', target: 'AWS · work', handler: 'a.b', runtime: 'nodejs24.x' });
  assert.deepEqual(folders.of('api'), {
    folder: '/w/api',
    handler: 'a.b',
    runtime: 'nodejs24.x',
    targets: ['Local Lambda', 'AWS · work'],
  });
  await folders.remember('api', { folder: '/w/new', target: 'Local Lambda' });
  assert.deepEqual(folders.of('api')?.targets, ['Local Lambda']);
});
