import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { Problem } from '../problem.ts';

/** Something that goes into the package, by its path there ("/" between folders, folders without one at their end). */
export type PackageSource =
  | { readonly kind: 'file'; readonly name: string; readonly file: string; readonly bytes: number }
  | { readonly kind: 'content'; readonly name: string; readonly content: Uint8Array; readonly bytes: number }
  | { readonly kind: 'link'; readonly name: string; readonly target: string; readonly bytes: 0 }
  | { readonly kind: 'folder'; readonly name: string; readonly bytes: 0 };

export interface CollectedFiles {
  readonly sources: readonly PackageSource[];
  readonly warnings: readonly string[];
}

/** Never part of a function, whatever .lambdaignore says: history, secrets, and what editors and systems leave. */
const neverShipped = ignore().add([
  '.git', '.hg', '.svn', '.env*', '.aws', 'id_rsa*', 'id_ed25519*', '.vscode', '.idea', '.vs', '*.swp', '.DS_Store',
  'Thumbs.db', '.lambdaignore', '__pycache__', '*.pyc', '**/node_modules/.cache', '.venv',
]); // prettier-ignore

const ignoreFileName = '.lambdaignore';

interface IgnoreScope {
  /** Folder of the .lambdaignore, as a path in the package; empty for the root. */
  readonly base: string;
  readonly rules: Ignore;
}

/**
 * What of a folder ships. `.lambdaignore` files follow gitignore's rules, nested ones included. Links that stay inside the folder
 * stay links. Throws a Problem for a link that leaves the folder, dangles or loops; names what else is left out in `warnings`.
 */
export async function collectFiles(folder: string, signal?: AbortSignal): Promise<CollectedFiles> {
  const root = await realpath(folder);
  const sources: PackageSource[] = [];
  const warnings: string[] = [];

  const visit = async (relative: string, scopes: readonly IgnoreScope[]): Promise<void> => {
    signal?.throwIfAborted();
    const here = path.join(root, relative);
    const inner = await withOwnRules(here, relative, scopes);
    for (const entry of await readdir(here, { withFileTypes: true })) {
      const name = relative ? `${relative}/${entry.name}` : entry.name;
      const file = path.join(here, entry.name);
      const asFolder = entry.isDirectory();
      if (isLeftOut(name, asFolder, inner)) continue;
      if (asFolder) {
        sources.push({ kind: 'folder', name, bytes: 0 });
        await visit(name, inner);
      } else if (entry.isSymbolicLink()) {
        sources.push({ kind: 'link', name, target: await checkLink(root, file, name), bytes: 0 });
      } else if (entry.isFile()) {
        if (await isPrivateKey(file)) {
          warnings.push(`${name} is left out: it is a private key. Keep keys in Secrets Manager or Parameter Store.`);
          continue;
        }
        sources.push({ kind: 'file', name, file, bytes: (await lstat(file)).size });
      } else {
        warnings.push(`${name} is left out: it is a socket, a pipe or a device, not a file.`);
      }
    }
  };

  await visit('', []);
  const names = new Set(sources.map(({ name }) => name));
  for (const source of sources) {
    if (source.kind !== 'link') continue;
    const target = path.relative(root, await realpath(path.join(root, source.name))).replaceAll(path.sep, '/');
    if (target !== '' && !names.has(target))
      warnings.push(`The link ${source.name} leads nowhere in the package: ${target} is left out.`);
  }
  return { sources: sortByName(sources), warnings };
}

/** Sorts by the bytes of the names, which is the same everywhere. */
export function sortByName<T extends { readonly name: string }>(sources: readonly T[]): T[] {
  return [...sources].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

async function withOwnRules(
  here: string,
  relative: string,
  scopes: readonly IgnoreScope[],
): Promise<readonly IgnoreScope[]> {
  const text = await readFile(path.join(here, ignoreFileName), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? scopes : [...scopes, { base: relative, rules: ignore({ ignorecase: false }).add(text) }];
}

function isLeftOut(name: string, isFolder: boolean, scopes: readonly IgnoreScope[]): boolean {
  const slash = isFolder ? '/' : '';
  if (neverShipped.ignores(name + slash)) return true;
  let leftOut = false;
  for (const { base, rules } of scopes) {
    const { ignored, unignored } = rules.test((base ? name.slice(base.length + 1) : name) + slash);
    if (ignored) leftOut = true;
    if (unignored) leftOut = false;
  }
  return leftOut;
}

/** By what is in it: a .pem is as often a certificate, without which a function reaches no database. */
async function isPrivateKey(file: string): Promise<boolean> {
  if (!/\.(pem|key)$/i.test(file)) return false;
  const text = await readFile(file, 'latin1').catch(() => ''); // what cannot be read is named when it is packed
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text);
}

async function checkLink(root: string, file: string, name: string): Promise<string> {
  const target = await readlink(file);
  const fix = `Remove it, or name it in ${ignoreFileName}.`;
  let resolved: string;
  try {
    await stat(file);
    resolved = await realpath(file);
  } catch (error) {
    const loops = error instanceof Error && 'code' in error && error.code === 'ELOOP';
    throw new Problem(
      loops ? 'LinkLoops' : 'LinkDangles',
      `The link ${name} ${loops ? 'leads back to itself' : `points to ${target}, which does not exist`}. ${fix}`,
      { cause: error },
    );
  }
  const inside = (place: string): boolean => place === root || place.startsWith(root + path.sep);
  // Also the way there must stay inside: on Lambda the folder has another name, and nothing lies beside it.
  if (path.isAbsolute(target) || !inside(resolved) || !inside(path.resolve(path.dirname(file), target))) {
    throw new Problem(
      'LinkLeavesFolder',
      `The link ${name} points to ${target}, outside the folder, where Lambda has nothing. ${fix}`,
    );
  }
  return target.split(path.sep).join('/');
}
