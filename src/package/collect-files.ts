import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, statSync, type Dirent } from 'node:fs';
import path from 'node:path';
import ignore from 'ignore';
import { Problem } from '../problem.ts';
import { developmentDependencies } from './node/development-dependencies.ts';
import { FolderNames, notUtf8 } from './folder-names.ts';
import { settingsFileName } from './function-settings.ts';
import { ignoreFileName, isNamedIn, outermostRules, withOwnRules, type IgnoreScope } from './ignore-rules.ts';

export interface FileSource {
  readonly kind: 'file';
  readonly name: string;
  readonly file: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
}

/** Something that goes into the package, by its path there ("/" between folders, and at the end of a folder's own). */
export type PackageSource =
  | FileSource
  | { readonly kind: 'content'; readonly name: string; readonly content: Uint8Array; readonly bytes: number }
  | { readonly kind: 'link'; readonly name: string; readonly target: string; readonly bytes: 0 }
  | { readonly kind: 'folder'; readonly name: string; readonly bytes: 0 };

export interface LeftOut {
  /** As in the package; a folder with everything in it ends with "/". */
  readonly name: string;
  /**
   * `never`: not ours to ship; `rule`: .lambdaignore or lambda.json says so; `development`: a devDependency; `outside`: a link
   * of a package manager, for shells or those who import what they do not declare, that leads out of the folder.
   */
  readonly why: 'never' | 'rule' | 'development' | 'private key' | 'not a file' | 'outside';
}

export interface CollectOptions {
  /** Patterns in gitignore's syntax: only what they name ships. */
  readonly include?: readonly string[] | undefined;
  /** Patterns in gitignore's syntax: what they name does not ship. */
  readonly exclude?: readonly string[] | undefined;
  /** Links whose faults do not matter yet, as they may not ship: they come in `unusable`, and nothing is thrown. */
  readonly mayNotShip?: ((name: string) => boolean) | undefined;
  /** Each file, as soon as it is found; in the order of `sources`. */
  readonly onFile?: ((source: FileSource) => void) | undefined;
}

export interface CollectedFiles {
  /** Sorted by the bytes of the names. */
  readonly sources: readonly PackageSource[];
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
  /** What is wrong with links that `mayNotShip`, by their names in `sources`. */
  readonly unusable: ReadonlyMap<string, Problem>;
}

/** Never part of a function, whatever .lambdaignore says: history, secrets, and what editors and systems leave. */
const neverShipped = new RegExp(
  `^(${[
    String.raw`\.(git|hg|svn|aws|ssh|vscode|idea|vs|DS_Store|venv|lambdaignore|npmrc|netrc|pypirc)`, String.raw`\.env.*`,
    'id_(rsa|ed25519|ecdsa).*', String.raw`Thumbs\.db`, '__pycache__',
  ].join('|')})$`,
  'i',
); // prettier-ignore
const neverShippedEndings = /\.(swp|pyc)$/i;

/**
 * What of a folder ships. `.lambdaignore` files follow gitignore's rules, nested ones included. Links that stay inside the folder
 * stay links. Throws a Problem for a link that leaves the folder, dangles or loops, and for names that do not survive the way to
 * Lambda; names what else is left out in `warnings`. Reads the folder synchronously: that is several times faster, so it belongs
 * off the editor's main thread.
 */
