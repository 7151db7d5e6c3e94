// The Runtime API as this bootstrap calls it. Ordinary calls go over one connection of node:net: loading node:http takes longer than
// Node itself takes to start, and every cold start would wait for it.
import { createRequire } from 'node:module';
import net from 'node:net';

const address = process.env.AWS_LAMBDA_RUNTIME_API;
const [host, port] = address.split(':');
const headEnd = Buffer.from('\r\n\r\n');

let socket;
/** The one call under way: the bytes of its answer so far, and what to tell of it. */
let waiting;

function connection() {
  if (socket) return socket;
  const opened = net.connect({ host, port: Number(port), noDelay: true });
  opened.on('data', receive);
  const lost = (error) => {
    if (socket === opened) socket = undefined;
    const call = waiting;
    waiting = undefined;
    call?.reject(error instanceof Error ? error : new Error('The Runtime API closed the connection.'));
  };
  opened.on('error', lost);
  opened.on('close', lost);
  socket = opened;
  return opened;
}

function receive(chunk) {
  if (!waiting) return;
  waiting.chunks.push(chunk);
  waiting.length += chunk.length;
  if (waiting.length < waiting.needed) return;
  const bytes = waiting.chunks.length === 1 ? chunk : Buffer.concat(waiting.chunks);
  waiting.chunks = [bytes];
  const answer = parse(bytes);
  if (!answer) return;
  const { resolve } = waiting;
  waiting = undefined;
  resolve(answer);
}

/** Undefined while it is not whole; a long body says how many bytes it needs. */
function parse(bytes) {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const [statusLine, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const start = end + headEnd.length;
  const body = /chunked/i.test(headers['transfer-encoding'])
    ? joinChunks(bytes, start)
    : sized(bytes, start, Number(headers['content-length'] ?? 0));
  return body && { status: Number(statusLine.slice(9, 12)), headers, body };
}

function sized(bytes, start, length) {
  if (bytes.length >= start + length) return bytes.subarray(start, start + length);
  waiting.needed = start + length;
  return undefined;
}

/** Of a proxy that an extension put between: the engine itself always says the length. */
function joinChunks(bytes, start) {
  const pieces = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return undefined;
    if (size === 0) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}

/** One call and its whole answer: { status, headers, body }. Rejects while another is under way, such as that for the next event. */
export function call(method, pathname, body, headers = {}) {
  if (waiting) return Promise.reject(new Error('The runtime waits for another answer of the Runtime API.'));
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const all = {
    host: address,
    ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length, ...headers }),
  };
  const lines = Object.entries(all).map(
    ([name, value]) => `${name}: ${String(value).replace(/[^\x20-\x7e]/g, '?')}\r\n`,
  );
  const head = `${method} /2018-06-01/runtime${pathname} HTTP/1.1\r\n${lines.join('')}\r\n`;
  return new Promise((resolve, reject) => {
    waiting = { chunks: [], length: 0, needed: 0, resolve, reject };
    connection().write(bytes ? Buffer.concat([Buffer.from(head, 'latin1'), bytes]) : head);
  });
}

/** The calls of a function that does not stream: { next, respond, fail, failFatally, failInit }, as over the channel. */
export const httpCalls = {
  async next() {
    const answer = await call('GET', '/invocation/next').catch(() => undefined);
    if (answer?.status !== 200) process.exit(0); // the engine is gone
    const header = (name) => answer.headers[`lambda-runtime-${name}`];
    return {
      requestId: header('aws-request-id'),
      deadlineMs: Number(header('deadline-ms')),
      functionArn: header('invoked-function-arn'),
      traceId: header('trace-id'),
      clientContext: header('client-context'),
      body: answer.body.toString('utf8'),
    };
  },
  respondAlone: (requestId, body) => call('POST', `/invocation/${requestId}/response`, body),
  async respond(requestId, body) {
    await httpCalls.respondAlone(requestId, body);
    return httpCalls.next();
  },
  async fail(requestId, errorType, body) {
    await httpCalls.failFatally(requestId, errorType, body);
    return httpCalls.next();
  },
  failFatally: (requestId, errorType, body) =>
    call('POST', `/invocation/${requestId}/error`, body, typeHeader(errorType)),
  failInit: (errorType, body) => call('POST', '/init/error', body, typeHeader(errorType)),
};

const typeHeader = (errorType) => ({ 'lambda-runtime-function-error-type': errorType });

/** Begins a response that is sent in pieces, { request, answered }; an error that comes later goes into its trailers. */
export function openResponse(requestId, contentType) {
  const http = createRequire(import.meta.url)('node:http');
  // It takes over the connection, which is open: what is written right before the function's end still gets out.
  const taken = connection();
  for (const event of ['data', 'error', 'close']) taken.removeAllListeners(event);
  socket = undefined;
  const request = http.request({
    host,
    port,
    createConnection: () => taken,
    method: 'POST',
    path: `/2018-06-01/runtime/invocation/${requestId}/response`,
    headers: {
      'content-type': contentType,
      'lambda-runtime-function-response-mode': 'streaming',
      'transfer-encoding': 'chunked',
      trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    },
  });
  const answered = new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('end', resolve);
      response.on('error', reject);
      response.resume();
    });
  });
  answered.catch(() => {}); // awaited at the response's end; until then a lost connection is no fault of the function's
  return { request, answered };
}
