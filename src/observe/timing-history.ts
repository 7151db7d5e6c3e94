import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Architecture } from './cost.ts';
import type { ComparisonChoice, FunctionHistory } from './function-history.ts';
import { historyOf, type PlacedTiming } from './history-groups.ts';
import type { InvocationTiming } from './timing.ts';

/** A function on a target, by the name that the target has for people. */
export interface HistoryKey {
  readonly target: string;
  readonly functionName: string;
}

export interface KeptInvocation {
  readonly functionName: string;
  readonly at: number;
}

/** How a version of a function is set up from a time on, as far as timings and cost depend on it. */
export interface KeptConfiguration {
  /** As in the log: `$LATEST` or a number. */
  readonly version: string;
  /** ms since the epoch */
  readonly since: number;
  readonly architecture?: Architecture | undefined;
  readonly ephemeralStorageMB?: number | undefined;
}

const keptPerFunction = 5000;
const keptDeployments = 200;

const schema = `
CREATE TABLE IF NOT EXISTS timings (
  target TEXT NOT NULL, function TEXT NOT NULL, started INTEGER NOT NULL, request_id TEXT NOT NULL,
  version TEXT NOT NULL, failed INTEGER NOT NULL, cold INTEGER NOT NULL, total REAL NOT NULL, memory INTEGER, used INTEGER,
  PRIMARY KEY (target, function, started, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS timings_by_request ON timings (request_id);
CREATE TABLE IF NOT EXISTS deployments (
  target TEXT NOT NULL, function TEXT NOT NULL, at INTEGER NOT NULL, code TEXT NOT NULL,
  PRIMARY KEY (target, function, at)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS configurations (
  target TEXT NOT NULL, function TEXT NOT NULL, version TEXT NOT NULL, at INTEGER NOT NULL, architecture TEXT, storage INTEGER,
  PRIMARY KEY (target, function, version, at)
) STRICT, WITHOUT ROWID;
`;

/** Columns that files of the first versions have not. */
const laterColumns = [
  ['billed', 'REAL'],
  // 1: its time is that of the request, as the log itself has not been read.
  ['tail', 'INTEGER NOT NULL DEFAULT 0'],
] as const;

/** `log`: what a log says; `tail`: what came back with a response, without the time at which Lambda began. */
export type TimingSource = 'log' | 'tail';

/**
 * The timings of functions over days and deployments, in a file: the newest 5,000 invocations of each function. Several windows may
 * have it open.
 */