export function collectFiles(folder: string, options: CollectOptions = {}): CollectedFiles {
  const root = realpathSync(folder);
  const isDevelopment = developmentDependencies(root);
  const included = options.include && ignore({ ignorecase: false }).add(options.include);
  const outermost = outermostRules(options.exclude);
  const unusable = new Map<string, Problem>();
  const sources: PackageSource[] = [];
  const leftOut: LeftOut[] = [];
  const warnings: string[] = [];
  let hasLinks = false;
  const rootLength = root.length + 1;

  const leaveOut = (name: string, why: LeftOut['why'], warning?: string): void => {
    leftOut.push({ name, why });
    if (warning !== undefined) warnings.push(`${name} is left out: ${warning}`);
  };

  const visit = (relative: string, scopes: readonly IgnoreScope[]): void => {
    // As path.join() would: names from the disk need no tidying, and there are many.
    const here = root + path.sep + relative.replaceAll('/', path.sep);
    const entries = entriesOf(here, relative);
    const inner = withOwnRules(here, relative, entries, scopes);
    const { keys, special, isPlain } = inByteOrder(entries);
    const names = isPlain ? undefined : new FolderNames(relative, keys);
    for (const key of keys) {
      const file = here + key;
      // A part of that string, where it can be: it needs no memory of its own.
      const name = path.sep === '/' ? file.slice(rootLength) : relative + key;
      const isFolder = key.endsWith('/');
      if (isNeverShipped(isFolder ? key.slice(0, -1) : key) || isCache(key, relative)) {
        // What nobody would look for in a package need not be told.
        if (key !== ignoreFileName && (isFolder || !isCache(key, relative))) leaveOut(name, 'never');
      } else if (name === settingsFileName) continue;
      else if (inner.length > 0 && isNamedIn(name, inner)) leaveOut(name, 'rule');
      else if (isDevelopment(name)) leaveOut(name, 'development');
      else if (isFolder) {
        names?.check(key);
        sources.push({ kind: 'folder', name, bytes: 0 });
        visit(name, inner);
      } else if (included && !included.ignores(name)) leaveOut(name, 'rule');
      else if (visitOther(name, file, special?.get(key))) names?.check(key);
    }
  };

  /** Whether it ships; `special` is there where it is no file. */
  const visitOther = (name: string, file: string, special: Dirent | undefined): boolean => {
    if (special?.isSymbolicLink()) {
      const target = checkLink(root, file, name);
      if (target instanceof Problem) {
        if (options.mayNotShip?.(name) !== true) throw target;
        unusable.set(name, target);
      }
      sources.push({ kind: 'link', name, target: target instanceof Problem ? '' : target, bytes: 0 });
      hasLinks = true;
    } else if (special) {
      leaveOut(name, 'not a file', 'it is a socket, a pipe or a device, not a file.');
      return false;
    } else if (isPrivateKey(file)) {
      leaveOut(name, 'private key', 'it is a private key. Keep keys in Secrets Manager or Parameter Store.');
      return false;
    } else {
      const source = fileSource(name, file);
      sources.push(source);
      options.onFile?.(source);
    }
    return true;
  };

  visit('', outermost);
  if (!hasLinks) return { sources, leftOut, warnings, unusable };
  const shippedNames = new Set(sources.map(({ name }) => name));
  const shipped = sources.filter((source) => {
    if (source.kind !== 'link') return true;
    if (unusable.has(source.name)) {
      const isUnneeded = /^node_modules\/(\.pnpm\/node_modules|\.bin)\//.test(source.name);
      if (isUnneeded) leaveOut(source.name, 'outside');
      return !isUnneeded;
    }
    const target = path.relative(root, realpathSync(path.join(root, source.name))).replaceAll(path.sep, '/');
    if (target === '' || shippedNames.has(target) || shippedNames.has(`${target}/`)) return true;
    const ofTools = isDevelopment(target) || source.name.includes('node_modules/.bin/');
    if (ofTools) leaveOut(source.name, 'development');
    else warnings.push(`The link ${source.name} leads nowhere in the package: ${target} is left out.`);
    return !ofTools;
  });
  return { sources: shipped, leftOut, warnings, unusable };
}

/** Throws what is wrong with the first link that would ship after all. */
export function checkLinks(sources: readonly PackageSource[], { unusable }: Pick<CollectedFiles, 'unusable'>): void {
  if (unusable.size === 0) return;
  for (const { kind, name } of sources) {
    const wrong = kind === 'link' ? unusable.get(name) : undefined;
    if (wrong) throw wrong;
  }
}

/** Sorts by the bytes of the names, which is the same everywhere. */
export function sortByName<T extends { readonly name: string }>(sources: readonly T[]): T[] {
  return [...sources].sort((a, b) => compareNames(a.name, b.name));
}

/** For most names a look at their ends is enough. */
function isNeverShipped(name: string): boolean {
  const last = name.charCodeAt(name.length - 1) | toLower;
  if ((last === letter.c || last === letter.p) && neverShippedEndings.test(name)) return true;
  const first = name.charCodeAt(0);
  const letterAtFirst = first | toLower;
  const isPerhaps =
    first === letter.dot || first === letter.underscore || letterAtFirst === letter.i || letterAtFirst === letter.t;
  return isPerhaps && neverShipped.test(name);
}
const letter = { dot: 46, underscore: 95, c: 99, i: 105, m: 109, p: 112, t: 116, y: 121 };
const toLower = 32;

