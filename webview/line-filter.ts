import type { PanelLine } from '../src/protocol/panel.ts';
import { factsOf, isAtLeast, type Level } from './log-line.ts';

export interface LineFilterOptions {
  readonly filter: string;
  /** The filter is a regular expression. */
  readonly pattern: boolean;
  readonly level: Level;
}

/** Which lines pass; or why the filter cannot be used, for people. */
export type LineFilter = { readonly test: (line: PanelLine) => boolean } | { readonly problem: string };

/** Of each line, for an expression: what stands behind that is not searched. */
const longestSearched = 5000;

/** Text is found whatever its case, also as the beginning of a request id. */
export function lineFilter({ filter, pattern, level }: LineFilterOptions): LineFilter {
  const ofLevel = (line: PanelLine): boolean =>
    level === 'debug' || (line.source !== 'platform' && isAtLeast(factsOf(line.message).level, level));
  const needle = filter.trim();
  if (needle === '') return { test: ofLevel };
  if (!pattern) {
    const lower = needle.toLowerCase();
    return {
      test: (line) =>
        (line.message.toLowerCase().includes(lower) || line.requestId?.startsWith(lower) === true) && ofLevel(line),
    };
  }
  if (mayTakeForever(needle)) {
    return { problem: 'This may take forever: a group that repeats must not repeat or choose inside. Simplify it.' };
  }
  try {
    const expression = new RegExp(needle, 'i');
    return { test: (line) => expression.test(line.message.slice(0, longestSearched)) && ofLevel(line) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Whether a group that is repeated repeats or has alternatives inside, such as `(a+)+`: the time of these can double with each
 * letter, and a page cannot stop an expression that runs.
 */
export function mayTakeForever(pattern: string): boolean {
  const groups: { risky: boolean }[] = [];
  let last: { risky: boolean } | undefined;
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern.charAt(at);
    if (letter === '\\') at += 1;
    else if (letter === '[') {
      for (at += 1; at < pattern.length && pattern.charAt(at) !== ']'; at += 1)
        if (pattern.charAt(at) === '\\') at += 1;
    } else if (letter === '(') groups.push({ risky: false });
    else if (letter === ')') {
      last = groups.pop();
      const inner = last;
      // What is risky inside is so outside.
      if (inner?.risky) for (const group of groups) group.risky = true;
      if (inner?.risky && /[*+{]/.test(pattern.charAt(at + 1))) return true;
    } else if (/[*+|]/.test(letter) || (letter === '{' && /^\{\d+,/.test(pattern.slice(at)))) {
      for (const group of groups) group.risky = true;
    }
  }
  return false;
}
