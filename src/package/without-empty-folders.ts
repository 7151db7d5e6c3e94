import type { PackageSource } from './collect-files.ts';

/** The sources without the folders in which none of the others lies. */
export function withoutEmptyFolders(sources: readonly PackageSource[]): PackageSource[] {
  const inUse = new Set<string>();
  for (const { kind, name } of sources) {
    if (kind === 'folder') continue;
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) inUse.add(name.slice(0, at + 1));
  }
  return sources.filter(({ kind, name }) => kind !== 'folder' || inUse.has(name));
}