/** What package managers and bundlers keep for themselves in node_modules; some of it differs with each machine. */
const isCache = (key: string, folder: string): boolean =>
  key.startsWith('.') && folder.endsWith('node_modules/') && keptInModules.test(key);
const keptInModules =
  /^\.(cache\/|vite\/|package-(lock|map)\.json|modules\.yaml|yarn-integrity|yarn-state\.yml|pnpm-workspace-state.*)$/;

/**
 * The names in a folder, those of folders with a "/" at their ends: so they sort as their entries in the zip do, and a walk in this
 * order is sorted as a whole. `special` has what is neither file nor folder; names that are not plain may mean the same elsewhere.
 */
function inByteOrder(entries: readonly Dirent[]): {
  readonly keys: readonly string[];
  readonly special: ReadonlyMap<string, Dirent> | undefined;
  readonly isPlain: boolean;
} {
  let special: Map<string, Dirent> | undefined;
  const keys: string[] = [];
  for (const entry of entries) {
    const { name } = entry;
    if (entry.isFile()) keys.push(name);
    else if (entry.isDirectory()) keys.push(`${name}/`);
    else {
      special ??= new Map();
      special.set(name, entry);
      keys.push(name);
    }
  }
  const all = keys.join('');
  const isPlain = !beyondPlain.test(all);
  if (isPlain || !beyondAscii.test(all)) keys.sort();
  else keys.sort(compareNames);
  return { keys, special, isPlain };
}

/** What differs in case from another name, or is written in it otherwise than in a path. */
const beyondPlain = /[A-Z\\]|[^\0-\x7f]/; // oxlint-disable-line no-control-regex -- that is what ASCII begins with
const beyondAscii = /[^\0-\x7f]/; // oxlint-disable-line no-control-regex -- that is what ASCII begins with

export function compareNames(a: string, b: string): number {
  // UTF-16 and UTF-8 sort alike but for characters beyond the first plane.
  if (beyondAscii.test(a) || beyondAscii.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By what is in it: a .pem is as often a certificate, without which a function reaches no database. */
function isPrivateKey(file: string): boolean {
  const last = file.charCodeAt(file.length - 1) | toLower;
  if ((last !== letter.m && last !== letter.y) || !/\.(pem|key)$/i.test(file)) return false;
  try {
    return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(readFileSync(file, 'latin1'));
  } catch {
    return false; // what cannot be read is named when it is packed
  }
}

/** As without it, but not made anew for each file. */
const asNumbers = { bigint: false, throwIfNoEntry: true } as const;

function fileSource(name: string, file: string): FileSource {
  try {
    const { size, mtimeMs, ctimeMs, ino } = lstatSync(file, asNumbers);
    return { kind: 'file', name, file, bytes: size, mtimeMs, ctimeMs, inode: ino };
  } catch (error) {
    throw notUtf8(name, error) ?? error;
  }
}

function entriesOf(folder: string, name: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    throw notUtf8(name, error) ?? error;
  }
}

/** Where it leads to, or what is wrong with it. */
function checkLink(root: string, file: string, name: string): string | Problem {
  const target = readlinkSync(file);
  const fix = `Remove it, or name it in ${ignoreFileName}.`;
  let resolved: string;
  try {
    statSync(file);
    resolved = realpathSync(file);
  } catch (error) {
    const loops = error instanceof Error && 'code' in error && error.code === 'ELOOP';
    return new Problem(
      loops ? 'LinkLoops' : 'LinkDangles',
      `The link ${name} ${loops ? 'leads back to itself' : `points to ${target}, which does not exist`}. ${fix}`,
      { cause: error },
    );
  }
  const inside = (place: string): boolean => place === root || place.startsWith(root + path.sep);
  // Also the way there must stay inside: on Lambda the folder has another name, and nothing lies beside it.
  if (path.isAbsolute(target) || !inside(resolved) || !inside(path.resolve(path.dirname(file), target))) {
    return new Problem(
      'LinkLeavesFolder',
      `The link ${name} points to ${target}, outside the folder, where Lambda has nothing. ${fix}`,
    );
  }
  return target.split(path.sep).join('/');
}
