import type { IncomingHttpHeaders } from 'node:http';

/** What a request says of itself, as node:http gives it. */
export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export interface WholeRequest extends RequestHead {
  readonly body: Buffer;
}

const headEnd = '\r\n\r\n';
const maxHeadBytes = 16_384;
const requestLine =
  /^POST (\/2015-03-31\/functions\/[\x21\x22\x24-\x7e]+\/invocations(?:\/|\/?\?[\x21\x22\x24-\x7e]*)?) HTTP\/1\.1$/;
const headerLines = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*(?:\r\n|$))+$/;
/** With any of these there is more to a request than its bytes, or an object of JavaScript has a meaning of its own for it. */
const special = new Set(['transfer-encoding', 'expect', 'upgrade', 'trailer', 'te', '__proto__']);

/**
 * Reads an Invoke request of HTTP/1.1 that fills `bytes` from its first one to its last. Undefined for every other one, also where
 * there is the least doubt what it means: a header that comes twice, a length that is none, a body in chunks.
 */
export function readWholeInvocation(bytes: Buffer): WholeRequest | undefined {
  const begin = bytes.toString('latin1', 0, maxHeadBytes);
  const end = begin.indexOf(headEnd);
  if (end < 0) return undefined;
  const head = begin.slice(0, end);
  const lineEnd = head.indexOf('\r\n');
  const url = lineEnd < 0 ? undefined : requestLine.exec(head.slice(0, lineEnd))?.[1];
  if (url === undefined) return undefined;
  const headers = readHeaders(head.slice(lineEnd + 2));
  if (!headers) return undefined;
  const length = headers['content-length'] ?? '0';
  const connection = headers.connection?.toLowerCase() ?? 'keep-alive';
  const bodyAt = end + headEnd.length;
  if (headers.host === undefined || !/^\d{1,8}$/.test(length) || connection !== 'keep-alive') return undefined;
  if (bytes.length !== bodyAt + Number(length)) return undefined;
  return { method: 'POST', url, headers, body: bytes.subarray(bodyAt) };
}

function readHeaders(lines: string): IncomingHttpHeaders | undefined {
  if (!headerLines.test(lines)) return undefined;
  const headers: IncomingHttpHeaders = {};
  for (let at = 0; at < lines.length;) {
    const colon = lines.indexOf(':', at);
    const lineEnd = lines.indexOf('\r\n', colon);
    const end = lineEnd < 0 ? lines.length : lineEnd;
    const name = lines.slice(at, colon).toLowerCase();
    if (special.has(name) || headers[name] !== undefined) return undefined;
    headers[name] = lines.slice(colon + 1, end).trim();
    at = end + 2;
  }
  return headers;
}
