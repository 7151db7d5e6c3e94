// Turns a folder into a layer: what /opt is to hold, in one zip made as a function's package is.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../problem.ts';
import { installPythonDependencies } from './build/python.ts';
import { installRubyDependencies } from './build/ruby.ts';
import { checkFolder } from './check-folder.ts';
import { checkLinks, collectFiles, sortByName, type LeftOut, type PackageSource } from './collect-files.ts';
import type { DeploymentPackage, PackageOptions } from './deployment-package.ts';
import { hasPythonDependencies } from './find-python.ts';
import { findSettings } from './function-settings.ts';
import { laidOut, layerKind, needsGems, type LayerKind } from './layer-layout.ts';
import { inNodeModules, withDeclaredFromOutside } from './node/node-files.ts';
import { checkUnzipped, overDirectUpload } from './quotas.ts';
import { copyTo, readArchive, warningsOf } from './ready-package.ts';
import { withoutEmptyFolders } from './without-empty-folders.ts';
import { warningsOfSecrets, writeZip } from './write-zip.ts';
import { defaultCacheFolder, PackageCache } from './zip/package-cache.ts';

/** A layer's content on disk. */
export interface LayerPackage extends Pick<
  DeploymentPackage,
  'file' | 'codeSha256' | 'zippedBytes' | 'unzippedBytes' | 'entries' | 'overDirectUpload'
> {
  readonly kind: LayerKind;
  /** What it was installed for; absent where it is the same for all. */
  readonly builtFor?: { readonly runtime: string; readonly architecture: 'x86_64' | 'arm64' };
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
}

export type LayerOptions = Omit<PackageOptions, 'handler' | 'halfFile'>;

interface LayerContent {
  readonly kind: LayerKind;
  readonly sources: readonly PackageSource[];
  readonly builtFor?: LayerPackage['builtFor'];
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly string[];
}

/**
 * Packages a folder as a layer, or takes a ready .zip as it is. Python dependencies and gems are installed for the runtime that is asked
 * for, that of lambda.json, or the newest in wide use. Throws a Problem that says what to do; the folder itself is only read.
 */
export async function packageLayer(options: LayerOptions): Promise<LayerPackage> {
  const { folder, outFile, signal, onProgress } = options;
  if (checkFolder(folder) === 'ready') return readyLayer(options);
  onProgress?.({ message: 'Reading the folder' });
  const { kind, sources, builtFor, leftOut, warnings } = await contentOf(options);
  if (!sources.some((source) => source.kind !== 'folder'))
    throw new Problem('FolderEmpty', `${path.basename(folder)} has no files for a layer. Choose another folder.`);
  const unzippedBytes = checkUnzipped(sources);
  // Beside the cache of a function in the same folder, whose entries have other names.
  using cache = new PackageCache(options.cacheFolder ?? defaultCacheFolder(), path.join(folder, 'layer:'));
  cache.load();
  const { codeSha256, zippedBytes, secrets } = await writeZip({
    sources,
    outFile,
    cache,
    signal,
    onProgress: onProgress && ((fraction) => onProgress({ message: 'Zipping', fraction })),
  });
  const tooLarge = overDirectUpload(zippedBytes, sources);
  return {
    file: path.resolve(outFile),
    ...tooLarge,
    codeSha256,
    zippedBytes,
    unzippedBytes,
    entries: sources.map(({ name, bytes }) => ({ path: name, bytes })),
    kind,
    ...(builtFor && { builtFor }),
    leftOut,
    warnings: [...warnings, ...warningsOfSecrets(secrets, sources), ...Object.values(tooLarge)],
  };
}

async function contentOf(options: LayerOptions): Promise<LayerContent> {
  const { folder, outFile, signal, onProgress } = options;
  const { settings } = await findSettings(folder);
  const collected = collectFiles(folder, { ...settings, mayNotShip: inNodeModules });
  const { leftOut, warnings } = collected;
  const found = collected.sources.filter((source) => source.kind !== 'file' || source.file !== path.resolve(outFile));
  const files = withDeclaredFromOutside({ folder, files: found, settings }) ?? found;
  checkLinks(files, collected);
  const names = new Set(files.map(({ name }) => name));
  const kind = layerKind(folder, names);
  const wanted = options.runtime ?? settings.runtime;
  const architecture = settings.architecture ?? 'x86_64';
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
  const installed: PackageSource[] = [];
  let builtFor: LayerPackage['builtFor'];
  if (kind === 'python' && hasPythonDependencies(names)) {
    onProgress?.({ message: 'Installing the Python dependencies' });
    const runtime = wanted?.startsWith('python') ? wanted : 'python3.13';
    builtFor = { runtime, architecture };
    const packages = await installPythonDependencies({ folder, runtime, architecture, cacheFolder, signal });
    installed.push(...packages.filter(({ name }) => !names.has(name)));
  }
  if (kind === 'ruby' && needsGems(names)) {
    onProgress?.({ message: 'Installing the gems' });
    const runtime = wanted?.startsWith('ruby') ? wanted : 'ruby3.4';
    builtFor = { runtime, architecture };
    installed.push(...(await installRubyDependencies({ folder, runtime, architecture, cacheFolder, signal })));
  }
  if (kind === 'nodejs') await checkInstalled(folder, names);
  const sources = sortByName(withoutEmptyFolders(laidOut(kind, [...files, ...installed])));
  return { kind, sources, leftOut, warnings, ...(builtFor && { builtFor }) };
}

/** Packages that npm has not installed would be missing from the layer without a word. */
async function checkInstalled(folder: string, names: ReadonlySet<string>): Promise<void> {
  if (names.has('node_modules/') || !names.has('package.json')) return;
  const manifest: unknown = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const declares = typeof manifest === 'object' && manifest !== null && 'dependencies' in manifest;
  if (!declares) return;
  throw new Problem(
    'NotInstalled',
    `${path.basename(folder)} has a package.json but no node_modules. Run npm install --omit=dev in it and try again.`,
  );
}

async function readyLayer({ folder, outFile, signal }: LayerOptions): Promise<LayerPackage> {
  const archive = await readArchive(folder);
  const file = await copyTo(outFile, folder, signal);
  return { file, ...archive, kind: 'laid out', leftOut: [], warnings: warningsOf(archive) };
}
