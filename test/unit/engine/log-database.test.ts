// Log events that an earlier release kept with everything else.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { openDatabase } from '../../../src/engine/store/database.ts';
import type { LogStore } from '../../../src/engine/store/log-store.ts';
import { openStores } from '../../../src/engine/store/stores.ts';
import { scratch } from '../package/scratch.ts';

const group = '/aws/lambda/f';
/** As it made them. */
const earlier = `
CREATE TABLE log_groups (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE log_streams (
  id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL REFERENCES log_groups ON DELETE CASCADE, name TEXT NOT NULL,
  created INTEGER NOT NULL, first_event INTEGER, last_event INTEGER, last_ingestion INTEGER, UNIQUE (group_id, name)
) STRICT;
CREATE TABLE log_events (
  id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, stream_id INTEGER NOT NULL,
  timestamp INTEGER NOT NULL, ingested INTEGER NOT NULL, message TEXT NOT NULL
) STRICT;
CREATE INDEX log_events_by_time ON log_events (group_id, timestamp, id);
CREATE INDEX log_events_by_stream ON log_events (stream_id, timestamp, id);
INSERT INTO log_groups VALUES (7, '${group}', 900, 0);
INSERT INTO log_streams VALUES (3, 7, 's', 950, 1000, 1001, 1002);
INSERT INTO log_events VALUES (11, 7, 3, 1000, 1002, 'one'), (12, 7, 3, 1001, 1002, 'two');
INSERT INTO settings VALUES ('log_journal', '40');
`;

function earlierFolder(t: TestContext): string {
  const folder = scratch(t);
  const database = openDatabase(folder);
  database.exec(earlier);
  database.close();
  // The database has the first of them already.
  const journal = [40, 41].map((number) => `${JSON.stringify([number, group, 's', 1002, `journaled ${number}`])}\n`);
  writeFileSync(path.join(folder, 'logs.journal'), journal.join(''));
  return folder;
}

const whole = (store: LogStore): unknown[] =>
  store.events({ group, limit: 100 }).map(({ id, timestamp, message, stream }) => [id, timestamp, message, stream]);
const expected = [
  [11, 1000, 'one', 's'],
  [12, 1001, 'two', 's'],
  [13, 1002, 'journaled 41', 's'],
];

describe('the logs of an earlier release', () => {
  it('are there, with what its journal had, and go on', (t) => {
    const folder = earlierFolder(t);
    for (let time = 0; time < 2; time += 1) {
      using stores = openStores(folder, assert.ifError);
      assert.deepEqual(whole(stores.logs), expected);
      const [stream] = stores.logs.streams(group);
      assert.deepEqual(stream && [stream.id, stream.created, stream.firstEvent], [3, 950, 1000]);
      assert.equal(stores.settings.get('log_journal'), undefined);
    }
    const main = new DatabaseSync(path.join(folder, 'engine.sqlite'));
    t.after(() => main.close());
    const left = main.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'log%'").all();
    assert.deepEqual(left, []);
  });

  it('are there once after a move that was broken off', (t) => {
    const folder = earlierFolder(t);
    const other = earlierFolder(t);
    openStores(other, assert.ifError)[Symbol.dispose]();
    // The copy had been made, and the original was still there.
    const copied = new DatabaseSync(path.join(other, 'logs.sqlite'));
    copied.exec("DELETE FROM log_events WHERE id <> 11; UPDATE settings SET value = '40'");
    copied.prepare('VACUUM INTO ?').run(path.join(folder, 'logs.sqlite'));
    copied.close();
    using stores = openStores(folder, assert.ifError);
    assert.deepEqual(whole(stores.logs), expected);
  });
});
