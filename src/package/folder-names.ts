// Names that do not survive the way to Lambda.
import { Problem } from '../problem.ts';
import { ignoreFileName } from './ignore-rules.ts';

/** What Node.js cannot decode in a name it replaces, and then there is no such file. */
export const notUtf8 = (name: string, cause: unknown): Problem | undefined =>
  name.includes('\uFFFD')
    ? new Problem(
        'NameNotUtf8',
        `The name of ${name} is not UTF-8, so Lambda cannot unzip it. Rename it, or leave its folder out with ${ignoreFileName}.`,
        { cause },
      )
    : undefined;

/** Names in one folder that mean something else, or the same as another, where they are unzipped. */
export class FolderNames {
  readonly #folder: string;
  readonly #seen = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  check(key: string): void {
    if (key.includes('\\')) {
      throw new Problem(
        'NameUnusable',
        `${this.#folder}${key} has a backslash in its name, which is read as a folder in a zip. Rename it, or leave it out with ${ignoreFileName}.`,
      );
    }
    const folded = key.replace(/\/$/, '').toLowerCase();
    const other = this.#seen.get(folded);
    if (other !== undefined) {
      throw new Problem(
        'NamesCollide',
        `${this.#folder}${other} and ${this.#folder}${key} differ in upper and lower case only, so that one replaces the other on macOS and Windows. Rename one, or leave it out with ${ignoreFileName}.`,
      );
    }
    this.#seen.set(folded, key);
  }
}
