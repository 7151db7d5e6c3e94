import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeResult, summarizeResult } from '../../../src/editor/commands/invoke-words.ts';
import type { InvokeResult } from '../../../src/pipeline.ts';

const success: InvokeResult = {
  mode: 'sync',
  statusCode: 200,
  requestId: 'r-1',
  payload: '{"hello":"world"}',
  logTail: 'START\nREPORT\n',
  elapsedMs: 41.6,
};
const timing = { requestId: 'r-1', logStream: 's', startedAt: 0, status: 'ok', durationMs: 12.4 } as const;

test('a success is summed up with its status and duration, and a cold start with its init time', () => {
  assert.equal(summarizeResult('hello', success), 'hello: 200 · 42 ms');
  assert.equal(
    summarizeResult('hello', { ...success, timing: { ...timing, initDurationMs: 96.1 } }),
    'hello: 200 · 12.4 ms · cold start 96.1 ms',
  );
});

test('a failure names the kind of error and what the function said', () => {
  const failed = { ...success, functionError: 'Unhandled', payload: '{"errorType":"TypeError","errorMessage":"no"}' };
  assert.equal(summarizeResult('hello', failed), 'hello: Unhandled error · TypeError: no · 42 ms');
  assert.equal(summarizeResult('hello', { ...failed, payload: 'null' }), 'hello: Unhandled error · 42 ms');
});

test('asynchronous and dry runs say what the status means', () => {
  assert.equal(summarizeResult('f', { ...success, mode: 'async', statusCode: 202 }), 'f: 202 · queued');
  assert.equal(summarizeResult('f', { ...success, mode: 'dry-run', statusCode: 204 }), 'f: 204 · may be invoked');
});

test('the output has the response as readable JSON, or as it came, and the log tail', () => {
  const text = describeResult('hello', success);
  assert.match(text, /request r-1\n\{\n {2}"hello": "world"\n\}\nLog tail:\nSTART\nREPORT\n$/);
  assert.match(describeResult('hello', { ...success, payload: 'not JSON' }), /\nnot JSON\n/);
});
