// How often a chain of invocations has come through each function, as the trace header carries it from one to the next.
// Source: "Use Lambda recursive loop detection to prevent infinite loops" in the AWS Lambda Developer Guide.
import { hash, randomUUID } from 'node:crypto';

export interface Trace {
  /** For the function's `_X_AMZN_TRACE_ID`, which AWS SDKs pass on: Root, Parent, Sampled, Lineage. */
  readonly header: string;
  /** Which visit of the chain to the function this is, from 1. */
  readonly visit: number;
}

/** Lambda stops a chain at its 17th visit to a function. */
export const maxVisits = 16;

/** The trace of an invocation that came with this X-Amzn-Trace-Id, or with none; who asks to be `sampled` is, unless the caller decided. */
export function traceOf(functionArn: string, header: string | undefined, sampled = false): Trace {
  const id = lineageId(functionArn);
  if (header === undefined) {
    const ids = `Root=${newRoot()};Parent=${newParent()}`;
    return { header: `${ids};Sampled=${sampled ? '1' : '0'};Lineage=${id}:1`, visit: 1 };
  }
  const parts = partsOf(header);
  const root = parts.get('Root') || newRoot();
  const visits = visitsOf(parts);
  const visit = (Number(visits.get(id)) || 0) + 1;
  visits.set(id, String(visit));
  const lineage = [...visits].map(([name, count]) => `${name}:${count}`).join('|');
  const parent = parts.get('Parent') || newParent();
  return {
    header: `Root=${root};Parent=${parent};Sampled=${parts.get('Sampled') || (sampled ? '1' : '0')};Lineage=${lineage}`,
    visit,
  };
}

/** The visit that a header made by `traceOf` says of this function. */
export function visitOf(functionArn: string, header: string): number {
  return Number(visitsOf(partsOf(header)).get(lineageId(functionArn))) || 0;
}

const partsOf = (header = ''): Map<string, string> =>
  new Map(header.split(';').map((part) => splitPair(part.trim(), '=')));

function visitsOf(parts: ReadonlyMap<string, string>): Map<string, string> {
  const visits = new Map((parts.get('Lineage') ?? '').split('|').map((entry) => splitPair(entry, ':')));
  visits.delete('');
  return visits;
}

const lineageId = (functionArn: string): string => hash('sha256', functionArn).slice(0, 8);
const newRoot = (): string => `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomHex().slice(0, 24)}`;
const newParent = (): string => randomHex().slice(0, 16);
/** A UUID's digits: Node keeps random bytes ahead for them. Six bits of them are not random. */
const randomHex = (): string => randomUUID().replaceAll('-', '');

function splitPair(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
