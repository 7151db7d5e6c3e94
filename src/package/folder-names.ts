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
  readonly #mayCollide: boolean;
  readonly #seen = new Map<string, string>();

  /** `keys`: all names in the folder, those of folders with a "/" at their ends. */
  constructor(folder: string, keys: readonly string[]) {
    this.#folder = folder;
    this.#mayCollide = mayCollide(keys);
  }

  /** Of a name that ships: throws `NameUnusable` or `NamesCollide`. */
  check(key: string): void {
    if (key.includes('\\')) {
      throw new Problem(
        'NameUnusable',
        `${this.#folder}${key} has a backslash in its name, which is read as a folder in a zip. Rename it, or leave it out with ${ignoreFileName}.`,
      );
    }
    if (!this.#mayCollide) return;
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

/** Whether two names may be one in other letters: by hashes, as most folders have none, and names in other letters would be many. */
function mayCollide(keys: readonly string[]): boolean {
  const hashes = new Int32Array(keys.length);
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] ?? '';
    let hash = 0;
    for (let index = 0; index < key.length; index += 1) {
      const code = key.charCodeAt(index);
      if (code > 0x7f) return true;
      // Letters lose what makes them large; of a folder's "/" nothing is left.
      if (code !== slash) hash = (Math.imul(hash, 31) + (code | 32)) | 0;
    }
    hashes[at] = hash;
  }
  hashes.sort();
  for (let at = 1; at < hashes.length; at += 1) if (hashes[at] === hashes[at - 1]) return true;
  return false;
}

const slash = 47;
