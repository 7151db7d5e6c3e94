// What .lambdaignore files and the patterns of lambda.json leave out, by gitignore's rules.
import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';

export const ignoreFileName = '.lambdaignore';

export interface IgnoreScope {
  /** Folder of the .lambdaignore, as a path in the package; empty for the root. */
  readonly base: string;
  readonly rules: Ignore;
}

/** Which names the .lambdaignore at a folder's root and the patterns of `exclude` leave out. */
export function leftOutBy(
  folder: string,
  { exclude }: { readonly exclude?: readonly string[] | undefined },
): (name: string) => boolean {
  const entries = readdirSync(folder, { withFileTypes: true });
  const scopes = withOwnRules(folder, '', entries, outermostRules(exclude));
  return (name) => isNamedIn(name, scopes);
}

export const outermostRules = (exclude: readonly string[] | undefined): readonly IgnoreScope[] =>
  exclude ? [{ base: '', rules: ignore({ ignorecase: false }).add(exclude) }] : [];

export function withOwnRules(
  here: string,
  relative: string,
  entries: readonly Dirent[],
  scopes: readonly IgnoreScope[],
): readonly IgnoreScope[] {
  if (!entries.some(({ name }) => name === ignoreFileName)) return scopes;
  const text = readFileSync(path.join(here, ignoreFileName), 'utf8');
  return [...scopes, { base: relative, rules: ignore({ ignorecase: false }).add(text) }];
}

export function isNamedIn(name: string, scopes: readonly IgnoreScope[]): boolean {
  let leftOut = false;
  for (const { base, rules } of scopes) {
    const { ignored, unignored } = rules.test(name.slice(base.length));
    if (ignored) leftOut = true;
    if (unignored) leftOut = false;
  }
  return leftOut;
}
