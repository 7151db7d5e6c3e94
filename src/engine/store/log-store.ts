import { EventEmitter } from 'node:events';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { checkpoint, takeBack } from './database.ts';
import { journalSetting } from './log-database.ts';
import { LogInserter, rowsAtOnce, type StoredLogEvent } from './log-inserter.ts';
import { LogJournal, type JournalEvent } from './log-journal.ts';
import { Settings } from './settings.ts';

export interface NewLogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

export type { StoredLogEvent };

export interface LogStreamRow {
  readonly id: number;
  readonly name: string;
  readonly created: number;
  readonly firstEvent: number | undefined;
  readonly lastEvent: number | undefined;
  readonly lastIngestion: number | undefined;
}

export interface LogQuery {
  readonly group: string;
  readonly streams?: readonly number[];
  /** Inclusive, ms. */
  readonly from?: number;
  /** Inclusive, ms. */
  readonly to?: number;
  /** Texts that the message has, all of them. */
  readonly containing?: readonly string[];
  /** Position after which to go on: (timestamp, id) of the last event seen. */
  readonly after?: { readonly timestamp: number; readonly id: number };
  readonly backwards?: boolean;
  readonly limit: number;
}

/** To commit costs as much for a hundred events as for one; whoever follows a log does not notice this. */
const commitAfterMs = 10;
/** Without a log event, after which there is time for a checkpoint. */
const pauseMs = 1000;
/** After what could not be written for lack of room is tried again. */
const againAfterMs = 1000;
/** What may wait for room in memory, in characters. */
const mostWaiting = 64_000_000;
/** What the database has may stay in the journal until then, or until a pause. */
const mostJournalBytes = 262_144;

export interface LogStoreOptions {
  readonly journalFile: string;
  readonly reportFault: (error: unknown) => void;
  /** Called when no log event has come for a moment: what waits for the disk has time now. */
  readonly inPause?: () => void;
}

/**
 * Log groups, streams and events. What comes in one turn of the event loop goes to the journal together, from where it survives a
 * killed engine, and into a transaction, which is committed a little later, or before anything is read: a hundred rows at once would
 * have an invocation wait for them. Where there is no room for them, they wait in memory.
 */
export class LogStore implements Disposable {
  /** 'events' (StoredLogEvent[]): what has just been committed. */
  readonly committed = new EventEmitter<{ events: [readonly StoredLogEvent[]] }>();
  readonly #database: DatabaseSync;
  readonly #inserter: LogInserter;
  readonly #settings: Settings;
  readonly #journal: LogJournal;
  readonly #reportFault: LogStoreOptions['reportFault'];
  readonly #inPause: LogStoreOptions['inPause'];
  /** For room, which there was none of when it was tried last. */
  #isWaiting = false;
  #lost: (JournalEvent & { count: number }) | undefined;
  /** Not in the journal yet. */
  #new: JournalEvent[] = [];
  /** In the journal, and not committed to the database. */
  #journaled: JournalEvent[] = [];
  /** So many of them are in the transaction that is open; with none, none is open. */
  #inserted = 0;
  #stored: StoredLogEvent[] = [];
  #scheduled = false;
  #commitSoon: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;

  /** `database`: of log events; it is the store's from now on. */
  constructor(database: DatabaseSync, { journalFile, reportFault, inPause }: LogStoreOptions) {
    this.#database = database;
    this.#reportFault = reportFault;
    this.#inPause = inPause;
    this.#settings = new Settings(database);
    this.#journal = new LogJournal(journalFile, Number(this.#settings.get(journalSetting) ?? 0));
    this.committed.setMaxListeners(0);
    this.#inserter = new LogInserter(database);
    this.#journaled = this.#journal.left.map(({ event }) => event);
    this.flush();
  }

