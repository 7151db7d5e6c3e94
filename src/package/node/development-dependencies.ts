import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { below, installedPackages, isRecord, namesIn, readManifest, wantedBy } from './installed-packages.ts';

/**
 * Which paths of a folder lie in packages that were installed for development only: npm's own record of what it installed says so; of
 * what pnpm, Yarn or Bun have installed it is what only devDependencies lead to. What nothing leads to is not known to be of no use.
 */
export function developmentDependencies(folder: string): (name: string) => boolean {
  const folders = markedByNpm(folder) ?? onlyForDevelopment(folder);
  if (folders.size === 0) return () => false;
  return (name) => {
    for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1))
      if (folders.has(name.slice(0, at + 1))) return true;
    return false;
  };
}

function markedByNpm(folder: string): Set<string> | undefined {
  let packages: unknown;
  try {
    const record: unknown = JSON.parse(readFileSync(path.join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
    packages = isRecord(record) ? record['packages'] : undefined;
  } catch {
    return undefined;
  }
  const marked = Object.entries(packages ?? {}).filter(([, value]) => isRecord(value) && value['dev'] === true);
  return new Set(marked.map(([name]) => `${name}/`));
}

function onlyForDevelopment(folder: string): Set<string> {
  const tools = namesIn(readManifest(folder), 'devDependencies').map((name) => ({ name, from: folder }));
  if (tools.length === 0 || !existsSync(path.join(folder, 'node_modules'))) return new Set();
  const needed = installedPackages(wantedBy(folder));
  const folders = [...installedPackages(tools).keys()].filter((place) => !needed.has(place));
  return new Set(folders.flatMap((place) => unlessOutside(below(folder, place))));
}

/** Of pnpm's store the whole folder of a package, in which links to what it needs lie beside it. */
function unlessOutside(place: string | undefined): string[] {
  if (!place) return [];
  return [/^node_modules\/\.pnpm\/[^/]+\//.exec(place)?.[0] ?? `${place}/`];
}
