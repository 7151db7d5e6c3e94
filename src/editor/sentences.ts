// What the rooms below the editor say is English, and made without VS Code: here it is found again in the bundle of the editor's language.

/** A text of the bundle in which something is put in: its fixed parts, and what stands between them. */
interface Shape {
  /** One more than `places`. */
  readonly fixed: readonly string[];
  /** The numbers of what is put in. */
  readonly places: readonly number[];
  readonly translation: string;
  readonly letters: number;
}

/** Less of a fixed text would fit anything. */
const fewestLetters = 8;
/** Shorter values are names and numbers; longer ones may be sentences. */
const longestName = 20;
/** What is longer is what a tool said. */
const longestParagraph = 5000;

/** Finds English sentences by their shape: `{0}` of the bundle stands for whatever was put in. Takes a time that grows with the sentence. */
export class Sentences {
  readonly #exact: ReadonlyMap<string, string>;
  readonly #shapes: readonly Shape[];

  /** Translations by English text, with {0}, {1} … */
  constructor(bundle: Readonly<Record<string, string>> | undefined) {
    const entries = Object.entries(bundle ?? {});
    this.#exact = new Map(entries);
    this.#shapes = entries
      .map(([english, translation]) => shapeOf(english, translation))
      .filter(({ places, letters }) => places.length > 0 && letters >= fewestLetters)
      .sort((one, other) => other.letters - one.letters);
  }

  /** The sentence in the editor's language; sentences that stand together are looked for one by one. English where none fits. */
  of(english: string): string {
    const whole = this.#find(english);
    if (whole !== undefined || english.length > longestParagraph) return whole ?? english;
    const parts = english.split(/(?<=[.:]) /);
    return parts.length === 1 ? english : parts.map((part) => this.#find(part) ?? part).join(' ');
  }

  #find(english: string): string | undefined {
    const exact = this.#exact.get(english);
    if (exact !== undefined) return exact;
    for (const shape of this.#shapes) {
      const values = valuesIn(english, shape);
      if (values)
        return shape.translation.replaceAll(/\{(\d+)\}/g, (_, at: string) => this.#put(values.get(Number(at)) ?? ''));
    }
    return undefined;
  }

  /** What was put in may be a sentence itself. */
  #put(value: string): string {
    return value.length > longestName ? this.of(value) : (this.#exact.get(value) ?? value);
  }
}

function shapeOf(english: string, translation: string): Shape {
  const parts = english.split(/\{(\d+)\}/);
  const fixed = parts.filter((_, at) => at % 2 === 0);
  const places = parts.filter((_, at) => at % 2 === 1).map(Number);
  return { fixed, places, translation, letters: fixed.join('').replaceAll(/\W/g, '').length };
}

/** What was put in, by its number; undefined where the text has another shape. Each fixed part is taken where it comes first. */
function valuesIn(text: string, { fixed, places }: Shape): Map<number, string> | undefined {
  const [first = '', ...others] = fixed;
  const last = others.at(-1) ?? '';
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return undefined;
  const values = new Map<number, string>();
  let from = first.length;
  for (const [at, place] of places.entries()) {
    const next = others[at] ?? '';
    const until = at === places.length - 1 ? end : text.indexOf(next, from);
    if (until < from || until > end) return undefined;
    const value = text.slice(from, until);
    if ((values.get(place) ?? value) !== value) return undefined;
    values.set(place, value);
    from = until + next.length;
  }
  return values;
}
