import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWholeInvocation } from '../../../src/engine/http/whole-request.ts';

const line = 'POST /2015-03-31/functions/echo/invocations HTTP/1.1';
const request = (options: { line?: string; headers?: readonly string[]; body?: string; end?: string } = {}): Buffer => {
  const { headers = ['Host: 127.0.0.1:9', 'Content-Length: 2'], body = '{}', end = '\r\n' } = options;
  return Buffer.from([options.line ?? line, ...headers, '', body].join(end), 'latin1');
};

void test('an invocation that is whole is read as node:http reads it', () => {
  const headers = [
    'HOST: 127.0.0.1:9',
    'X-Amz-Client-Context:  abc\t',
    'x-word: \xe9',
    'X-Empty:',
    'content-length: 2',
  ];
  const read = readWholeInvocation(
    request({ line: 'POST /2015-03-31/functions/echo%3A1/invocations?Qualifier=%241 HTTP/1.1', headers }),
  );
  assert.equal(read?.method, 'POST');
  assert.equal(read?.url, '/2015-03-31/functions/echo%3A1/invocations?Qualifier=%241');
  assert.deepEqual(
    { ...read?.headers },
    { host: '127.0.0.1:9', 'x-amz-client-context': 'abc', 'x-word': '\xe9', 'x-empty': '', 'content-length': '2' },
  );
  assert.equal(read?.body.toString(), '{}');
});

void test('an invocation without a body needs no length', () => {
  assert.equal(readWholeInvocation(request({ headers: ['Host: a'], body: '' }))?.body.length, 0);
});

const others: Readonly<Record<string, Parameters<typeof request>[0]>> = {
  'another method': { line: 'GET /2015-03-31/functions/echo/invocations HTTP/1.1' },
  'another operation': { line: 'POST /2015-03-31/functions HTTP/1.1' },
  'a path that goes on': { line: 'POST /2015-03-31/functions/echo/invocations/x HTTP/1.1' },
  'HTTP/1.0': { line: 'POST /2015-03-31/functions/echo/invocations HTTP/1.0' },
  'a blank in the path': { line: 'POST /2015-03-31/functions/e cho/invocations HTTP/1.1' },
  'a fragment': { line: 'POST /2015-03-31/functions/echo/invocations?a#b HTTP/1.1' },
  'less than its length': { headers: ['Host: a', 'Content-Length: 3'] },
  'more than its length': { headers: ['Host: a', 'Content-Length: 1'] },
  'a length that is none': { headers: ['Host: a', 'Content-Length: +2'] },
  'two lengths': { headers: ['Host: a', 'Content-Length: 2', 'Content-Length: 2'] },
  'no host': { headers: ['Content-Length: 2'] },
  'two hosts': { headers: ['Host: a', 'Content-Length: 2', 'host: b'] },
  'a body in chunks': { headers: ['Host: a', 'Transfer-Encoding: chunked'], body: '2\r\n{}\r\n0\r\n\r\n' },
  'chunks and a length': { headers: ['Host: a', 'Content-Length: 2', 'Transfer-Encoding: chunked'] },
  'a question before the body': { headers: ['Host: a', 'Content-Length: 2', 'Expect: 100-continue'] },
  'the end of the connection': { headers: ['Host: a', 'Content-Length: 2', 'Connection: close'] },
  'another protocol': { headers: ['Host: a', 'Content-Length: 2', 'Upgrade: h2c'] },
  'a folded header': { headers: ['Host: a', 'Content-Length: 2', 'X-A: b', ' c'] },
  'a blank before the colon': { headers: ['Host: a', 'Content-Length : 2'] },
  'a header without a name': { headers: ['Host: a', ': 1', 'Content-Length: 2'] },
  'a control character': { headers: ['Host: a', 'Content-Length: 2', 'X-A: \u0001'] },
  'a NUL': { headers: ['Host: a', 'Content-Length: 2', 'X-A: b\0'] },
  'a lone line feed': { headers: ['Host: a', 'X-A: b\nX-C: d', 'Content-Length: 2'] },
  'line feeds alone': { end: '\n' },
  'the prototype': { headers: ['Host: a', '__proto__: x', 'Content-Length: 2'] },
};

for (const [what, options] of Object.entries(others)) {
  void test(`${what} is left to node:http`, () => {
    assert.equal(readWholeInvocation(request(options)), undefined);
  });
}

void test('a head without an end is left to node:http', () => {
  assert.equal(readWholeInvocation(Buffer.from(`${line}\r\nHost: a\r\n`)), undefined);
  assert.equal(readWholeInvocation(Buffer.from(`${line}\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)), undefined);
});
