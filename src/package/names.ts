import { compareNames } from './collect-files.ts';

/** The paths of what ships, or may. A Set is one. */
export interface Names extends Iterable<string> {
  has(name: string): boolean;
}

/** The names of what is in the order of its names already: only some are asked for, and a Set of all takes its time to be made. */
export class SortedNames implements Names {
  readonly #named: readonly { readonly name: string }[];

  constructor(named: readonly { readonly name: string }[]) {
    this.#named = named;
  }

  has(name: string): boolean {
    let [from, to] = [0, this.#named.length];
    while (from < to) {
      const middle = (from + to) >>> 1;
      const order = compareNames(this.#named[middle]?.name ?? '', name);
      if (order === 0) return true;
      if (order < 0) from = middle + 1;
      else to = middle;
    }
    return false;
  }

  *[Symbol.iterator](): Iterator<string> {
    for (const { name } of this.#named) yield name;
  }
}
