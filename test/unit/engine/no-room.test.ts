// What has no room on the disk: SQLite is given as few pages as it has, which it takes for a disk that is full.
import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { FunctionMetrics } from '../../../src/engine/metrics/function-metrics.ts';
import { minuteMs } from '../../../src/engine/metrics/meter.ts';
import { isNoRoom } from '../../../src/engine/no-room.ts';
import { inTransaction, openDatabase } from '../../../src/engine/store/database.ts';
import { openLogDatabase } from '../../../src/engine/store/log-database.ts';
import { rowsAtOnce } from '../../../src/engine/store/log-inserter.ts';
import { LogStore } from '../../../src/engine/store/log-store.ts';
import { MetricStore } from '../../../src/engine/store/metric-store.ts';
import { scratch } from '../package/scratch.ts';

const group = '/aws/lambda/f';
const text = 'x'.repeat(5000);

function fill(database: DatabaseSync): void {
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() ?? {};
  database.exec(`PRAGMA max_page_count = ${Number(pages)}`);
}
const makeRoom = (database: DatabaseSync): void => database.exec('PRAGMA max_page_count = 100000');

function openLogs(t: TestContext, folder: string): DatabaseSync {
  const main = openDatabase(folder);
  t.after(() => main.close());
  return openLogDatabase(folder, main);
}

const times = <T>(value: T, count: number): T[] => Array.from({ length: count }, () => value);

describe('without room on the disk', () => {
  it('log events wait, and are there in their order, each once, when there is room', async (t) => {
    const folder = scratch(t);
    const database = openLogs(t, folder);
    const faults: unknown[] = [];
    const journalFile = path.join(folder, 'logs.journal');
    using store = new LogStore(database, { journalFile, reportFault: (error) => faults.push(error) });
    const messages = (): string[] => store.events({ group, limit: 100 }).map(({ message }) => message.slice(0, 2));
    const append = (stream: string, name: string, count = 1): void =>
      store.append(group, stream, times({ timestamp: 1000, message: `${name}${text}` }, count));
    append('known', 'a1');
    assert.deepEqual(messages(), ['a1']);
    append('known', 'a2', rowsAtOnce);
    await turn();
    await turn(); // they are in the transaction, which is taken back
    fill(database);
    append('new', 'b1', rowsAtOnce);
    await turn();
    await turn();
    assert.ok(faults.length > 0 && faults.every(isNoRoom));
    assert.deepEqual(messages(), ['a1']);
    append('known', 'a3');
    assert.deepEqual(messages(), ['a1']);
    makeRoom(database);
    assert.deepEqual(messages(), ['a1', ...times('a2', rowsAtOnce), ...times('b1', rowsAtOnce), 'a3']);
    assert.deepEqual(store.streams(group).map(({ name }) => name), ['known', 'new']); // prettier-ignore
  });

  it('log events that wait are in the journal of an engine that is killed', (t) => {
    const folder = scratch(t);
    const journalFile = path.join(folder, 'logs.journal');
    const first = openLogs(t, folder);
    const store = new LogStore(first, { journalFile, reportFault: () => undefined });
    fill(first);
    store.append(group, 's', [{ timestamp: 1000, message: text }]);
    store.flush();
    first.close();
    store[Symbol.dispose](); // nothing more reaches the database
    const second = new DatabaseSync(path.join(folder, 'logs.sqlite'));
    using after = new LogStore(second, { journalFile, reportFault: assert.ifError });
    assert.equal(after.events({ group, limit: 9 }).length, 1);
  });

  it('metrics wait, and count once when there is room', (t) => {
    const database = openDatabase(scratch(t));
    t.after(() => database.close());
    const faults: unknown[] = [];
    const store = new MetricStore(database);
    const metrics = new FunctionMetrics(store, (error) => faults.push(error));
    const now = Math.floor(Date.now() / minuteMs);
    fill(database);
    for (let name = 0; name < 40; name += 1) {
      const meter = metrics.of(`arn:aws:lambda:us-east-1:000000000000:function:${'f'.repeat(100)}${name}`);
      meter.count('Throttles', 1, now * minuteMs);
    }
    metrics.flush();
    assert.ok(faults.length === 1 && faults.every(isNoRoom));
    makeRoom(database);
    metrics.flush();
    metrics.flush();
    const known = new MetricStore(database);
    assert.equal(known.series.length, 40);
    const samples = [...known.samples(known.series, 'Throttles', now, now + 1)];
    assert.deepEqual(samples.map(({ samples: { sum } }) => sum), Array.from({ length: 40 }, () => 1)); // prettier-ignore
  });

  it('a transaction is taken back as a whole, and the next one goes on', (t) => {
    const database = openDatabase(scratch(t));
    t.after(() => database.close());
    const insert = database.prepare('INSERT INTO settings (name, value) VALUES (?, ?)');
    fill(database);
    assert.throws(
      () => inTransaction(database, () => ['a', 'b'].forEach((name) => insert.run(name, text))),
      (error) => isNoRoom(error),
    );
    makeRoom(database);
    inTransaction(database, () => void insert.run('c', ''));
    const names = database.prepare('SELECT name FROM settings').all().map(({ name }) => name); // prettier-ignore
    assert.deepEqual(names, ['c']);
  });
});
