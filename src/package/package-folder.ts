// Turns a folder into a deployment package: what ships, how it is built, and one flat zip of it.
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '../problem.ts';
import { shippedSources, type ShippedOptions } from './build/shipped-sources.ts';
import { checkFolder } from './check-folder.ts';
import { checkLinks, collectFiles, type FileSource, type PackageSource } from './collect-files.ts';
import type { DeploymentPackage, PackageOptions } from './deployment-package.ts';
import { few } from './few.ts';
import { hasPythonDependencies } from './find-python.ts';
import { findRuntime, typescriptFile, type FindRuntimeOptions, type FoundRuntime } from './find-runtime.ts';
import { findSettings, type FunctionSettings } from './function-settings.ts';
import { warnOfNativeCode } from './native-code.ts';
import { SortedNames } from './names.ts';
import { inNodeModules, isBundling } from './node/node-files.ts';
import { warnOfNodePackages } from './node/not-installed.ts';
import { checkUnzipped, overDirectUpload } from './quotas.ts';
import { warningsOfSecrets, writeZip } from './write-zip.ts';
import { HalfZip } from './zip/half-zip.ts';
import { defaultCacheFolder, PackageCache } from './zip/package-cache.ts';
import type { PackedFiles } from './zip/packed-files.ts';

const builtFrom = new Set(['tsconfig.json', 'Cargo.toml', 'go.mod', 'pom.xml', 'build.gradle', 'build.gradle.kts']);

/** Whether a build writes into the folder, or most of it will not ship itself, as far as can be told before it is read. */
const isBuilt = (folder: string, { bundle }: FunctionSettings): boolean =>
  Boolean(bundle) || readdirSync(folder).some((name) => typescriptFile.test(name) || builtFrom.has(name));

/**
 * Packages a folder, or takes a ready .zip or .jar as it is. Throws a Problem that says what to do: the folder is missing or empty, has no handler (`HandlerNotFound`), does
 * not build, or is larger than Lambda takes. The folder itself is only read.
 */
export async function packageFolder(options: PackageOptions): Promise<DeploymentPackage> {
  const { folder, outFile, signal, onProgress } = options;
  if (checkFolder(folder) === 'ready') return (await import('./ready-package.ts')).readyPackage(options);
  onProgress?.({ message: 'Reading the folder' });
  using cache = new PackageCache(options.cacheFolder ?? defaultCacheFolder(), folder);
  const found = await findSettings(folder);
  const { settings } = found;
  cache.load();
  await using half = copyAhead(options, cache);
  // Of a folder that is known little is to be compressed.
  await using packed = cache.kept ? undefined : await compressing(options);
  const onFile = isBuilt(folder, settings) ? undefined : packed && ((file: FileSource) => packed.offer(file));
  const collected = collectFiles(folder, { ...settings, onFile, mayNotShip: inNodeModules });
  signal?.throwIfAborted();
  const files = withoutOwn(collected.sources, options);
  if (!files.some((source) => source.kind === 'file')) {
    throw new Problem(
      'FolderEmpty',
      `${path.basename(folder)} has no files to deploy. Add a handler, such as index.mjs, or choose another folder.`,
    );
  }
  const names = new SortedNames(files);
  const wantedRuntime = options.runtime ?? settings.runtime;
  const wantedHandler = options.handler ?? settings.handler;
  const { runtime, handler, nodeEntry, codeFolder } = await runtimeOf({
    folder,
    names,
    ...(wantedRuntime && { runtime: wantedRuntime }),
    ...(wantedHandler && { handler: wantedHandler }),
  });
  const { sources, bundle } = await shippedSources({
    ...options,
    files,
    names,
    settings,
    runtime,
    nodeEntry,
    codeFolder,
  });
  checkLinks(sources, collected);
  const unzippedBytes = checkUnzipped(sources);
  const { codeSha256, zippedBytes, secrets, packedBytes } = await writeZip({
    sources,
    outFile,
    half: half ?? new HalfZip(outFile, options.halfFile),
    cache,
    files: async () => packed ?? compressing(options),
    signal,
    onProgress: onProgress && inSteps((fraction) => onProgress({ message: 'Zipping', fraction })),
  });
  const tooLarge = overDirectUpload(zippedBytes, sources);
  // Most of those who package do not ask for them.
  let entries: DeploymentPackage['entries'] | undefined;
  return {
    file: path.resolve(outFile),
    ...tooLarge,
    codeSha256,
    zippedBytes,
    unzippedBytes,
    entryCount: sources.length,
    get entries() {
      return (entries ??= sources.map((source, at) => entryOf(source, packedBytes[at] ?? 0)));
    },
    runtime,
    handler,
    settings,
    ...(found.source !== undefined && { settingsFrom: found.source }),
    ...(sources.some(isSourceMap) && { hasSourceMap: true as const }),
    ...(bundle && { bundle }),
    ...(runtime.startsWith('python') && { because: (await import('./build/python-chains.ts')).whyInstalled(sources) }),
    leftOut: collected.leftOut,
    warnings: [
      ...found.warnings,
      ...collected.warnings,
      ...(await warnOfMissing({ folder, files, names, settings, runtime, nodeEntry })),
      ...warnOfNativeCode(sources, { runtime, architecture: settings.architecture ?? 'x86_64' }),
      ...warningsOfSecrets(secrets, sources),
      ...Object.values(tooLarge),
    ],
  };
}

