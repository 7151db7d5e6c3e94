// A regular expression as a program for one pass over a text, in a time that grows with the text and no faster. It takes what
// needs no memory of the text before: letters, classes, groups, alternatives, repeats, ^, $, \b and \B.

/** One step: `letter` and `assert` go on to the step after them, `split` to both, `jump` to another. */
export type Step =
  | { readonly kind: 'letter'; readonly letter: number }
  | { readonly kind: 'assert'; readonly place: Assertion }
  | { readonly kind: 'split'; readonly to: readonly [number, number] }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'found' };

export type Assertion = 'start' | 'end' | 'boundary' | 'inside';

export interface ExpressionProgram {
  readonly steps: readonly Step[];
  /** What a step's `letter` stands for: tells of one UTF-16 code unit whether it is meant. */
  readonly letters: readonly RegExp[];
}

/** What an expression asks for that cannot be done; 'syntax' where it is none: the browser's own words say why. */
export type ExpressionProblemKind = 'not-in-one-pass' | 'too-large' | 'syntax';

/** Why an expression cannot be used. */
export class ExpressionProblem extends Error {
  readonly kind: ExpressionProblemKind;

  constructor(kind: ExpressionProblemKind, message: string = kind) {
    super(message);
    this.kind = kind;
  }
}

const mostSteps = 1000;
const longestSource = 2000;

/** An escape of one letter or class; web browsers read a backslash before any other letter as that letter. */
const escape = /\\(?:x[\da-f]{2}|u[\da-f]{4}|c[a-z]|0[0-7]{0,2}|[^1-9kc])/iy;
const letterClass = /\[(?:[^\]\\]|\\[^])*\]/y;
const repeat = /(?:[*+?]|\{(\d+)(,(\d*))?\})\??/y;
const assertion = /\^|\$|\\b|\\B/y;
const groupStart = /\((?:\?:|\?<(?![=!])[^>]*>|(?!\?))/y;

const assertions: Readonly<Record<string, Assertion>> = {
  '^': 'start',
  '$': 'end',
  '\\b': 'boundary',
  '\\B': 'inside',
}; // prettier-ignore

/** Compiles what `new RegExp(source, 'i')` takes, without look-around and back references. Throws an ExpressionProblem of anything else. */
export function compileExpression(source: string): ExpressionProgram {
  if (source.length > longestSource) throw new ExpressionProblem('too-large');
  try {
    void new RegExp(source, 'i');
  } catch (error) {
    throw new ExpressionProblem('syntax', error instanceof Error ? error.message : String(error));
  }
  return new Compiler(source).compile();
}

/** Steps with places relative to their own first. */
type Part = readonly Step[];

class Compiler {
  readonly #source: string;
  #at = 0;
  readonly #letters = new Map<string, number>();

  constructor(source: string) {
    this.#source = source;
  }

  compile(): ExpressionProgram {
    const steps = joined(this.#alternatives(), [{ kind: 'found' }]);
    // Browsers' own engine says what a single letter or class means, case included; on one letter it takes no time.
    const letters = [...this.#letters.keys()].map((atom) => new RegExp(`^(?:${atom})$`, 'i'));
    return { steps, letters };
  }

  #alternatives(): Part {
    const first = this.#sequence();
    if (this.#source[this.#at] !== '|') return first;
    this.#at += 1;
    const rest = this.#alternatives();
    const split: Step = { kind: 'split', to: [1, first.length + 2] };
    return joined([split], first, [{ kind: 'jump', to: rest.length + 1 }], rest);
  }

  #sequence(): Part {
    const parts: Part[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source.charAt(this.#at))) {
      const part = this.#atom();
      const quantifier = this.#take(repeat);
      parts.push(quantifier ? repeated(part, ...limitsOf(quantifier)) : part);
      sizeOf(parts);
    }
    return joined(...parts);
  }

  #atom(): Part {
    const place = assertions[this.#take(assertion)?.[0] ?? ''];
    if (place) return [{ kind: 'assert', place }];
    if (this.#take(groupStart)) {
      const inner = this.#alternatives();
      this.#at += 1;
      return inner;
    }
    const atom = this.#take(escape)?.[0] ?? this.#take(letterClass)?.[0];
    if (atom !== undefined) return this.#letter(atom);
    const letter = this.#source.charAt(this.#at);
    if (letter === '(' || letter === '\\') throw new ExpressionProblem('not-in-one-pass');
    this.#at += 1;
    // A brace or bracket that opens nothing means itself.
    return this.#letter('{}]'.includes(letter) ? `\\${letter}` : letter);
  }

  #letter(atom: string): Part {
    const letter = this.#letters.get(atom) ?? this.#letters.size;
    this.#letters.set(atom, letter);
    return [{ kind: 'letter', letter }];
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (!found) return undefined;
    this.#at = pattern.lastIndex;
    return found;
  }
}

function limitsOf([words, least, more, most]: RegExpExecArray): [least: number, most: number] {
  if (least === undefined) return [words.startsWith('+') ? 1 : 0, words.startsWith('?') ? 1 : Number.POSITIVE_INFINITY];
  if (more === undefined) return [Number(least), Number(least)];
  return [Number(least), most ? Number(most) : Number.POSITIVE_INFINITY];
}

function repeated(part: Part, least: number, most: number): Part {
  const copies = Math.max(least, most === Number.POSITIVE_INFINITY ? 1 : most);
  // Zero repeats of anything, or any number of nothing.
  if (most === 0 || part.length === 0) return [];
  if (copies * part.length > mostSteps) throw new ExpressionProblem('too-large');
  const needed = Array.from<Part>({ length: least }).fill(part);
  if (most === Number.POSITIVE_INFINITY) {
    const again: Step = { kind: 'split', to: [1, part.length + 2] };
    return joined(...needed, [again], part, [{ kind: 'jump', to: -(part.length + 1) }]);
  }
  // Each optional copy can be left for the end of all.
  const optional: Part[] = [];
  for (let left = most - least; left > 0; left -= 1)
    optional.push([{ kind: 'split', to: [1, left * (part.length + 1)] }], part);
  return joined(...needed, ...optional);
}

/** One after the other. The places in each are relative, so that they need no change. */
function joined(...parts: readonly Part[]): Part {
  sizeOf(parts);
  return parts.flat();
}

function sizeOf(parts: readonly Part[]): void {
  if (parts.reduce((size, part) => size + part.length, 0) > mostSteps + 1) throw new ExpressionProblem('too-large');
}
