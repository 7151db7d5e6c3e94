import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { JournalEvent } from './log-journal.ts';

export interface StoredLogEvent extends JournalEvent {
  readonly id: number;
  readonly ingested: number;
}

interface StreamIds {
  readonly groupId: number;
  readonly streamId: number;
}

/** In one statement: half the time of as many statements. */
export const rowsAtOnce = 16;

/** Log events into the database, in transactions of its owner; their groups and streams are made where there are none. */
export class LogInserter {
  readonly #database: DatabaseSync;
  readonly #one: StatementSync;
  readonly #some: StatementSync;
  readonly #touch: StatementSync;
  /** Of the events of streams that have not been noted there yet, by the streams' ids. */
  readonly #spans = new Map<number, { first: number; last: number }>();
  readonly #streamIds = new Map<string, StreamIds>();
  /** Most events are of the same stream as the one before. */
  #latest: { readonly group: string; readonly stream: string; readonly ids: StreamIds } | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const rows = (count: number): StatementSync =>
      database.prepare(
        `INSERT INTO log_events (group_id, stream_id, timestamp, ingested, message) VALUES ${Array.from({ length: count }, () => '(?, ?, ?, ?, ?)').join(', ')}`,
      );
    this.#one = rows(1);
    this.#some = rows(rowsAtOnce);
    this.#touch = database.prepare(
      `UPDATE log_streams SET first_event = min(coalesce(first_event, ?1), ?1), last_event = max(coalesce(last_event, ?2), ?2),
       last_ingestion = ?3 WHERE id = ?4`,
    );
  }

  /** Tells what is stored where that is asked for. */
  insert(batch: readonly JournalEvent[], isAsked: boolean): StoredLogEvent[] {
    const ingested = Date.now();
    const stored: StoredLogEvent[] = [];
    const values: SQLInputValue[] = [];
    let from = 0;
    const run = (until: number): void => {
      const statement = until - from === rowsAtOnce ? this.#some : this.#one;
      const last = Number(statement.run(...values).lastInsertRowid);
      values.length = 0;
      for (; from < until; from += 1) {
        const event = batch[from];
        // Rows of one statement get ids in a row.
        if (isAsked && event) stored.push({ ...event, id: last - (until - from) + 1, ingested });
      }
    };
    for (const [at, { group, stream, timestamp, message }] of batch.entries()) {
      const { groupId, streamId } = this.#idsOf(group, stream);
      values.push(groupId, streamId, timestamp, ingested, message);
      if (batch.length - from < rowsAtOnce || at - from === rowsAtOnce - 1) run(at + 1);
      const span = this.#spans.get(streamId);
      if (!span) this.#spans.set(streamId, { first: timestamp, last: timestamp });
      else if (timestamp < span.first) span.first = timestamp;
      else if (timestamp > span.last) span.last = timestamp;
    }
    return stored;
  }

  /** Notes of the streams what has been inserted; the last that a transaction needs. */
  finish(): void {
    const ingested = Date.now();
    for (const [streamId, { first, last }] of this.#spans) this.#touch.run(first, last, ingested, streamId);
    this.#spans.clear();
  }

  /** What is of a transaction that was taken back. */
  forget(): void {
    this.#spans.clear();
    this.#streamIds.clear();
    this.#latest = undefined;
  }

  #idsOf(group: string, stream: string): StreamIds {
    if (this.#latest?.group === group && this.#latest.stream === stream) return this.#latest.ids;
    const key = `${group}\n${stream}`;
    const known = this.#streamIds.get(key);
    if (known) {
      this.#latest = { group, stream, ids: known };
      return known;
    }
    const now = Date.now();
    const idOf = (sql: string, ...values: SQLInputValue[]): number =>
      Number(this.#database.prepare(sql).get(...values)?.['id']);
    this.#database
      .prepare('INSERT INTO log_groups (name, created) VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(group, now);
    const groupId = idOf('SELECT id FROM log_groups WHERE name = ?', group);
    this.#database
      .prepare('INSERT INTO log_streams (group_id, name, created) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(groupId, stream, now);
    const ids = {
      groupId,
      streamId: idOf('SELECT id FROM log_streams WHERE group_id = ? AND name = ?', groupId, stream),
    };
    if (this.#streamIds.size > 10_000) this.#streamIds.clear();
    this.#streamIds.set(key, ids);
    return ids;
  }
}
