// What the engine remembers: functions, metrics and accepted asynchronous events in one SQLite database, log events in another
// (log-database.ts), code on disk by its SHA-256.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isNoRoom } from '../no-room.ts';
import { settingsTable } from './settings.ts';

export class DataDirectoryInUse extends Error {}

const schema = `
${settingsTable}
CREATE TABLE IF NOT EXISTS functions (name TEXT PRIMARY KEY, configuration TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS function_versions (
  name TEXT NOT NULL, version INTEGER NOT NULL, configuration TEXT NOT NULL, PRIMARY KEY (name, version)
) STRICT;
CREATE TABLE IF NOT EXISTS version_numbers (name TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS async_events (
  id INTEGER PRIMARY KEY, request_id TEXT NOT NULL, function_name TEXT NOT NULL, payload BLOB NOT NULL, client_context TEXT,
  accepted INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS async_events_by_due ON async_events (due);
CREATE TABLE IF NOT EXISTS function_resources (
  kind TEXT NOT NULL, function_name TEXT NOT NULL, qualifier TEXT NOT NULL, document TEXT NOT NULL,
  PRIMARY KEY (kind, function_name, qualifier)
) STRICT;
CREATE TABLE IF NOT EXISTS metric_series (
  id INTEGER PRIMARY KEY, function_name TEXT NOT NULL, resource TEXT NOT NULL, executed_version TEXT NOT NULL, last TEXT NOT NULL,
  UNIQUE (function_name, resource, executed_version)
) STRICT;
CREATE TABLE IF NOT EXISTS metric_minutes (
  id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL, minute INTEGER NOT NULL, samples TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS metric_minutes_by_series ON metric_minutes (series_id, minute);
CREATE INDEX IF NOT EXISTS metric_minutes_by_minute ON metric_minutes (minute);
CREATE TABLE IF NOT EXISTS layer_versions (
  name TEXT NOT NULL, version INTEGER NOT NULL, document TEXT, PRIMARY KEY (name, version)
) STRICT;
`;

/** 64 MB. A checkpoint waits for the disk, which no invocation is to do: it is made when there is a pause, and else only now and then. */
const mostWalPages = 16_384;

/** Moves what has been committed to its place in the database, as far as there is room for it. */
export function checkpoint(database: DatabaseSync): void {
  try {
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch (error) {
    if (!isNoRoom(error)) throw error;
  }
}

/**
 * Opens the engine's database for this process alone; the lock goes with the process, however it ends.
 * Throws DataDirectoryInUse while another engine holds it.
 */
export function openDatabase(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = openAlone(path.join(directory, 'engine.sqlite'), schema);
  addColumn(database, 'async_events', 'trace_id TEXT');
  addColumn(database, 'async_events', 'qualifier TEXT');
  return database;
}

/** Opens a database of the engine for this process alone, with its tables. Throws DataDirectoryInUse. */
export function openAlone(file: string, tables: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec(
      `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
       PRAGMA wal_autocheckpoint = ${mostWalPages};`,
    );
    database.exec('BEGIN IMMEDIATE; COMMIT;');
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/i.test(error.message))
      throw new DataDirectoryInUse(path.dirname(file), { cause: error });
    throw error;
  }
  database.exec(tables);
  return database;
}

/** To a table of an earlier release; a table that has it is left alone. */
function addColumn(database: DatabaseSync, table: string, column: string): void {
  const columns = database.prepare(`PRAGMA table_info(${table})`).all();
  if (columns.every(({ name }) => name !== column.split(' ')[0])) {
    database.exec(`ALTER TABLE ${table} ADD COLUMN ${column}`);
  }
}

/** Runs `work` in one transaction. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    takeBack(database);
    throw error;
  }
}

/** A transaction that has failed. */
export function takeBack(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK');
  } catch {
    // with no room left SQLite has taken it back already
  }
}
