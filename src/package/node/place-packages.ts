// Packages from wherever a package manager keeps them, as one node_modules of plain folders that works anywhere.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { collectFiles, sortByName, type PackageSource } from '../collect-files.ts';
import { below, installedPackages, type InstalledPackage, type WantedPackage } from './installed-packages.ts';

/** What Prisma generates lies beside its package, in a folder that nothing depends on. */
const generated = '.prisma';

export interface FunctionFolder {
  readonly folder: string;
  /** What of it ships. */
  readonly files: readonly PackageSource[];
  /** Whether its .lambdaignore and lambda.json leave a name out. */
  readonly isLeftOut: (name: string) => boolean;
}

/**
 * The files of wanted packages and of all that they need, under `node_modules/`. What lies there already in the function's folder is
 * taken from its `files`.
 */
export function packagesAsFiles(
  wanted: readonly WantedPackage[],
  { folder, files, isLeftOut }: FunctionFolder,
): PackageSource[] {
  const packages = installedPackages(wanted);
  const own = filesByPackage(files);
  const made: PackageSource[] = [];
  for (const [place, { folder: from }] of placed(packages, wanted)) {
    const there = below(folder, from) === place ? own.get(`${place}/`) : undefined;
    made.push(...(there ?? sourcesIn(from, place)));
    const beside = path.join(modulesOf(from), generated);
    if (path.basename(from) === 'client' && existsSync(beside)) made.push(...sourcesIn(beside, modulesOf(place) + '/' + generated)); // prettier-ignore
  }
  const shipped = made.filter(({ kind, name }) => kind !== 'folder' && !isLeftOut(name));
  const folders = new Map(shipped.flatMap(({ name }) => foldersOf(name)).map((name) => [name, { kind: 'folder', name, bytes: 0 } as const])); // prettier-ignore
  return sortByName([...folders.values(), ...shipped]);
}

/** The node_modules that a package lies in. */
const modulesOf = (place: string): string => place.slice(0, place.lastIndexOf('node_modules') + 'node_modules'.length);

function sourcesIn(folder: string, place: string): PackageSource[] {
  // What it needs is placed by itself.
  const { sources } = collectFiles(folder, { exclude: ['/node_modules/'] });
  return sources.map((source) => ({ ...source, name: `${place}/${source.name}` }));
}

/**
 * Where each package goes, so that each finds the one that it found where it came from: at the top, or, where another version is
 * there, within whoever needs it.
 */
function placed(
  packages: ReadonlyMap<string, InstalledPackage>,
  wanted: readonly WantedPackage[],
): Map<string, InstalledPackage> {
  const places = new Map<string, InstalledPackage>();
  const queue: { readonly place: string; readonly needs: ReadonlyMap<string, InstalledPackage> }[] = [];
  const put = (name: string, one: InstalledPackage, within: string): void => {
    if (seenFrom(within, name, places) === one) return;
    const top = `node_modules/${name}`;
    if (within === '' && places.has(top)) return; // a bundle is one place, which finds one version
    const place = places.has(top) ? `${within}node_modules/${name}` : top;
    places.set(place, one);
    queue.push({ place, needs: one.needs });
  };
  for (const one of packages.values()) {
    const isWanted = one.chain.length === 1 && wanted.some(({ name }) => name === one.name);
    if (isWanted) put(one.name, one, '');
  }
  for (const { place, needs } of queue) for (const [name, one] of needs) put(name, one, `${place}/`);
  return places;
}

/** What code at a place would import by a name, as Node.js looks for it. */
function seenFrom(
  within: string,
  name: string,
  places: ReadonlyMap<string, InstalledPackage>,
): InstalledPackage | undefined {
  // prettier-ignore
  for (let at = within; ; at = at.slice(0, at.lastIndexOf('node_modules/'))) {
    const found = places.get(`${at}node_modules/${name}`);
    if (found !== undefined || at === '') return found;
  }
}

function filesByPackage(files: readonly PackageSource[]): Map<string, PackageSource[]> {
  const found = new Map<string, PackageSource[]>();
  for (const source of files) {
    const place = /^.*node_modules\/(?:@[^/]+\/)?[^/]+\//.exec(source.name)?.[0];
    if (place === undefined || source.kind === 'folder') continue;
    const others = found.get(place);
    if (others) others.push(source);
    else found.set(place, [source]);
  }
  return found;
}

function foldersOf(name: string): string[] {
  const folders: string[] = [];
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) folders.push(name.slice(0, at + 1));
  return folders;
}
