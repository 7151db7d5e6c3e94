import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { minuteMs, seriesName, type Minute, type SeriesKey } from '../metrics/meter.ts';
import type { MetricName, SamplesDocument } from '../metrics/samples.ts';
import { isNoRoom } from '../no-room.ts';
import { inTransaction } from './database.ts';

/** As long as CloudWatch keeps minutes. */
export const keptMs = 15 * 24 * 60 * minuteMs;
const forgetEveryMs = 60 * minuteMs;

export interface Series extends SeriesKey {
  readonly id: number;
  /** Its metrics, with the last minute that has a sample of them. */
  readonly last: Readonly<Partial<Record<MetricName, number>>>;
}

/** Metrics by the minute, of the last 15 days. */
export class MetricStore {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #name: StatementSync;
  readonly #series = new Map<string, Series>();
  #forgetAt = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare('INSERT INTO metric_minutes (series_id, minute, samples) VALUES (?, ?, ?)');
    this.#update = database.prepare('UPDATE metric_minutes SET samples = ? WHERE id = ?');
    this.#name = database.prepare(
      `INSERT INTO metric_series (function_name, resource, executed_version, last) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET last = excluded.last RETURNING id`,
    );
    for (const row of database.prepare('SELECT * FROM metric_series').all()) {
      const series: Series = {
        id: Number(row['id']),
        functionName: String(row['function_name']),
        resource: String(row['resource']),
        executedVersion: String(row['executed_version']),
        last: JSON.parse(String(row['last'])),
      };
      this.#series.set(seriesName(series), series);
    }
  }

  /** Every series that there was in the last 15 days. */
  get series(): readonly Series[] {
    this.#forget();
    return [...this.#series.values()];
  }

  /** Writes what minutes have by now, in place of what they had: all, or none, and throws. */
  save(minutes: readonly Minute[]): void {
    const series = new Map(this.#series);
    const isNew = minutes.filter(({ row }) => row === undefined);
    try {
      inTransaction(this.#database, () => {
        for (const minute of minutes) this.#save(minute);
      });
    } catch (error) {
      this.#series.clear();
      for (const [name, each] of series) this.#series.set(name, each);
      for (const minute of isNew) minute.row = undefined;
      throw error;
    }
    this.#forget();
  }

  /** Samples of a metric by their minutes since the epoch, from the first to before the second. */
  *samples(
    series: readonly Series[],
    name: MetricName,
    from: number,
    before: number,
  ): Generator<{ readonly minute: number; readonly samples: SamplesDocument }> {
    const select = this.#database.prepare(
      `SELECT minute, samples -> ?1 AS its FROM metric_minutes WHERE series_id = ?2 AND minute >= ?3 AND minute < ?4`,
    );
    for (const { id } of series) {
      for (const { minute, its } of select.iterate(`$.${name}`, id, from, before))
        if (its !== null) yield { minute: Number(minute), samples: JSON.parse(String(its)) };
    }
  }

  #save(minute: Minute): void {
    const series = this.#seriesOf(minute);
    const document = JSON.stringify(Object.fromEntries(minute.samples));
    if (minute.row === undefined)
      minute.row = Number(this.#insert.run(series.id, minute.minute, document).lastInsertRowid);
    else this.#update.run(document, minute.row);
  }

  #seriesOf({ key, minute, samples }: Minute): Series {
    const known = this.#series.get(seriesName(key));
    const last = { ...known?.last };
    for (const name of samples.keys()) last[name] = Math.max(minute, last[name] ?? 0);
    if (known && JSON.stringify(known.last) === JSON.stringify(last)) return known;
    const row = this.#name.get(key.functionName, key.resource, key.executedVersion, JSON.stringify(last));
    const series = { ...key, id: Number(row?.['id']), last };
    this.#series.set(seriesName(key), series);
    return series;
  }

  /** What is too old, once an hour. */
  #forget(): void {
    if (Date.now() < this.#forgetAt) return;
    this.#forgetAt = Date.now() + forgetEveryMs;
    const before = Math.floor((Date.now() - keptMs) / minuteMs);
    try {
      this.#database.prepare('DELETE FROM metric_minutes WHERE minute < ?').run(before);
      for (const [name, { id, last }] of this.#series) {
        if (Math.max(...Object.values(last)) >= before) continue;
        this.#database.prepare('DELETE FROM metric_series WHERE id = ?').run(id);
        this.#series.delete(name);
      }
    } catch (error) {
      if (!isNoRoom(error)) throw error; // else in an hour
    }
  }
}
