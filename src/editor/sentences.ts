// What the rooms below the editor say is English, and made without VS Code: here it is found again in the bundle of the editor's language.

/** A text of the bundle in which something is put in: its shape, and how much of it is fixed. */
interface Shape {
  readonly pattern: RegExp;
  readonly translation: string;
  readonly fixedLetters: number;
}

/** Less of a fixed text would fit anything. */
const fewestFixed = 8;
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Finds English sentences by their shape: `{0}` of the bundle stands for whatever was put in. */
export class Sentences {
  readonly #exact: ReadonlyMap<string, string>;
  readonly #shapes: readonly Shape[];

  /** Translations by English text, with {0}, {1} … */
  constructor(bundle: Readonly<Record<string, string>> | undefined) {
    const entries = Object.entries(bundle ?? {});
    this.#exact = new Map(entries);
    this.#shapes = entries
      .filter(([english]) => /\{\d+\}/.test(english))
      .map(([english, translation]) => shapeOf(english, translation))
      .filter(({ fixedLetters }) => fixedLetters >= fewestFixed)
      .sort((one, other) => other.fixedLetters - one.fixedLetters);
  }

  /** The sentence in the editor's language; sentences that stand together are looked for one by one. English where none fits. */
  of(english: string): string {
    const whole = this.#find(english);
    if (whole !== undefined) return whole;
    const parts = english.split(/(?<=[.:]) /);
    return parts.length === 1 ? english : parts.map((part) => this.#find(part) ?? part).join(' ');
  }

  #find(english: string): string | undefined {
    const exact = this.#exact.get(english);
    if (exact !== undefined) return exact;
    for (const { pattern, translation } of this.#shapes) {
      const found = pattern.exec(english);
      // What was put in may be a sentence itself.
      if (found)
        return translation.replaceAll(/\{(\d+)\}/g, (_, at: string) => this.#put(found.groups?.[`_${at}`] ?? ''));
    }
    return undefined;
  }

  #put(value: string): string {
    return value.length > 20 ? this.of(value) : (this.#exact.get(value) ?? value);
  }
}

function shapeOf(english: string, translation: string): Shape {
  const parts = english.split(/\{(\d+)\}/);
  const known = new Set<string>();
  const pattern = parts.map((part, at) => {
    if (at % 2 === 0) return escaped(part);
    if (known.has(part)) return String.raw`\k<_${part}>`;
    known.add(part);
    return `(?<_${part}>[^]*?)`;
  });
  const fixed = parts.filter((_, at) => at % 2 === 0).join('');
  return {
    pattern: new RegExp(`^${pattern.join('')}$`),
    translation,
    fixedLetters: fixed.replaceAll(/\W/g, '').length,
  };
}
