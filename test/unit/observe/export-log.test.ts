import assert from 'node:assert/strict';
import { it } from 'node:test';
import { exportLog } from '../../../src/observe/export-log.ts';
import type { ModelLine } from '../../../src/observe/log-model.ts';

const line = (message: string, more: Partial<ModelLine> = {}): ModelLine => {
  return { key: 1, timestamp: Date.UTC(2026, 0, 2), message, logStream: 's', source: 'function', ...more };
};
const lines = [line('two\nlines\n', { requestId: 'r' }), line('=HYPERLINK("x")'), line('-1'), line('x'.repeat(1e6))];

it('a log is exported as text, with a time before each line', () => {
  const [first, second] = exportLog(lines, 'txt').split('\n');
  assert.deepEqual([first, second], ['2026-01-02T00:00:00.000Z two', 'lines']);
  assert.ok(exportLog(lines, 'txt').length > 1e6);
});

it('as JSON lines, each of which is one line', () => {
  const read = exportLog(lines, 'jsonl').trimEnd().split('\n').map((text) => JSON.parse(text)); // prettier-ignore
  assert.deepEqual(read[0], { time: '2026-01-02T00:00:00.000Z', logStream: 's', requestId: 'r', source: 'function', message: 'two\nlines' }); // prettier-ignore
  assert.equal(read[3].message.length, 1e6);
});

it('as CSV, in which no cell is a formula', () => {
  const csv = exportLog(lines, 'csv');
  assert.ok(csv.startsWith('time,logStream,requestId,source,message\r\n'));
  assert.ok(csv.includes(',s,r,function,"two\nlines"\r\n'));
  assert.ok(csv.includes(`,"'=HYPERLINK(""x"")"\r\n`));
  assert.ok(csv.includes(",'-1\r\n"));
  for (const hidden of [' =1+1', '\n@SUM(1)', '\t+1', '\u00a0-1', '\v=1', '\r\n =1']) {
    const cell = exportLog([line(hidden)], 'csv').split('function,')[1] ?? '';
    assert.match(cell, /^"?'\s/, JSON.stringify(hidden));
  }
});

it('of several functions each line says whose it is', () => {
  const named = [line('one', { functionName: 'a' }), line('two')];
  assert.equal(exportLog(named, 'txt'), '2026-01-02T00:00:00.000Z a one\n2026-01-02T00:00:00.000Z two\n');
  assert.equal(JSON.parse(exportLog(named, 'jsonl').split('\n')[0] ?? '').functionName, 'a');
  assert.deepEqual(exportLog(named, 'csv').split('\r\n').slice(0, 2), [
    'time,functionName,logStream,requestId,source,message',
    '2026-01-02T00:00:00.000Z,a,s,,function,one',
  ]);
});
