import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Which paths of a folder lie in packages that npm installed for development only, as npm's own record of what it installed says.
 * Other package managers leave no such record: with theirs everything ships, and .lambdaignore or a bundle makes it small.
 */
export function developmentDependencies(folder: string): (name: string) => boolean {
  let packages: unknown;
  try {
    const record: unknown = JSON.parse(readFileSync(path.join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
    packages = typeof record === 'object' && record !== null && 'packages' in record ? record.packages : undefined;
  } catch {
    return () => false;
  }
  const isMarked = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && 'dev' in value && value.dev === true;
  const folders = new Set(
    Object.entries(packages ?? {})
      .filter(([, value]) => isMarked(value))
      .map(([name]) => `${name}/`),
  );
  if (folders.size === 0) return () => false;
  return (name) => {
    for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1))
      if (folders.has(name.slice(0, at + 1))) return true;
    return false;
  };
}
