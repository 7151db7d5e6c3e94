import { compileExpression, type Assertion, type ExpressionProgram } from './expression-program.ts';

/** All steps that a search can be at after the same letters, and where each further letter leads: found once, then looked up. */
interface Place {
  readonly steps: readonly number[];
  readonly before: Before;
  readonly ascii: (Place | undefined)[];
  readonly others: Map<number, Place>;
  /** Whether the text may end here. */
  found: boolean | undefined;
}

/** What stands before a place. */
type Before = 'nothing' | 'word' | 'other';

const mostPlaces = 1000;
const isWord = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;

/**
 * A regular expression that is found or not in one pass, whatever it is and whatever the text: no text makes it go back. Case does
 * not count; otherwise it finds what `RegExp` finds. Throws an ExpressionProblem of what cannot be searched for in one pass.
 */
export class LinearExpression {
  readonly #program: ExpressionProgram;
  #places = new Map<string, Place>();
  /** By code unit: which of the program's letters it is. */
  #letters = new Map<number, readonly boolean[]>();
  readonly #found: Place = { steps: [], before: 'other', ascii: [], others: new Map(), found: true };

  constructor(source: string) {
    this.#program = compileExpression(source);
  }

  test(text: string): boolean {
    let place = this.#place([0], 'nothing');
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      const known = code < 128 ? place.ascii[code] : place.others.get(code);
      place = known ?? this.#after(place, code);
      if (place === this.#found) return true;
    }
    place.found ??= this.#reach(place, undefined) === undefined;
    return place.found;
  }

  #after(place: Place, code: number): Place {
    const next = this.#follow(place, code);
    if (code < 128) place.ascii[code] = next;
    else place.others.set(code, next);
    return next;
  }

  #follow(place: Place, code: number): Place {
    const reached = this.#reach(place, code);
    if (!reached) return this.#found;
    const matches = this.#lettersOf(code);
    const steps: number[] = [];
    for (const at of reached) {
      const step = this.#program.steps[at];
      if (step?.kind === 'letter' && matches[step.letter]) steps.push(at + 1);
    }
    // What is searched for may also begin behind this letter.
    if (!steps.includes(0)) steps.push(0);
    return this.#place(steps, isWord(code) ? 'word' : 'other');
  }

  /** The steps that wait for a letter, when this one (or the end) comes next; undefined when all has been found. */
  #reach({ steps, before }: Place, next: number | undefined): number[] | undefined {
    const isNextWord = next !== undefined && isWord(next);
    const holds: Record<Assertion, boolean> = {
      start: before === 'nothing',
      end: next === undefined,
      boundary: (before === 'word') !== isNextWord,
      inside: (before === 'word') === isNextWord,
    };
    const seen = new Uint8Array(this.#program.steps.length);
    const waiting: number[] = [];
    const open = [...steps];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen[at]) continue;
      seen[at] = 1;
      const step = this.#program.steps[at];
      if (step?.kind === 'found') return undefined;
      if (step?.kind === 'letter') waiting.push(at);
      else if (step?.kind === 'jump') open.push(at + step.to);
      else if (step?.kind === 'split') open.push(at + step.to[0], at + step.to[1]);
      else if (step && holds[step.place]) open.push(at + 1);
    }
    return waiting;
  }

  #place(steps: number[], before: Before): Place {
    const key = before + String.fromCharCode(...steps.sort((a, b) => a - b));
    const known = this.#places.get(key);
    if (known) return known;
    // The expression, or the text, is such that hardly a place comes twice: memory stays bounded, time goes with the steps.
    if (this.#places.size >= mostPlaces) {
      this.#places = new Map();
      this.#letters = new Map();
    }
    const place: Place = { steps, before, ascii: [], others: new Map(), found: undefined };
    this.#places.set(key, place);
    return place;
  }

  #lettersOf(code: number): readonly boolean[] {
    const known = this.#letters.get(code);
    if (known) return known;
    const letter = String.fromCharCode(code);
    const matches = this.#program.letters.map((expression) => expression.test(letter));
    this.#letters.set(code, matches);
    return matches;
  }
}
