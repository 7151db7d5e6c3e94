import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from './database.ts';

/** An asynchronous event from the moment it is accepted until it has been handled or given up. */
export interface AsyncEvent {
  readonly id: number;
  readonly requestId: string;
  readonly functionName: string;
  /** As it was asked for; absent: the function as it is. */
  readonly qualifier?: string | undefined;
  readonly payload: Buffer;
  readonly clientContext: string | undefined;
  /** The trace header of all its attempts. */
  readonly traceId: string;
  /** Milliseconds since the epoch, as `due`. */
  readonly accepted: number;
  /** Invocations so far. */
  readonly attempts: number;
  readonly due: number;
}

export type NewEvent = Omit<AsyncEvent, 'id' | 'attempts'>;

export class EventStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #delete: StatementSync;
  readonly #all: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(
      'INSERT INTO async_events (request_id, function_name, payload, client_context, trace_id, accepted, due, qualifier) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#update = database.prepare('UPDATE async_events SET attempts = ?, due = ? WHERE id = ?');
    this.#delete = database.prepare('DELETE FROM async_events WHERE id = ?');
    this.#all = database.prepare('SELECT * FROM async_events ORDER BY due, id');
  }

  /** On disk when this returns. */
  add(event: NewEvent): AsyncEvent {
    const { lastInsertRowid } = this.#insert.run(
      event.requestId,
      event.functionName,
      event.payload,
      event.clientContext ?? null,
      event.traceId,
      event.accepted,
      event.due,
      event.qualifier ?? null,
    );
    return { ...event, id: Number(lastInsertRowid), attempts: 0 };
  }

  reschedule(event: AsyncEvent): void {
    this.#update.run(event.attempts, event.due, event.id);
  }

  /** Removes a handled event and adds those that follow from it, all or none. */
  finish(event: AsyncEvent, following: readonly NewEvent[] = []): AsyncEvent[] {
    let added: AsyncEvent[] = [];
    inTransaction(this.#database, () => {
      this.#delete.run(event.id);
      added = following.map((next) => this.add(next));
    });
    return added;
  }

  all(): AsyncEvent[] {
    return this.#all.all().map((row) => ({
      id: Number(row['id']),
      requestId: String(row['request_id']),
      functionName: String(row['function_name']),
      qualifier: row['qualifier'] === null ? undefined : String(row['qualifier']),
      payload: Buffer.from(row['payload'] instanceof Uint8Array ? row['payload'] : []),
      clientContext: row['client_context'] === null ? undefined : String(row['client_context']),
      traceId: String(row['trace_id'] ?? ''),
      accepted: Number(row['accepted']),
      attempts: Number(row['attempts']),
      due: Number(row['due']),
    }));
  }
}
