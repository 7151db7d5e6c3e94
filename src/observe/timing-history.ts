import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { compareMedians, type MedianChange } from './compare-medians.ts';
import type { FunctionHistory, HistoryGroup, TimeFigures } from './function-history.ts';
import { quantile } from './quantile.ts';
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

const keptPerFunction = 5000;
const keptDeployments = 200;
const shownGroups = 20;
/** The newest of each: enough for a narrow interval, and few enough to be compared while somebody waits. */
const mostCompared = 300;

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
`;

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
  }

  /** Keeps invocations that have ended; those that are kept already stay as they are. */
  record({ target, functionName }: HistoryKey, invocations: readonly InvocationTiming[]): void {
    const ended = invocations.filter(
      ({ durationMs, coldStart }) => durationMs !== undefined && coldStart !== undefined,
    );
    if (ended.length === 0) return;
    const insert = this.#database.prepare('INSERT OR IGNORE INTO timings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#inTransaction(() => {
      for (const timing of ended) {
        const { startedAt, requestId, version = '$LATEST', status, coldStart, memorySizeMB, maxMemoryUsedMB } = timing;
        const total = (timing.initDurationMs ?? timing.restoreDurationMs ?? 0) + (timing.durationMs ?? 0);
        const failed = status === 'error' || status === 'timeout';
        const flags = [Number(failed), Number(coldStart)] as const;
        const memory = [memorySizeMB ?? null, maxMemoryUsedMB ?? null] as const;
        insert.run(target, functionName, Math.round(startedAt), requestId, version, ...flags, total, ...memory);
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

  /** The function of a target that an invocation is kept of, and its start, ms since the epoch. */
  find({ target, requestId }: { target: string; requestId: string }): KeptInvocation | undefined {
    const row = this.#database
      .prepare(
        'SELECT function, started FROM timings WHERE request_id = ? AND target = ? ORDER BY started DESC LIMIT 1',
      )
      .get(requestId, target);
    return row && { functionName: String(row['function']), at: Number(row['started']) };
  }

  read(key: HistoryKey): FunctionHistory {
    const groups = this.#groups(key);
    const [newest, before] = groups;
    const change = (kind: 'cold' | 'warm'): MedianChange | undefined =>
      newest &&
      before &&
      compareMedians(before.totals[kind].slice(-mostCompared), newest.totals[kind].slice(-mostCompared));
    const [cold, warm] = [change('cold'), change('warm')];
    return {
      groups: groups.slice(0, shownGroups).map(({ group }) => group),
      change: { ...(cold && { cold }), ...(warm && { warm }) },
    };
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }

  #groups({ target, functionName }: HistoryKey): GroupWithTotals[] {
    // A version's code never changes, so that only $LATEST is divided by what was deployed.
    const rows = this.#database
      .prepare(
        `SELECT t.started, t.version, t.failed, t.cold, t.total, t.memory, t.used, d.at, d.code
         FROM timings t LEFT JOIN deployments d ON t.version = '$LATEST' AND d.target = t.target AND d.function = t.function
           AND d.at = (SELECT max(at) FROM deployments
                       WHERE target = t.target AND function = t.function AND at <= t.started)
         WHERE t.target = ? AND t.function = ? ORDER BY t.started`,
      )
      .all(target, functionName);
    const byKey = Map.groupBy(rows, ({ version, at, memory }) => `${String(version)} ${String(at)} ${String(memory)}`);
    return [...byKey.values()].map(groupOf).sort((a, b) => b.group.lastAt - a.group.lastAt);
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

type Row = Record<string, unknown>;

interface GroupWithTotals {
  readonly group: HistoryGroup;
  /** ms */
  readonly totals: { readonly cold: readonly number[]; readonly warm: readonly number[] };
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** Of rows in the order of time, at least one. */
function groupOf(rows: readonly Row[]): GroupWithTotals {
  const newest = rows.at(-1) ?? {};
  const times = (isCold: 0 | 1): number[] =>
    rows.flatMap(({ cold, total }) => (cold === isCold ? (numberOf(total) ?? []) : []));
  const totals = { cold: times(1), warm: times(0) };
  const [cold, warm] = [figuresOf(totals.cold), figuresOf(totals.warm)];
  const deployedAt = numberOf(newest['at']);
  const memorySizeMB = numberOf(newest['memory']);
  const used = rows.flatMap((row) => numberOf(row['used']) ?? []);
  const group = {
    version: String(newest['version']),
    ...(deployedAt !== undefined && { deployedAt, codeSha256: String(newest['code']) }),
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    firstAt: numberOf(rows[0]?.['started']) ?? 0,
    lastAt: numberOf(newest['started']) ?? 0,
    invocations: rows.length,
    failed: rows.filter(({ failed }) => failed === 1).length,
    ...(used.length > 0 && { maxMemoryUsedMB: Math.max(...used) }),
    ...(cold && { cold }),
    ...(warm && { warm }),
  };
  return { group, totals };
}

function figuresOf(values: readonly number[]): TimeFigures | undefined {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => quantile(values, share));
  return p50 === undefined || p90 === undefined || p99 === undefined
    ? undefined
    : { count: values.length, p50, p90, p99 };
}
