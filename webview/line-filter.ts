import type { PanelLine } from '../src/protocol/panel.ts';
import { ExpressionProblem } from './expression-program.ts';
import { LinearExpression } from './linear-expression.ts';
import { factsOf, isAtLeast, type Level } from './log-line.ts';

export interface LineFilterOptions {
  readonly filter: string;
  /** The filter is a regular expression. */
  readonly pattern: boolean;
  readonly level: Level;
  /** Of several functions, the one whose lines are shown; empty: all. */
  readonly functionName: string;
}

/** Which lines pass; or why the filter cannot be used. */
export type LineFilter = { readonly test: (line: PanelLine) => boolean } | { readonly problem: ExpressionProblem };

/** Of each line, for an expression: what stands behind that is not searched. */
const longestSearched = 5000;

/** Text is found whatever its case, also as the beginning of a request id. */
export function lineFilter({ filter, pattern, level, functionName }: LineFilterOptions): LineFilter {
  const ofLevel = (line: PanelLine): boolean =>
    (functionName === '' || line.functionName === functionName) &&
    (level === 'debug' || (line.source !== 'platform' && isAtLeast(factsOf(line.message).level, level)));
  const needle = filter.trim();
  if (needle === '') return { test: ofLevel };
  if (!pattern) {
    const lower = needle.toLowerCase();
    return {
      test: (line) =>
        (line.message.toLowerCase().includes(lower) || line.requestId?.startsWith(lower) === true) && ofLevel(line),
    };
  }
  try {
    const expression = new LinearExpression(needle);
    return { test: (line) => expression.test(searchedOf(line.message)) && ofLevel(line) };
  } catch (error) {
    if (error instanceof ExpressionProblem) return { problem: error };
    throw error;
  }
}

/** The service keeps the end of each line that was printed; `$` means what stands before it. */
const searchedOf = (message: string): string => message.replace(/\r?\n$/, '').slice(0, longestSearched);
