// Logs Insights through the real SDK client, against a service that speaks its JSON.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { findInvocation } from '../../../src/observe/find-invocation.ts';
import { queryLogs, type QueryOptions, type QueryResults } from '../../../src/observe/query-logs.ts';
import { FakeLogs, type Answer } from './fake-logs.ts';

let logs: FakeLogs;
beforeEach(async () => {
  logs = await FakeLogs.start();
});
afterEach(() => logs.close());

const query = 'fields @timestamp, @requestId | limit 2';
const run = (more: Partial<QueryOptions> = {}): Promise<QueryResults> =>
  queryLogs({ target: logs.target, functionNames: ['a', 'b'], query, from: 1500, to: 2_000_500, ...more });
const requestsOf = (operation: string): unknown[] =>
  logs.requests.filter((request) => request.operation === operation).map(({ input }) => input);

const row = (...fields: readonly (readonly [string, string])[]): object[] =>
  fields.map(([field, value]) => ({ field, value }));
const answer = (status: string, results: readonly object[][] = [], bytesScanned = 0): Answer => ({
  body: { status, results, statistics: { bytesScanned, recordsScanned: 7, recordsMatched: results.length } },
});

it('a query runs over the groups of all its functions, and its rows come as a table, some of them before its end', async () => {
  const answers = [
    answer('Scheduled'),
    answer('Running', [row(['@timestamp', 't1'], ['@ptr', 'p'])], 100),
    answer(
      'Complete',
      [row(['@timestamp', 't1'], ['@ptr', 'p']), row(['@requestId', 'r'], ['@timestamp', 't2'])],
      3400,
    ),
  ];
  logs.operations['StartQuery'] = () => ({ body: { queryId: 'q' } });
  logs.operations['GetQueryResults'] = () => answers.shift() ?? answer('Unknown');
  const seen: QueryResults[] = [];
  const results = await run({ onProgress: (progress) => seen.push(progress) });
  assert.deepEqual(requestsOf('StartQuery'), [
    { logGroupNames: ['/aws/lambda/a', '/aws/lambda/b'], queryString: query, startTime: 1, endTime: 2001 },
  ]);
  assert.deepEqual(requestsOf('GetQueryResults'), [{ queryId: 'q' }, { queryId: 'q' }, { queryId: 'q' }]);
  const statistics = { bytesScanned: 3400, recordsScanned: 7, recordsMatched: 2 };
  assert.deepEqual(results, {
    columns: ['@timestamp', '@requestId'],
    rows: [['t1', ''], ['t2', 'r']],
    ...statistics,
  }); // prettier-ignore
  assert.deepEqual(seen.map(({ rows, bytesScanned }) => [rows.length, bytesScanned]), [[0, 0], [1, 100], [2, 3400]]); // prettier-ignore
});

it('one that is cancelled is stopped at the service', async () => {
  const abort = new AbortController();
  logs.operations['StartQuery'] = () => ({ body: { queryId: 'q' } });
  logs.operations['GetQueryResults'] = () => answer('Running');
  logs.operations['StopQuery'] = () => ({ body: { success: true } });
  const running = run({ signal: abort.signal, onProgress: () => abort.abort() });
  await assert.rejects(running, { name: 'AbortError' });
  assert.deepEqual(requestsOf('StopQuery'), [{ queryId: 'q' }]);
});

it('what the service says of a bad query is said in its words', async () => {
  const message = "unexpected symbol found 'x' at line 1 and position 8";
  logs.operations['StartQuery'] = () => ({ error: 'MalformedQueryException', message });
  await assert.rejects(run(), { code: 'MalformedQueryException', message });
});

for (const [status, advice] of [
  ['Failed', /ended as "Failed" .* Run it again/],
  ['Timeout', /ended as "Timeout" .* Take a shorter time/],
] as const) {
  it(`a query that ends as ${status} says what to do`, async () => {
    logs.operations['StartQuery'] = () => ({ body: { queryId: 'q' } });
    logs.operations['GetQueryResults'] = () => answer(status);
    await assert.rejects(run(), { code: 'QueryFailed', message: advice });
    assert.deepEqual(requestsOf('StopQuery'), []);
  });
}

it('a target without Logs Insights is told apart', async () => {
  await assert.rejects(run(), {
    code: 'InsightsUnavailable',
    message: /has no Logs Insights, which is a service of AWS/,
  });
});

it('an invocation is found by its request id in the function whose log names it', async () => {
  const requestId = '5dcb9a5a-7d5c-4b47-9d1a-1f0f0c1e2d3b';
  logs.operations['FilterLogEvents'] = ({ logGroupName, nextToken, filterPattern }) => {
    assert.equal(filterPattern, `"${requestId}"`);
    if (logGroupName !== '/aws/lambda/b') return { error: 'ResourceNotFoundException' };
    // The service may answer with an empty page and go on.
    if (nextToken === undefined) return { body: { events: [], nextToken: '2' } };
    return { body: { events: [{ timestamp: 5000, message: requestId, logStreamName: 's' }] } };
  };
  const search = { target: logs.target, functionNames: ['a', 'b'], requestId, since: 1 };
  assert.deepEqual(await findInvocation(search), { functionName: 'b', at: 5000 });
  assert.equal(await findInvocation({ ...search, functionNames: ['a'] }), undefined);
});
