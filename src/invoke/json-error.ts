import { parse, type ParseError } from 'jsonc-parser';

/** The first place where a text is not JSON, both from 1. */
export interface JsonErrorPlace {
  readonly line: number;
  readonly column: number;
}

/** V8 says where for some of its errors only. Call it for text that JSON.parse refused; undefined where no place is found. */
export function placeOfJsonError(text: string): JsonErrorPlace | undefined {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [first] = errors;
  if (!first) return undefined;
  const before = text.slice(0, first.offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
