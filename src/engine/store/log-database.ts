import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { inTransaction, openAlone } from './database.ts';
import { settingsTable } from './settings.ts';

const schema = `
${settingsTable}
CREATE TABLE IF NOT EXISTS log_groups (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, bytes INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS log_streams (
  id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL REFERENCES log_groups ON DELETE CASCADE, name TEXT NOT NULL,
  created INTEGER NOT NULL, first_event INTEGER, last_event INTEGER, last_ingestion INTEGER, UNIQUE (group_id, name)
) STRICT;
CREATE TABLE IF NOT EXISTS log_events (
  id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, stream_id INTEGER NOT NULL,
  timestamp INTEGER NOT NULL, ingested INTEGER NOT NULL, message TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS log_events_by_time ON log_events (group_id, timestamp, id);
CREATE INDEX IF NOT EXISTS log_events_by_stream ON log_events (stream_id, timestamp, id);
`;
/** Each after those it refers to. */
const tables = ['log_groups', 'log_streams', 'log_events'];
export const journalSetting = 'log_journal';

/**
 * Opens the database of log events, which is a file of its own: its transactions stay open while events come, and what else is
 * written has to be on the disk before it is answered. What an earlier release kept in `main` is moved.
 */
export function openLogDatabase(directory: string, main: DatabaseSync): DatabaseSync {
  const file = path.join(directory, 'logs.sqlite');
  if (main.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'log_events'").get()) {
    openAlone(file, schema).close();
    move(main, file);
  }
  return openAlone(file, schema);
}

/** As often as it is interrupted, begun anew: what has been copied already is left alone, and nothing goes before all is there. */
function move(main: DatabaseSync, file: string): void {
  main.prepare('ATTACH DATABASE ? AS logs').run(file);
  inTransaction(main, () => {
    for (const table of tables) main.exec(`INSERT OR IGNORE INTO logs.${table} SELECT * FROM main.${table}`);
    main.exec(`INSERT OR IGNORE INTO logs.settings SELECT * FROM main.settings WHERE name = '${journalSetting}'`);
  });
  main.exec('DETACH DATABASE logs');
  inTransaction(main, () => {
    for (const table of tables.toReversed()) main.exec(`DROP TABLE ${table}`);
    main.exec(`DELETE FROM settings WHERE name = '${journalSetting}'`);
  });
}
