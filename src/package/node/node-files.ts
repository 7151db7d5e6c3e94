// What ships of a Node.js function: its code, bundled or as it is, and the packages that it needs from wherever they are installed.
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { BundleContents } from '../bundle-typescript.ts';
import type { PackageSource } from '../collect-files.ts';
import { typescriptFile } from '../find-runtime.ts';
import type { FunctionSettings } from '../function-settings.ts';
import { leftOutBy } from '../ignore-rules.ts';
import { below, installedPackages, wantedBy, type WantedPackage } from './installed-packages.ts';
import { packagesAsFiles } from './place-packages.ts';

export interface FolderOfNode {
  readonly folder: string;
  readonly files: readonly PackageSource[];
  readonly settings: FunctionSettings;
}

export interface NodeFunction extends FolderOfNode {
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  /** The file with the handler, relative to the folder. */
  readonly nodeEntry: string;
}

const bundledFiles =
  /\.(mts|cts|ts|tsx)$|^(package(-lock)?|tsconfig[^/]*|npm-shrinkwrap)\.json$|^(yarn\.lock|pnpm-(lock|workspace)\.yaml|bun\.lockb?|\.yarnrc\.yml|\.pnp\.[^/]+)$|^(node_modules|\.yarn)\//;

/** Package managers link to places outside of a folder, whose packages may be laid out otherwise, or be in a bundle. */
export const inNodeModules = (name: string): boolean => /(^|\/)node_modules(\/|$)/.test(name);

export const isBundling = (nodeEntry: string, { bundle }: FunctionSettings): boolean =>
  Boolean(bundle) || typescriptFile.test(nodeEntry);

/** A bundle takes the place of the code and the packages in it; everything else (data, templates) still ships. */
export async function bundledNodeFiles(
  of: NodeFunction,
): Promise<{ readonly sources: PackageSource[]; readonly bundle: BundleContents }> {
  const { files, settings, runtime, nodeEntry } = of;
  const how = typeof settings.bundle === 'object' ? settings.bundle : undefined;
  const folder = realpathSync(of.folder);
  const { bundleTypescript } = await import('../bundle-typescript.ts');
  const { sources, external, contents } = await bundleTypescript({ folder, entry: nodeEntry, runtime, settings: how });
  const made = new Set(sources.map(({ name }) => name));
  const isLeftOut = leftOutBy(folder, settings);
  const shipped = [
    ...files.filter(({ name }) => name !== nodeEntry && !bundledFiles.test(name) && !made.has(name)),
    ...sources,
    ...packagesAsFiles(external, { folder, files, isLeftOut }),
  ];
  return { sources: shipped, bundle: contents };
}

/**
 * The folder's files where packages that it needs lie outside of it, as those of a workspace do and those behind a linked node_modules:
 * they are laid out within it, with all that they need. What it needs package.json says, or, in one of several folders that share one
 * above, the code. Undefined where the folder has what it needs.
 */
export async function withPackagesFromOutside(of: NodeFunction): Promise<PackageSource[] | undefined> {
  const { folder, runtime, nodeEntry } = of;
  if (existsSync(path.join(folder, 'package.json'))) return withDeclaredFromOutside(of);
  if (!mayReachOutside(realpathSync(folder))) return undefined;
  const { importedPackages } = await import('../bundle-typescript.ts');
  return laidOut(await importedPackages({ folder: realpathSync(folder), entry: nodeEntry, runtime }), of);
}

/** The same by what package.json says alone. */
export function withDeclaredFromOutside(of: FolderOfNode): PackageSource[] | undefined {
  const folder = realpathSync(of.folder);
  if (isInstalledHere(folder, of.files)) return undefined;
  return mayReachOutside(folder) ? laidOut(wantedBy(folder), of) : undefined;
}

function laidOut(
  wanted: readonly WantedPackage[],
  { folder: stated, files, settings }: FolderOfNode,
): PackageSource[] | undefined {
  const folder = realpathSync(stated);
  const isOutside = [...installedPackages(wanted).keys()].some((place) => below(folder, place) === undefined);
  if (!isOutside) return undefined;
  const packages = packagesAsFiles(wanted, { folder, files, isLeftOut: leftOutBy(folder, settings) });
  return [...files.filter(({ name }) => !/^node_modules(\/|$)/.test(name)), ...packages];
}

/** npm leaves a note of all that it has installed in a folder, which is then all there, but for what it only links to. */
const isInstalledHere = (folder: string, files: readonly PackageSource[]): boolean =>
  existsSync(path.join(folder, 'node_modules', '.package-lock.json')) &&
  !files.some(({ kind, name }) => kind === 'link' && inNodeModules(name) && !name.includes('/.bin/'));

/** Links of a package manager in a folder of its own lead to where all is installed, which has a node_modules above. */
function mayReachOutside(folder: string): boolean {
  const own = path.join(folder, 'node_modules');
  if (lstatSync(own, { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  for (let here = path.dirname(folder); ; here = path.dirname(here)) {
    if (existsSync(path.join(here, 'node_modules'))) return true;
    if (here === path.dirname(here)) return false;
  }
}
