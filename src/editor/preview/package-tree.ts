import type { PackagePart } from '../../package/explain.ts';
import type { DeploymentPackage } from '../../package/deployment-package.ts';

/** A folder or a file of a package, with all that is in it. */
export interface PackageNode {
  /** Without the folders above it. */
  readonly name: string;
  /** As in the package. */
  readonly path: string;
  bytes: number;
  zippedBytes: number;
  files: number;
  readonly children: PackageNode[];
  /** How a package of node_modules came to be there. */
  because?: readonly string[];
}

const node = (name: string, path: string): PackageNode => {
  return { name, path, bytes: 0, zippedBytes: 0, files: 0, children: [] };
};

/** The package as a tree, the heaviest first in each folder. */
export function packageTree(
  { entries }: Pick<DeploymentPackage, 'entries'>,
  parts: readonly PackagePart[] = [],
): PackageNode {
  const root = node('', '');
  const folders = new Map([['', root]]);
  const folderOf = (path: string): PackageNode => {
    const known = folders.get(path);
    if (known) return known;
    const cut = path.lastIndexOf('/');
    const made = node(path.slice(cut + 1), path);
    folders.set(path, made);
    folderOf(cut < 0 ? '' : path.slice(0, cut)).children.push(made);
    return made;
  };
  for (const { path, bytes, zippedBytes = 0 } of entries) {
    if (path.endsWith('/')) continue;
    const file = folderOf(path);
    for (let at: string | undefined = path; at !== undefined; at = aboveOf(at)) {
      const each = folderOf(at);
      each.bytes += bytes;
      each.zippedBytes += zippedBytes;
      each.files += 1;
    }
    folders.delete(file.path); // a file is no folder for what follows
  }
  for (const { name, because } of parts) {
    const found = folders.get(name.replace(/\/$/, ''));
    if (found && because) found.because = because;
  }
  sortHeaviest(root);
  return root;
}

function aboveOf(path: string): string | undefined {
  if (path === '') return undefined;
  const cut = path.lastIndexOf('/');
  return cut < 0 ? '' : path.slice(0, cut);
}

function sortHeaviest({ children }: PackageNode): void {
  children.sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  for (const child of children) sortHeaviest(child);
}
