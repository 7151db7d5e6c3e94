import { Problem } from '../../problem.ts';

/** What a caller may name; tree items qualify through their `functionName`. */
export interface NamedArguments {
  readonly functionName?: string;
  readonly functionNames?: readonly string[];
  /** Of an invocation. */
  readonly requestId?: string;
  /** JSON text. */
  readonly payload?: string;
  /** The caller has already asked the user. */
  readonly confirmed?: boolean;
  readonly runtime?: string;
  readonly handler?: string;
}

/** Reads a command's argument. A payload that is not text is taken as the value itself; what has a wrong type is refused. */
export function namedArguments(subject: unknown): NamedArguments {
  if (typeof subject !== 'object' || subject === null) return {};
  const functionName = textIn(subject, 'functionName');
  const functionNames = textsIn(subject, 'functionNames');
  const requestId = textIn(subject, 'requestId');
  const runtime = textIn(subject, 'runtime');
  const handler = textIn(subject, 'handler');
  const payload = 'payload' in subject ? jsonText(subject.payload) : undefined;
  return {
    ...(functionName !== undefined && { functionName }),
    ...(functionNames !== undefined && { functionNames }),
    ...(requestId !== undefined && { requestId }),
    ...(payload !== undefined && { payload }),
    ...(runtime !== undefined && { runtime }),
    ...(handler !== undefined && { handler }),
    confirmed: 'confirmed' in subject && subject.confirmed === true,
  };
}

function jsonText(payload: unknown): string | undefined {
  return typeof payload === 'string' || payload === undefined ? payload : JSON.stringify(payload);
}

function textsIn(subject: object, key: string): string[] | undefined {
  const value: unknown = Reflect.get(subject, key);
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new Problem('BadArgument', `The argument "${key}" of this command must be a list of texts.`);
}

function textIn(subject: object, key: string): string | undefined {
  const value: unknown = Reflect.get(subject, key);
  if (value === undefined || typeof value === 'string') return value;
  throw new Problem('BadArgument', `The argument "${key}" of this command must be text.`);
}