  [Symbol.dispose](): void {
    this.flush();
    if (this.#journaled.length === 0) this.#journal.clear();
    clearTimeout(this.#commitSoon);
    clearTimeout(this.#pause);
    this.#journal[Symbol.dispose]();
    if (this.#database.isOpen) this.#database.close();
  }

  /** Keeps events; when this turn of the event loop ends they are where the end of this process does not reach them. */
  append(group: string, stream: string, events: readonly NewLogEvent[]): void {
    for (const { timestamp, message } of events) this.#new.push({ group, stream, timestamp, message });
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#writeJournal();
      if (this.#journaled.length - this.#inserted >= rowsAtOnce && !this.#isWaiting) this.#tryTo(() => this.#insert());
    });
  }

  #writeJournal(): void {
    if (this.#new.length === 0) return;
    try {
      this.#journal.write(this.#new);
    } catch (error) {
      this.#wait(error);
      return;
    }
    for (const event of this.#new) this.#journaled.push(event); // more, perhaps, than a call takes arguments
    this.#new = [];
    this.#commitSoon ??= setTimeout(() => this.flush(), commitAfterMs);
    if (!this.#lost) return;
    const { count, ...first } = this.#lost;
    this.#lost = undefined;
    this.append(first.group, first.stream, [{ timestamp: first.timestamp, message: `The disk of the local Lambda had no room: from here on ${count} log events were not kept.\n` }]); // prettier-ignore
  }

  /** For room: what is here stays here meanwhile, up to a limit. */
  #wait(error: unknown): void {
    if (!this.#isWaiting) this.#reportFault(error);
    this.#isWaiting = true;
    const kept: JournalEvent[] = [];
    let characters = 0;
    for (const event of this.#new) {
      characters += event.message.length;
      if (characters < mostWaiting) kept.push(event);
      else if (this.#lost) this.#lost.count += 1;
      else this.#lost = { ...event, count: 1 };
    }
    this.#new = kept;
    clearTimeout(this.#commitSoon);
    this.#commitSoon = setTimeout(() => this.flush(), againAfterMs);
  }

  /** Takes everything into the database, as far as there is room for it. */
  flush(): void {
    this.#writeJournal();
    if (this.#journaled.length === 0 || !this.#tryTo(() => this.#commit())) return;
    if (this.#new.length === 0) {
      clearTimeout(this.#commitSoon);
      this.#commitSoon = undefined;
      this.#isWaiting = false;
    }
    const stored = this.#stored;
    this.#journaled = [];
    this.#inserted = 0;
    this.#stored = [];
    if (this.#journal.bytes > mostJournalBytes) this.#journal.clear();
    this.#pause ??= setTimeout(() => this.#rest(), pauseMs).unref();
    this.#pause.refresh();
    this.committed.emit('events', stored);
  }

  #insert(): void {
    if (this.#inserted === this.#journaled.length) return;
    if (this.#inserted === 0) this.#database.exec('BEGIN IMMEDIATE');
    const isAsked = this.committed.listenerCount('events') > 0;
    const stored = this.#inserter.insert(this.#journaled.slice(this.#inserted), isAsked);
    for (const event of stored) this.#stored.push(event);
    this.#inserted = this.#journaled.length;
  }

  #commit(): void {
    this.#insert();
    this.#inserter.finish();
    this.#settings.set(journalSetting, String(this.#journal.last));
    this.#database.exec('COMMIT');
  }

  /** Whether there was room for it. Else all that is not committed is to be inserted anew. */
  #tryTo(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      takeBack(this.#database);
      this.#inserted = 0;
      this.#stored = [];
      this.#inserter.forget();
      this.#wait(error);
      return false;
    }
  }

  #rest(): void {
    if (this.#journaled.length > 0) return; // the next commit begins another pause
    this.#journal.clear();
    checkpoint(this.#database);
    this.#inPause?.();
  }

  groups(
    prefix: string,
    pattern: string,
    after: string,
    limit: number,
  ): { name: string; created: number; bytes: number }[] {
    this.flush();
    return this.#database
      .prepare(
        `SELECT name, created, (SELECT coalesce(sum(length(message) + 26), 0) FROM log_events WHERE group_id = log_groups.id) AS bytes
         FROM log_groups WHERE substr(name, 1, length(?1)) = ?1 AND instr(name, ?2) > 0 AND name > ?3 ORDER BY name LIMIT ?4`,
      )
      .all(prefix, pattern, after, limit)
      .map((row) => ({ name: String(row['name']), created: Number(row['created']), bytes: Number(row['bytes']) }));
  }

  hasGroup(group: string): boolean {
    this.flush();
    return this.#database.prepare('SELECT 1 FROM log_groups WHERE name = ?').get(group) !== undefined;
  }

  streams(group: string): LogStreamRow[] {
    this.flush();
    const optional = (value: unknown): number | undefined => (value === null ? undefined : Number(value));
    return this.#database
      .prepare('SELECT s.* FROM log_streams s JOIN log_groups g ON g.id = s.group_id WHERE g.name = ? ORDER BY s.name')
      .all(group)
      .map((row) => ({
        id: Number(row['id']),
        name: String(row['name']),
        created: Number(row['created']),
        firstEvent: optional(row['first_event']),
        lastEvent: optional(row['last_event']),
        lastIngestion: optional(row['last_ingestion']),
      }));
  }

  /** Events in the order of their time, and of their arrival within the same millisecond. */
  events(query: LogQuery): StoredLogEvent[] {
    this.flush();
    const where = ['e.group_id = (SELECT id FROM log_groups WHERE name = ?)'];
    const values: SQLInputValue[] = [query.group];
    const add = (condition: string, ...items: SQLInputValue[]): void => {
      where.push(condition);
      values.push(...items);
    };
    if (query.streams) add(`e.stream_id IN (${query.streams.map(() => '?').join(',')})`, ...query.streams);
    if (query.from !== undefined) add('e.timestamp >= ?', query.from);
    if (query.to !== undefined) add('e.timestamp <= ?', query.to);
    for (const text of query.containing ?? []) add('instr(e.message, ?) > 0', text);
    const direction = query.backwards ? 'DESC' : 'ASC';
    if (query.after)
      add(`(e.timestamp, e.id) ${query.backwards ? '<' : '>'} (?, ?)`, query.after.timestamp, query.after.id);
    return this.#database
      .prepare(
        `SELECT e.id, e.timestamp, e.ingested, e.message, s.name AS stream FROM log_events e JOIN log_streams s ON s.id = e.stream_id
         WHERE ${where.join(' AND ')} ORDER BY e.timestamp ${direction}, e.id ${direction} LIMIT ?`,
      )
      .all(...values, query.limit)
      .map((row) => ({
        id: Number(row['id']),
        timestamp: Number(row['timestamp']),
        ingested: Number(row['ingested']),
        message: String(row['message']),
        group: query.group,
        stream: String(row['stream']),
      }));
  }
}
