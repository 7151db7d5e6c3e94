// Which packages of node_modules a function needs: found on the disk as Node.js finds them, whichever package manager has laid them there.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';

export interface InstalledPackage {
  /** As it is imported. */
  readonly name: string;
  /** Where it really lies, behind all links. */
  readonly folder: string;
  /** From a package that was asked for down to this one, by their names. */
  readonly chain: readonly string[];
  /** By the names that it imports them by. */
  readonly needs: Map<string, InstalledPackage>;
}

/** A package that something in the folder `from` imports. */
export interface WantedPackage {
  readonly name: string;
  readonly from: string;
}

export type Manifest = Readonly<Record<string, unknown>>;

/** What package.json in a folder says; nothing where there is none, or it is not JSON. */
export function readManifest(folder: string): Manifest {
  try {
    const manifest: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return isRecord(manifest) ? manifest : {};
  } catch {
    return {};
  }
}

export const isRecord = (value: unknown): value is Manifest => typeof value === 'object' && value !== null;

/** The names that stand in one of the manifest's lists of dependencies. */
export const namesIn = (manifest: Manifest, list: string): string[] => Object.keys(Object(manifest[list]));

/** What a package does not run without: not what it was developed with, nor peers that it can do without. */
export function neededBy(manifest: Manifest): string[] {
  const isOptional = (name: string): boolean => {
    const meta: unknown = Object(manifest['peerDependenciesMeta'])[name];
    return isRecord(meta) && meta['optional'] === true;
  };
  const peers = namesIn(manifest, 'peerDependencies').filter((name) => !isOptional(name));
  return [...namesIn(manifest, 'dependencies'), ...namesIn(manifest, 'optionalDependencies'), ...peers];
}

/** The packages that are wanted and all that they need, each once, by where they lie; what is not installed is not in it. */
export function installedPackages(wanted: readonly WantedPackage[]): Map<string, InstalledPackage> {
  const found = new Map<string, InstalledPackage>();
  const take = ({ name, from }: WantedPackage, chain: readonly string[]): InstalledPackage | undefined => {
    const folder = findPackage(name, from);
    if (folder === undefined) return undefined;
    const known = found.get(folder);
    if (known) return known;
    const one: InstalledPackage = { name, folder, chain: [...chain, name], needs: new Map() };
    found.set(folder, one);
    return one;
  };
  for (const each of wanted) take(each, []);
  // A Map's iteration comes to what is added meanwhile: breadth first, so that chains are the shortest.
  for (const each of found.values()) {
    for (const name of neededBy(readManifest(each.folder))) {
      const needed = take({ name, from: each.folder }, each.chain);
      if (needed && needed !== each) each.needs.set(name, needed);
    }
  }
  return found;
}

/** Where a package really lies that code in the folder `from` imports: in node_modules there, or in a folder above. */
export function findPackage(name: string, from: string): string | undefined {
  for (let here = from; ; here = path.dirname(here)) {
    if (path.basename(here) !== 'node_modules') {
      const place = path.join(here, 'node_modules', name);
      if (existsSync(place)) return realpathSync(place);
    }
    if (here === path.dirname(here)) return undefined;
  }
}

/** What package.json of a function's folder asks for to run. */
export const wantedBy = (folder: string): WantedPackage[] =>
  neededBy(readManifest(folder)).map((name) => ({ name, from: folder }));

/** Path of a place below a folder, with "/"; undefined where it lies elsewhere. */
export function below(folder: string, place: string): string | undefined {
  const relative = path.relative(folder, place).replaceAll(path.sep, '/');
  return relative === '..' || relative.startsWith('../') || path.isAbsolute(relative) ? undefined : relative;
}