/** As findRuntime, but says which folders to choose where the code lies below, as a template tells. */
async function runtimeOf(options: FindRuntimeOptions): Promise<FoundRuntime> {
  try {
    return findRuntime(options);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'HandlerNotFound') throw error;
    const { functionFolders } = await import('./templates/find-template.ts');
    const below = await functionFolders(options.folder);
    if (!below) throw error;
    const name = path.basename(options.folder);
    throw new Problem('HandlerNotFound', `${name} has no handler itself: the functions of its ${below.file} are in ${few(below.folders)}. Choose one of these folders.`, { cause: error }); // prettier-ignore
  }
}

/** A package written into the folder itself must not become part of the next one, nor one that was never finished. */
function withoutOwn(sources: readonly PackageSource[], { folder, outFile }: PackageOptions): readonly PackageSource[] {
  if (!isWithin(folder, outFile)) return sources;
  const own = placeOf(outFile);
  const unfinished = path.join(path.dirname(own), `.${path.basename(own)}.`);
  return sources.filter(
    (source) => source.kind !== 'file' || (source.file !== own && !source.file.startsWith(unfinished)),
  );
}

const isWithin = (folder: string, file: string): boolean =>
  placeOf(file).startsWith(realpathSync(folder).replace(/[\\/]?$/, path.sep));

/** Where it lies, or will, behind all links. */
function placeOf(file: string): string {
  const resolved = path.resolve(file);
  const above = path.dirname(resolved);
  if (above === resolved) return resolved;
  return path.join(existsSync(above) ? realpathSync(above) : placeOf(above), path.basename(resolved));
}

/** A layer may bring what the folder lacks, and a bundler has said itself what it did not find. */
async function warnOfMissing(of: Omit<ShippedOptions, 'outFile'>): Promise<string[]> {
  const { folder, names, settings, runtime, nodeEntry } = of;
  if (settings.layers?.length) return [];
  if (nodeEntry) return isBundling(nodeEntry, settings) ? [] : warnOfNodePackages(folder, names, settings.environment);
  if (!runtime.startsWith('python') || hasPythonDependencies(names)) return [];
  return (await import('./build/python-not-installed.ts')).warnOfPythonPackages(folder, names);
}

async function compressing({ onCompress }: PackageOptions): Promise<PackedFiles> {
  onCompress?.();
  const { PackedFiles } = await import('./zip/packed-files.ts');
  return new PackedFiles();
}

/**
 * The last package is copied to where the new one is to be while the folder is read, as most often nothing has changed. Not into the
 * folder itself, which is to be read as it is.
 */
function copyAhead({ folder, outFile, halfFile }: PackageOptions, { kept }: PackageCache): HalfZip | undefined {
  if (!kept || isWithin(folder, outFile)) return undefined;
  const half = new HalfZip(outFile, halfFile);
  half.startCopy(kept.file);
  return half;
}

const isSourceMap = ({ kind, name }: PackageSource): boolean => kind === 'content' && name.endsWith('.map');

function entryOf({ kind, name, bytes }: PackageSource, zippedBytes: number): DeploymentPackage['entries'][0] {
  const hasContent = kind === 'file' || kind === 'content';
  return hasContent ? { path: name, bytes, zippedBytes } : { path: name, bytes };
}

/** A hundred reports are enough for a progress bar. */
function inSteps(report: (fraction: number) => void): (fraction: number) => void {
  let last = -1;
  return (fraction) => {
    const step = Math.floor(fraction * 100);
    if (step === last) return;
    last = step;
    report(fraction);
  };
}
