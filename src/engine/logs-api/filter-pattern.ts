import { ServiceError } from '../http/service-error.ts';
import { compileJsonPattern, InvalidJsonPattern } from './json-filter-pattern.ts';

/**
 * Compiles a CloudWatch Logs filter pattern: for text `term`, `"a phrase"`, `-not`, `?either ?or`, `%regex%`; for JSON
 * `{ $.member = "value" }`. Source: "Filter pattern syntax" in the CloudWatch Logs User Guide. Throws InvalidParameterException for
 * other kinds.
 */
export function compileFilterPattern(pattern: string): (message: string) => boolean {
  const trimmed = pattern.trim();
  if (trimmed === '') return () => true;
  if (trimmed.startsWith('{')) return jsonTest(trimmed);
  if (trimmed.startsWith('[')) {
    throw new ServiceError(
      'InvalidParameterException',
      400,
      'The local Lambda filters by text, %regular expressions% and JSON, not by columns.',
    );
  }
  const required: Test[] = [];
  const excluded: Test[] = [];
  const optional: Test[] = [];
  for (const { sign, regex, text } of termsOf(trimmed)) {
    const test = regex ? regexTest(regex) : textTest(text);
    (sign === '-' ? excluded : sign === '?' ? optional : required).push(test);
  }
  return (message) =>
    required.every((test) => test(message)) &&
    !excluded.some((test) => test(message)) &&
    (optional.length === 0 || required.length > 0 || optional.some((test) => test(message)));
}

/** Texts that every message has which a pattern matches, so that a store need not read the others. */
export function requiredTexts(pattern: string): string[] {
  const trimmed = pattern.trim();
  if (/^[{[]/.test(trimmed)) return [];
  return termsOf(trimmed).flatMap(({ sign, regex, text }) => (sign === '' && !regex ? [text] : []));
}

interface Term {
  readonly sign: string;
  /** Absent: `text` it is. */
  readonly regex: string | undefined;
  readonly text: string;
}

function termsOf(trimmed: string): Term[] {
  const terms = trimmed.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))/g);
  return [...terms].map(([, sign = '', phrase, regex, word]) => ({
    sign,
    regex,
    text: phrase?.replace(/\\(.)/g, '$1') ?? word ?? '',
  }));
}

type Test = (message: string) => boolean;

const textTest =
  (text: string): Test =>
  (message) =>
    message.includes(text);

function jsonTest(pattern: string): Test {
  try {
    return compileJsonPattern(pattern);
  } catch (error) {
    if (!(error instanceof InvalidJsonPattern)) throw error;
    throw new ServiceError('InvalidParameterException', 400, `Invalid filter pattern: ${error.message}`);
  }
}

function regexTest(source: string): Test {
  try {
    const expression = new RegExp(source);
    return (message) => expression.test(message);
  } catch {
    throw new ServiceError(
      'InvalidParameterException',
      400,
      `Invalid regular expression in the filter pattern: ${source}`,
    );
  }
}
