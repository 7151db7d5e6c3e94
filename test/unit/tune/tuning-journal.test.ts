import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { notedTarget, noProcess, TuningJournal, type TuningNote } from '../../../src/tune/tuning-journal.ts';

const local = (accessKeyId: string, port: number) => ({
  label: 'Local Lambda',
  endpoint: `http://127.0.0.1:${port}`,
  region: 'us-east-1',
  credentials: { accessKeyId, secretAccessKey: 'secret' },
});

function journalIn(t: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lambda-workbench-tuning-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, journal: new TuningJournal(folder) };
}

const note = (change: Partial<TuningNote> = {}): TuningNote => ({
  id: 'id',
  pid: process.pid,
  startedAt: Date.now(),
  target: notedTarget(local('LKIA1', 1)),
  functionName: 'hello',
  memorySizeMB: 512,
  tried: [128, 256],
  ...change,
});

test('a note is found by its function and target, whatever the port, and holds no secret', (t) => {
  const { folder, journal } = journalIn(t);
  const kept = note();
  journal.keep(kept);
  assert.deepEqual(journal.of(local('LKIA1', 2), 'hello'), kept);
  assert.equal(journal.of(local('LKIA2', 1), 'hello'), undefined);
  assert.equal(journal.of(local('LKIA1', 1), 'other'), undefined);
  assert.doesNotMatch(JSON.stringify(kept), /secret/);
  const [file = ''] = readdirSync(folder);
  assert.equal(statSync(path.join(folder, file)).mode & 0o077, 0);
  journal.forget(kept);
  assert.deepEqual(readdirSync(folder), []);
});

test('interrupted are those whose process has gone, has given up, or had a day; the oldest first', (t) => {
  const { folder, journal } = journalIn(t);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  journal.keep(note());
  journal.keep(note({ functionName: 'ended', pid, startedAt: Date.now() - 5 }));
  journal.keep(note({ functionName: 'given up', pid: noProcess, startedAt: Date.now() - 9 }));
  journal.keep(note({ functionName: 'old', startedAt: Date.now() - 25 * 3_600_000 }));
  writeFileSync(path.join(folder, 'broken.json'), '{"id":1');
  writeFileSync(path.join(folder, 'foreign.json'), '{"id":"x"}');
  assert.deepEqual(journal.interrupted().map(({ functionName }) => functionName), ['old', 'given up', 'ended']); // prettier-ignore
  assert.deepEqual(new TuningJournal(path.join(folder, 'none')).interrupted(), []);
});
