import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { ServiceError } from './service-error.ts';
import type { RequestHead } from './whole-request.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const allowedSkewMs = 5 * 60_000;

/**
 * Checks AWS Signature Version 4 in the Authorization header.
 * Source: "Signature Version 4 signing process" in the AWS General Reference.
 * Throws a ServiceError as the services answer it (403).
 */
export class SignatureChecker {
  readonly #credentials: Credentials;
  readonly #now: () => number;
  /** Signing keys by date, region and service: derived once a day. */
  readonly #keys = new Map<string, Hmac>();
  /** Many requests are signed in one second. */
  #latest = { amzDate: '', time: 0 };

  constructor(credentials: Credentials, now: () => number = Date.now) {
    this.#credentials = credentials;
    this.#now = now;
  }

  check(request: RequestHead, body: Buffer): void {
    const authorization = parseAuthorization(request.headers.authorization);
    if (authorization.accessKeyId !== this.#credentials.accessKeyId) {
      throw new ServiceError(
        'UnrecognizedClientException',
        403,
        'The security token included in the request is invalid.',
      );
    }
    const amzDate = header(request, 'x-amz-date');
    this.#checkDate(amzDate, authorization.scope);

    const stated = header(request, 'x-amz-content-sha256');
    const payloadHash = stated === 'UNSIGNED-PAYLOAD' ? stated : sha256(body);
    if (stated !== '' && stated !== payloadHash) throw mismatch();
    if (!authorization.signedHeaders.includes('host')) throw mismatch();

    const [path, query = ''] = splitOnce(request.url ?? '/', '?');
    const canonical = [
      request.method,
      canonicalPath(path),
      canonicalQuery(query),
      ...authorization.signedHeaders.map((name) => `${name}:${withSingleSpaces(header(request, name).trim())}`),
      '',
      authorization.signedHeaders.join(';'),
      payloadHash,
    ].join('\n');
    const toSign = ['AWS4-HMAC-SHA256', amzDate, authorization.scope, sha256(canonical)].join('\n');
    const expected = Buffer.from(this.#signingKey(authorization.scope).of(toSign));
    const given = Buffer.from(authorization.signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw mismatch();
  }

  #checkDate(amzDate: string, scope: string): void {
    if (amzDate !== this.#latest.amzDate) this.#latest = { amzDate, time: timeOf(amzDate) };
    const signedAt = this.#latest.time;
    const now = this.#now();
    if (signedAt < now - allowedSkewMs) {
      throw invalid(
        `Signature expired: ${amzDate} is now earlier than ${stamp(now - allowedSkewMs)} (${stamp(now)} - 5 min.)`,
      );
    }
    if (signedAt > now + allowedSkewMs) {
      throw invalid(
        `Signature not yet current: ${amzDate} is still later than ${stamp(now + allowedSkewMs)} (${stamp(now)} + 5 min.)`,
      );
    }
    if (!amzDate.startsWith(scope.slice(0, 8)))
      throw invalid('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP');
  }

  #signingKey(scope: string): Hmac {
    let key = this.#keys.get(scope);
    if (!key) {
      const [date = '', region = '', service = '', terminator = ''] = scope.split('/');
      key = new Hmac(
        [region, service, terminator].reduce<Buffer>(hmac, hmac(`AWS4${this.#credentials.secretAccessKey}`, date)),
      );
      if (this.#keys.size > 100) this.#keys.clear();
      this.#keys.set(scope, key);
    }
    return key;
  }
}

/** Of a date as in `X-Amz-Date`, ms since the epoch. */
function timeOf(amzDate: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate);
  if (!parts) throw incomplete('Authorization header requires a valid X-Amz-Date header.');
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

const blockBytes = 64;

/**
 * HMAC-SHA256 with one key, as two hashes (RFC 2104): an object of `node:crypto` for each message takes longer than its
 * hashing, and every invocation is signed.
 */
class Hmac {
  readonly #inner = Buffer.alloc(1024, 0x36);
  readonly #outer = Buffer.alloc(blockBytes + 32, 0x5c);

  /** `key`: at most 64 bytes. */
  constructor(key: Buffer) {
    for (const [at, byte] of key.entries()) {
      this.#inner[at] = byte ^ 0x36;
      this.#outer[at] = byte ^ 0x5c;
    }
  }

  /** In hexadecimal. */
  of(text: string): string {
    const bytes = Buffer.byteLength(text);
    let inner = this.#inner;
    if (bytes > inner.length - blockBytes) inner = Buffer.concat([inner.subarray(0, blockBytes)], blockBytes + bytes);
    inner.write(text, blockBytes);
    this.#outer.set(hash('sha256', inner.subarray(0, blockBytes + bytes), 'buffer'), blockBytes);
    return hash('sha256', this.#outer);
  }
}

/** The service a request was signed for, or undefined where it carries no such header. */
export function signedService(authorization: string | undefined): string | undefined {
  return /Credential=[^/,\s]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(authorization ?? '')?.[1];
}

/** As clients of today write it. */
const asUsual = /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/([^,\s]+), SignedHeaders=([^,\s]+), Signature=([0-9a-f]+)$/;

function parseAuthorization(value: string | undefined): {
  accessKeyId: string;
  scope: string;
  signedHeaders: string[];
  signature: string;
} {
  if (!value) throw new ServiceError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
  const usual = asUsual.exec(value);
  if (usual) {
    const [, accessKeyId = '', scope = '', headers = '', signed = ''] = usual;
    return { accessKeyId, scope, signedHeaders: headers.split(';'), signature: signed };
  }
  const credential = /Credential=([^/,\s]+)\/([^,\s]+)/.exec(value);
  const signedHeaders = /SignedHeaders=([^,\s]+)/.exec(value)?.[1];
  const signature = /Signature=([0-9a-f]+)/.exec(value)?.[1];
  if (!value.startsWith('AWS4-HMAC-SHA256 ') || !credential?.[1] || !credential[2] || !signedHeaders || !signature) {
    throw incomplete('Authorization header requires AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature.');
  }
  return { accessKeyId: credential[1], scope: credential[2], signedHeaders: signedHeaders.split(';'), signature };
}

function canonicalPath(path: string): string {
  const normal = isNormal(path) ? path : normalize(path);
  // Lambda and its neighbours encode each segment of the path as sent once more.
  return /^[\w\-.~/]*$/.test(normal) ? normal : normal.split('/').map(encode).join('/');
}

const isNormal = (path: string): boolean => !/\/(?:\/|\.{1,2}(?:\/|$))/.test(path);

/** Without empty segments, `.` and `..`, as all services but S3 have it. */
function normalize(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '.' && segment !== '') kept.push(segment);
  }
  const end = kept.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${kept.join('/')}${end}`;
}

function canonicalQuery(query: string): string {
  if (!query) return '';
  return query
    .split('&')
    .map((pair) => splitOnce(pair, '='))
    .map(([name, value = '']) => [encode(decode(name)), encode(decode(value))] as const)
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const withSingleSpaces = (value: string): string => (value.includes('  ') ? value.replaceAll(/ +/g, ' ') : value);

function header(request: Pick<RequestHead, 'headers'>, name: string): string {
  const value = Object.hasOwn(request.headers, name) ? request.headers[name] : undefined; // __proto__ is a name, too
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (data: Buffer | string): string => hash('sha256', data);
const stamp = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
const invalid = (message: string): ServiceError => new ServiceError('InvalidSignatureException', 403, message);
const incomplete = (message: string): ServiceError => new ServiceError('IncompleteSignatureException', 403, message);
const mismatch = (): ServiceError =>
  invalid(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  );

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