export class TimingHistory implements Disposable {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#database = new DatabaseSync(file);
    this.#database.exec(
      `PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${schema}`,
    );
    this.#inTransaction(() => {
      const columns = new Set(
        this.#database
          .prepare('PRAGMA table_info(timings)')
          .all()
          .map(({ name }) => name),
      );
      for (const [name, type] of laterColumns)
        if (!columns.has(name)) this.#database.exec(`ALTER TABLE timings ADD COLUMN ${name} ${type}`);
    });
  }

  /**
   * Keeps invocations that have ended; those that are kept already stay as they are. One that is kept from a response is kept once: what the
   * log says of it takes its place.
   */
  record(
    { target, functionName }: HistoryKey,
    invocations: readonly InvocationTiming[],
    source: TimingSource = 'log',
  ): void {
    const ended = invocations.filter(
      ({ durationMs, coldStart }) => durationMs !== undefined && coldStart !== undefined,
    );
    if (ended.length === 0) return;
    const isTail = source === 'tail';
    const known = this.#database.prepare(
      'SELECT 1 FROM timings WHERE request_id = ? AND target = ? AND function = ? LIMIT 1',
    );
    const replaced = this.#database.prepare(
      'DELETE FROM timings WHERE request_id = ? AND target = ? AND function = ? AND tail = 1',
    );
    const insert = this.#database.prepare(
      `INSERT OR IGNORE INTO timings (target, function, started, request_id, version, failed, cold, total, memory, used, billed, tail)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#inTransaction(() => {
      for (const timing of ended) {
        const { startedAt, requestId, version = '$LATEST', status, coldStart, memorySizeMB, maxMemoryUsedMB } = timing;
        const id = [requestId, target, functionName] as const;
        if (!isTail) replaced.run(...id);
        else if (known.get(...id)) continue;
        const total = (timing.initDurationMs ?? timing.restoreDurationMs ?? 0) + (timing.durationMs ?? 0);
        const flags = [Number(status === 'error' || status === 'timeout'), Number(coldStart)] as const;
        const figures = [
          total,
          memorySizeMB ?? null,
          maxMemoryUsedMB ?? null,
          timing.billedDurationMs ?? null,
        ] as const;
        insert.run(
          target,
          functionName,
          Math.round(startedAt),
          requestId,
          version,
          ...flags,
          ...figures,
          Number(isTail),
        );
      }
      this.#forget('timings', 'started', keptPerFunction, { target, functionName });
    });
  }

  /** Notes that the function has other code from now on. */
  deployed({ target, functionName }: HistoryKey, { at, codeSha256 }: { at: number; codeSha256: string }): void {
    const insert = this.#database.prepare('INSERT OR REPLACE INTO deployments VALUES (?, ?, ?, ?)');
    this.#inTransaction(() => {
      insert.run(target, functionName, Math.round(at), codeSha256);
      this.#forget('deployments', 'at', keptDeployments, { target, functionName });
    });
  }

  /** Notes how a version is set up: timings from then on, until another is noted, are of that architecture. */
  configured({ target, functionName }: HistoryKey, configuration: KeptConfiguration): void {
    const { version, since, architecture = null, ephemeralStorageMB = null } = configuration;
    const insert = this.#database.prepare('INSERT OR REPLACE INTO configurations VALUES (?, ?, ?, ?, ?, ?)');
    this.#inTransaction(() => {
      insert.run(target, functionName, version, Math.round(since), architecture, ephemeralStorageMB);
      this.#forget('configurations', 'at', keptDeployments, { target, functionName });
    });
  }

  /** The function of a target that an invocation is kept of, and its start, ms since the epoch. */
  find({ target, requestId }: { target: string; requestId: string }): KeptInvocation | undefined {
    const row = this.#database
      .prepare(
        'SELECT function, started FROM timings WHERE request_id = ? AND target = ? ORDER BY started DESC LIMIT 1',
      )
      .get(requestId, target);
    return row && { functionName: String(row['function']), at: Number(row['started']) };
  }

  /** The groups of a function's timings and, with a choice, two of them side by side. */
  read(key: HistoryKey, choice?: ComparisonChoice): FunctionHistory {
    return historyOf(this.#timings(key), choice);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  /** In the order of time. */
  #timings({ target, functionName }: HistoryKey): PlacedTiming[] {
    return this.#database
      .prepare(
        `SELECT t.started, t.version, t.failed, t.cold, t.total, t.memory, t.used, t.billed, d.at, d.code, c.architecture, c.storage
         FROM timings t
         LEFT JOIN deployments d ON t.version = '$LATEST' AND d.target = t.target AND d.function = t.function
           AND d.at = (SELECT max(at) FROM deployments
                       WHERE target = t.target AND function = t.function AND at <= t.started)
         LEFT JOIN configurations c ON c.target = t.target AND c.function = t.function AND c.version = t.version
           AND c.at = (SELECT max(at) FROM configurations
                       WHERE target = t.target AND function = t.function AND version = t.version AND at <= t.started)
         WHERE t.target = ? AND t.function = ? ORDER BY t.started`,
      )
      .all(target, functionName)
      .map(timingOf);
  }

  #inTransaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #forget(table: string, column: string, kept: number, { target, functionName }: HistoryKey): void {
    this.#database
      .prepare(
        `DELETE FROM ${table} WHERE target = ?1 AND function = ?2 AND ${column} <=
         (SELECT ${column} FROM ${table} WHERE target = ?1 AND function = ?2 ORDER BY ${column} DESC LIMIT 1 OFFSET ${kept})`,
      )
      .run(target, functionName);
  }
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function timingOf(row: Record<string, unknown>): PlacedTiming {
  const [deployedAt, memorySizeMB, maxMemoryUsedMB] = [row['at'], row['memory'], row['used']].map(numberOf);
  const [billedMs, ephemeralStorageMB] = [row['billed'], row['storage']].map(numberOf);
  const { architecture } = row;
  return {
    at: numberOf(row['started']) ?? 0,
    version: String(row['version']),
    failed: row['failed'] === 1,
    cold: row['cold'] === 1,
    totalMs: numberOf(row['total']) ?? 0,
    ...(deployedAt !== undefined && { deployedAt, codeSha256: String(row['code']) }),
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    ...(maxMemoryUsedMB !== undefined && { maxMemoryUsedMB }),
    ...(billedMs !== undefined && { billedMs }),
    ...((architecture === 'x86_64' || architecture === 'arm64') && { architecture }),
    ...(ephemeralStorageMB !== undefined && { ephemeralStorageMB }),
  };
}
