// The event a function receives through its URL: payload format 2.0.
// Source: "Request and response payloads" in "Invoking Lambda function URLs", AWS Lambda Developer Guide.
import type { IncomingMessage } from 'node:http';
import type { UrlConfig } from './url-config.ts';

export interface UrlRequest {
  readonly config: UrlConfig;
  readonly message: IncomingMessage;
  readonly body: Buffer;
  readonly requestId: string;
  readonly traceId: string;
  readonly accountId: string;
  /** Of the signer, where the URL wants signatures. */
  readonly accessKeyId?: string;
}

const textTypes = /^(text\/|application\/(json|javascript|xml|[^;]*\+(json|xml)))/i;

/** The event as JSON. */
export function urlEvent({ config, message, body, requestId, traceId, accountId, accessKeyId }: UrlRequest): Buffer {
  const [rawPath, rawQueryString = ''] = splitOnce(message.url ?? '/', '?');
  const host = message.headers.host ?? '';
  const sourceIp = message.socket.remoteAddress ?? '127.0.0.1';
  const { cookie, ...headers } = joined(message);
  const now = new Date();
  const isText = textTypes.test(message.headers['content-type'] ?? '');
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers: {
      ...headers,
      'x-amzn-trace-id': traceId,
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': String(config.port),
      'x-forwarded-proto': 'http',
    },
    ...(rawQueryString && { queryStringParameters: parameters(rawQueryString) }),
    requestContext: {
      accountId: accessKeyId === undefined ? 'anonymous' : accountId,
      apiId: config.id,
      ...(accessKeyId !== undefined && { authorizer: { iam: caller(accountId, accessKeyId) } }),
      domainName: host,
      domainPrefix: config.id,
      http: {
        method: message.method,
        path: rawPath,
        protocol: `HTTP/${message.httpVersion}`,
        sourceIp,
        userAgent: message.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: accessLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
  return Buffer.from(JSON.stringify(event));
}

/** Names in lower case; values of a header that comes more than once with commas between them, cookies with semicolons. */
function joined(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(message.headersDistinct).map(([name, values]) => [
      name,
      (values ?? []).join(name === 'cookie' ? '; ' : ','),
    ]),
  );
}

function parameters(query: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const before = Object.hasOwn(found, name) ? `${found[name]},` : '';
    Object.defineProperty(found, name, { value: before + value, enumerable: true, configurable: true });
  }
  return found;
}

const caller = (accountId: string, accessKey: string): Record<string, string | null> => ({
  accessKey,
  accountId,
  callerId: accountId,
  cognitoIdentity: null,
  principalOrgId: null,
  userArn: `arn:aws:iam::${accountId}:root`,
  userId: accountId,
});

/** Such as 12/Mar/2026:19:03:58 +0000. */
function accessLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
