// The wire of the services that speak AWS's query protocol: a form asks, XML answers.
import { randomUUID } from 'node:crypto';
import type { ApiRequest, ApiResponse } from './exchange.ts';
import { asServiceError } from '../no-room.ts';

/** What stands in a form, by names such as `Tags.member.1.Key`; of an empty one, what stands in the query. */
export function readForm({ body, query }: Pick<ApiRequest, 'body' | 'query'>): URLSearchParams {
  return body.length > 0 ? new URLSearchParams(body.toString('utf8')) : query;
}

/** The members of a list of structures, in the order of their numbers. */
export function membersOf(form: URLSearchParams, list: string): Record<string, string>[] {
  const members = new Map<number, Record<string, string>>();
  for (const [name, value] of form) {
    const [, number, member] = new RegExp(`^${list}\\.member\\.(\\d+)(?:\\.(\\w+))?$`).exec(name) ?? [];
    if (number === undefined) continue;
    const at = Number(number);
    members.set(at, { ...members.get(at), [member ?? '']: value });
  }
  return [...members].sort(([a], [b]) => a - b).map(([, each]) => each);
}

/** An operation's answer; lists become `member`s, maps (`Map`) their entries, and what is undefined is left out. */
export function queryResponse(action: string, namespace: string, result?: object): ApiResponse {
  const requestId = randomUUID();
  const inner = result === undefined ? '' : element(`${action}Result`, result);
  const metadata = element('ResponseMetadata', { RequestId: requestId });
  const answer = xml(200, `<${action}Response xmlns="${namespace}">${inner}${metadata}</${action}Response>`);
  return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId } };
}

export function queryError(error: unknown, requestId: string, namespace: string): ApiResponse {
  const known = asServiceError(error);
  const Type = known.status < 500 ? 'Sender' : 'Receiver';
  const told = element('Error', { Type, Code: known.code, Message: known.message });
  const named = element('RequestId', requestId);
  return xml(known.status, `<ErrorResponse xmlns="${namespace}">${told}${named}</ErrorResponse>`);
}

const xml = (status: number, body: string): ApiResponse => ({ status, headers: { 'content-type': 'text/xml' }, body });

function element(name: string, value: unknown): string {
  return value === undefined ? '' : `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => element('member', each)).join('');
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Map) return [...value].map(([key, each]) => element('entry', { key, value: each })).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, each]) => element(name, each))
      .join('');
  return escaped(String(value));
}

/** XML 1.0 has no way to write control characters. */
const escaped = (text: string): string =>
  text
    .replace(/[<>&"'\r]/g, (c) => `&#${c.charCodeAt(0)};`)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
