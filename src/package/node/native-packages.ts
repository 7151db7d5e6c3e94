// Packages with a part that is not JavaScript: no bundle can take them in.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { findPackage, isRecord, namesIn, readManifest, type Manifest } from './installed-packages.ts';

/** How packages find what was compiled for them. */
const loaders = new Set([
  'bindings',
  'node-gyp-build',
  'node-gyp-build-optional-packages',
  'prebuild-install',
  'node-pre-gyp',
  '@mapbox/node-pre-gyp',
]);

/** Whether a package was compiled, or brings one for each system among its optional dependencies. */
export function isNative(folder: string): boolean {
  const manifest = readManifest(folder);
  if (manifest['gypfile'] === true || isRecord(manifest['binary']) || existsSync(path.join(folder, 'binding.gyp')))
    return true;
  if (namesIn(manifest, 'dependencies').some((name) => loaders.has(name))) return true;
  return namesIn(manifest, 'optionalDependencies').some((name) => {
    const found = findPackage(name, folder);
    return found !== undefined && isForOneSystem(readManifest(found));
  });
}

/** Such as @img/sharp-linux-x64. */
const isForOneSystem = (manifest: Manifest): boolean => Array.isArray(manifest['os']) && Array.isArray(manifest['cpu']);

/** The folder of the package that a file lies in, if it lies in one of node_modules. */
export const packageFolderOf = (file: string): string | undefined =>
  /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(file)?.[0];

/** The name by which a package's folder is imported. */
export const packageNameOf = (folder: string): string =>
  /(?:@[^\\/]+[\\/])?[^\\/]+$/.exec(folder)?.[0].replaceAll('\\', '/') ?? folder;
