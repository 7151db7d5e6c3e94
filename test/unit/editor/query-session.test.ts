import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInQueries } from '../../../src/editor/query/built-in-queries.ts';
import { QuerySession } from '../../../src/editor/query/query-session.ts';
import { SavedQueries } from '../../../src/editor/query/saved-queries.ts';
import type { QueryOptions, QueryResults } from '../../../src/observe/query-logs.ts';
import { Problem } from '../../../src/problem.ts';
import { isFromQueryPage, type ToQueryPage } from '../../../src/protocol/query.ts';

const results: QueryResults = { columns: ['a'], rows: [['1']], bytesScanned: 5, recordsScanned: 1, recordsMatched: 1 };

function memento(stored: unknown = []) {
  let value = stored;
  return {
    keys: () => [],
    get: <T>(_key: string, fallback?: T) => (value ?? fallback) as T, // as VS Code's own does
    update: (_key: string, next: unknown) => {
      value = next;
      return Promise.resolve();
    },
  };
}

function createStage(queryLogs: (options: QueryOptions) => Promise<QueryResults>) {
  const posted: ToQueryPage[] = [];
  const target = { label: 'AWS · eu-west-1' };
  const session = new QuerySession({
    functionNames: ['hello'],
    pipeline: { queryLogs },
    targets: { label: target.label, resolve: () => Promise.resolve(target) },
    saved: new SavedQueries(memento()),
    post: (message) => posted.push(message),
    onError: () => {},
  });
  return { session, posted };
}

const ask = { type: 'run', query: 'fields @message', time: { from: 1, to: 2 } } as const;
const statesOf = (posted: readonly ToQueryPage[]): string[] =>
  posted.map((message) => (message.type === 'results' ? message.state : message.type));

test('a query runs and is shown again to a page that comes back', async () => {
  const asked: QueryOptions[] = [];
  const { session, posted } = createStage((options) => {
    asked.push(options);
    options.onProgress?.({ ...results, rows: [] });
    return Promise.resolve(results);
  });
  await session.receive({ type: 'ready' });
  await session.receive(ask);
  assert.deepEqual([asked[0]?.from, asked[0]?.to, asked[0]?.functionNames], [1, 2, ['hello']]);
  assert.deepEqual(statesOf(posted), ['begin', 'running', 'running', 'complete']);
  posted.length = 0;
  await session.receive({ type: 'ready' });
  assert.deepEqual(posted[0], { type: 'begin', functionNames: ['hello'], target: 'AWS · eu-west-1', builtIn: builtInQueries, saved: [] }); // prettier-ignore
  assert.deepEqual(posted[1], { type: 'results', state: 'complete', table: results });
  posted.length = 0;
  session.restart();
  assert.deepEqual(statesOf(posted), ['begin']);
});

test('cancelling ends the query and keeps what had come; the next takes the place of one that runs', async () => {
  const signals: AbortSignal[] = [];
  const { session, posted } = createStage(({ signal, onProgress }) => {
    if (signal) signals.push(signal);
    onProgress?.(results);
    return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))); // prettier-ignore
  });
  const running = session.receive(ask);
  await new Promise(setImmediate);
  await session.receive({ type: 'cancel' });
  await running;
  assert.deepEqual(posted.at(-1), { type: 'results', state: 'cancelled', table: results });
  const second = session.receive(ask);
  await new Promise(setImmediate);
  const third = session.receive(ask);
  await second;
  assert.equal(signals[1]?.aborted, true);
  assert.notEqual(statesOf(posted).at(-1), 'cancelled');
  session.dispose();
  await third;
});

test('a target without Insights is told apart from a query that failed', async () => {
  const codes = ['InsightsUnavailable', 'MalformedQueryException'];
  const { session, posted } = createStage(() => Promise.reject(new Problem(codes.shift() ?? '', 'Words.')));
  await session.receive(ask);
  assert.deepEqual(posted.at(-1), { type: 'failed', problem: 'Words.', unavailable: true });
  await session.receive(ask);
  assert.deepEqual(posted.at(-1), { type: 'failed', problem: 'Words.', unavailable: false });
});

test('queries are kept by name, sorted, replaced and deleted', async () => {
  const saved = new SavedQueries(memento([{ name: 'b', query: '1' }, 'nonsense', { name: 3 }]));
  await saved.save({ name: 'a', query: '2' });
  await saved.save({ name: 'b', query: '3' });
  assert.deepEqual(saved.all(), [{ name: 'a', query: '2' }, { name: 'b', query: '3' }]); // prettier-ignore
  await saved.delete('a');
  assert.deepEqual(saved.all(), [{ name: 'b', query: '3' }]);
  assert.deepEqual(new SavedQueries(memento('nonsense')).all(), []);
});

test('only messages of the page are taken', () => {
  const good = [ask, { type: 'run', query: '', time: { lastMs: 5 } }, { type: 'show', requestId: 'r', at: 3, log: 'l' }, { type: 'save', name: 'n', query: 'q' }]; // prettier-ignore
  const bad = [null, 'run', { type: 'run', query: 'q' }, { type: 'run', query: 'q', time: { lastMs: -1 } }, { type: 'run', query: 'q', time: { from: 1, to: 'x' } }, { type: 'show', requestId: 'r', at: 'x' }, { type: 'save', name: 1, query: '' }, { type: 'other' }]; // prettier-ignore
  assert.deepEqual(good.filter((message) => !isFromQueryPage(message)), []); // prettier-ignore
  assert.deepEqual(bad.filter((message) => isFromQueryPage(message)), []); // prettier-ignore
});
