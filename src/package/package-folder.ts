// Turns a folder into a deployment package: what ships, how it is built, and one flat zip of it.
import { readdirSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../problem.ts';
import { buildGo, isGoProject, isGoSource } from './build/go.ts';
import { buildJava } from './build/java.ts';
import { whyInstalled } from './build/python-chains.ts';
import { hasPythonDependencies, installPythonDependencies } from './build/python.ts';
import { hasRubyDependencies, installRubyDependencies } from './build/ruby.ts';
import { buildRust, isRustSource } from './build/rust.ts';
import type { BundleContents } from './bundle-typescript.ts';
import { checkLinks, collectFiles, sortByName, type FileSource, type PackageSource } from './collect-files.ts';
import type { DeploymentPackage, PackageOptions } from './deployment-package.ts';
import { isJavaProject } from './find-java.ts';
import { few } from './few.ts';
import { findRuntime, typescriptFile, type FindRuntimeOptions, type FoundRuntime } from './find-runtime.ts';
import { findSettings, type FunctionSettings } from './function-settings.ts';
import { warnOfNativeCode } from './native-code.ts';
import { warnOfNodePackages, warnOfPythonPackages } from './not-installed.ts';
import { bundledNodeFiles, inNodeModules, isBundling, withPackagesFromOutside } from './node/node-files.ts';
import { checkUnzipped, overDirectUpload } from './quotas.ts';
import { isReadyPackage, readyPackage } from './ready-package.ts';
import { writeZip } from './write-zip.ts';
import { defaultCacheFolder, PackageCache } from './zip/package-cache.ts';

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
  if ((await checkFolder(folder)) === 'ready') return readyPackage(options);
  onProgress?.({ message: 'Reading the folder' });
  using cache = new PackageCache(options.cacheFolder ?? defaultCacheFolder(), folder);
  const found = await findSettings(folder);
  const { settings } = found;
  cache.load();
  // Of a folder that is known little is to be compressed.
  await using packed = cache.kept ? undefined : new (await import('./zip/packed-files.ts')).PackedFiles();
  const onFile = isBuilt(folder, settings) ? undefined : packed && ((file: FileSource) => packed.offer(file));
  const collected = collectFiles(folder, { ...settings, onFile, mayNotShip: inNodeModules });
  signal?.throwIfAborted();
  // A package written into the folder itself must not become part of the next one.
  const ownFile = path.resolve(outFile);
  const files = collected.sources.filter((source) => source.kind !== 'file' || source.file !== ownFile);
  if (!files.some((source) => source.kind === 'file')) {
    throw new Problem(
      'FolderEmpty',
      `${path.basename(folder)} has no files to deploy. Add a handler, such as index.mjs, or choose another folder.`,
    );
  }
  const names = new Set(files.map((source) => source.name));
  const wantedRuntime = options.runtime ?? settings.runtime;
  const wantedHandler = options.handler ?? settings.handler;
  const { runtime, handler, nodeEntry, codeFolder } = await runtimeOf({
    folder,
    names,
    ...(wantedRuntime && { runtime: wantedRuntime }),
    ...(wantedHandler && { handler: wantedHandler }),
  });
  const { sources, bundle } = await build({ ...options, files, names, settings, runtime, nodeEntry, codeFolder });
  checkLinks(sources, collected);
  const unzippedBytes = checkUnzipped(sources);
  const { codeSha256, zippedBytes, secrets, packedBytes } = await writeZip({
    sources,
    outFile,
    halfFile: options.halfFile,
    cache,
    files: packed,
    signal,
    onProgress: onProgress && inSteps((fraction) => onProgress({ message: 'Zipping', fraction })),
  });
  const tooLarge = overDirectUpload(zippedBytes, sources);
  return {
    file: path.resolve(outFile),
    ...tooLarge,
    codeSha256,
    zippedBytes,
    unzippedBytes,
    entries: sources.map((source, at) => entryOf(source, packedBytes[at] ?? 0)),
    runtime,
    handler,
    settings,
    ...(found.source !== undefined && { settingsFrom: found.source }),
    ...(sources.some(isSourceMap) && { hasSourceMap: true as const }),
    ...(bundle && { bundle }),
    ...(runtime.startsWith('python') && { because: whyInstalled(sources) }),
    leftOut: collected.leftOut,
    warnings: [
      ...found.warnings,
      ...collected.warnings,
      ...warnOfMissing({ folder, files, names, settings, runtime, nodeEntry }),
      ...warnOfNativeCode(sources, { runtime, architecture: settings.architecture ?? 'x86_64' }),
      ...warningsOfSecrets(secrets, sources),
      ...Object.values(tooLarge),
    ],
  };
}

/** As findRuntime, but says which folders to choose where the code lies below, as a template tells. */
async function runtimeOf(options: FindRuntimeOptions): Promise<FoundRuntime> {
  try {
    return await findRuntime(options);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'HandlerNotFound') throw error;
    const { functionFolders } = await import('./templates/find-template.ts');
    const below = await functionFolders(options.folder);
    if (!below) throw error;
    const name = path.basename(options.folder);
    throw new Problem('HandlerNotFound', `${name} has no handler itself: the functions of its ${below.file} are in ${few(below.folders)}. Choose one of these folders.`, { cause: error }); // prettier-ignore
  }
}

/** A layer may bring what the folder lacks, and a bundler has said itself what it did not find. */
function warnOfMissing({ folder, names, settings, runtime, nodeEntry }: Omit<BuildOptions, 'outFile'>): string[] {
  if (settings.layers?.length) return [];
  if (nodeEntry) return isBundling(nodeEntry, settings) ? [] : warnOfNodePackages(folder, names, settings.environment);
  return runtime.startsWith('python') && !hasPythonDependencies(names) ? warnOfPythonPackages(folder, names) : [];
}

interface BuildOptions extends PackageOptions {
  readonly files: readonly PackageSource[];
  readonly names: ReadonlySet<string>;
  readonly settings: FunctionSettings;
  readonly runtime: string;
  readonly nodeEntry: string | undefined;
  readonly codeFolder?: string | undefined;
}

interface Built {
  readonly sources: PackageSource[];
  readonly bundle?: BundleContents;
}

/** What ships: the folder's files, and what is built from them or installed for them. */
async function build(options: BuildOptions): Promise<Built> {
  const { folder, files, names, settings, runtime, nodeEntry, codeFolder, signal, onProgress } = options;
  const architecture = settings.architecture ?? 'x86_64';
  const together = (kept: readonly PackageSource[], made: readonly PackageSource[]): Built => ({
    sources: sortByName(withoutEmptyFolders([...kept, ...made])),
  });
  if (nodeEntry && isBundling(nodeEntry, settings)) {
    onProgress?.({ message: 'Bundling' });
    const { sources, bundle } = await bundledNodeFiles({ ...options, nodeEntry });
    return { ...together(sources, []), bundle };
  }
  const laidOut = nodeEntry && (await withPackagesFromOutside({ ...options, nodeEntry }));
  if (laidOut) return together(laidOut, []);
  if (runtime.startsWith('python') && hasPythonDependencies(names)) {
    onProgress?.({ message: 'Installing the Python dependencies' });
    const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
    const installed = await installPythonDependencies({ folder, runtime, architecture, cacheFolder, signal });
    const code = codeFolder === undefined ? files : fromFolder(files, codeFolder);
    const own = new Set(code.map(({ name }) => name));
    return together(
      code,
      installed.filter(({ name }) => !own.has(name)),
    );
  }
  if (codeFolder !== undefined) return together(fromFolder(files, codeFolder), []);
  if (runtime.startsWith('ruby') && hasRubyDependencies(names)) {
    onProgress?.({ message: 'Installing the gems' });
    const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
    const gems = await installRubyDependencies({ folder, runtime, architecture, cacheFolder, signal });
    return together(files, gems);
  }
  if (runtime.startsWith('provided') && names.has('Cargo.toml') && !names.has('bootstrap')) {
    onProgress?.({ message: 'Building with Rust' });
    const made = await buildRust({ folder, architecture, runtime, signal });
    return together(
      files.filter(({ name }) => !isRustSource(name)),
      made,
    );
  }
  if (runtime.startsWith('provided') && isGoProject(folder, names) && !names.has('bootstrap')) {
    onProgress?.({ message: 'Building with Go' });
    const made = await buildGo({ folder, architecture, signal });
    return together(
      files.filter(({ name }) => !isGoSource(name)),
      made,
    );
  }
  if (runtime.startsWith('java') && isJavaProject(names)) {
    onProgress?.({ message: 'Building with Java' });
    const { made, ships } = await buildJava({ folder, names, runtime, signal });
    const madeNames = new Set(made.map(({ name }) => name));
    return together(
      files.filter(({ name }) => ships(name) && !madeNames.has(name)),
      made,
    );
  }
  return { sources: settings.include ? withoutEmptyFolders(files) : [...files] };
}

/** What lies in a folder as if it lay at the root, as it does for who installs the project. */
function fromFolder(files: readonly PackageSource[], folder: string): PackageSource[] {
  const lifted = files
    .filter(({ name }) => name.startsWith(folder) && name !== folder)
    .map((source) => ({ ...source, name: source.name.slice(folder.length) }));
  const taken = new Set(lifted.map(({ name }) => name));
  return [...lifted, ...files.filter(({ name }) => !name.startsWith(folder) && !taken.has(name))];
}

const isSourceMap = ({ kind, name }: PackageSource): boolean => kind === 'content' && name.endsWith('.map');

function entryOf({ kind, name, bytes }: PackageSource, zippedBytes: number): DeploymentPackage['entries'][0] {
  const hasContent = kind === 'file' || kind === 'content';
  return hasContent ? { path: name, bytes, zippedBytes } : { path: name, bytes };
}

/** Whether it is a folder, or a ready package. Throws `FolderMissing`. */
export async function checkFolder(folder: string): Promise<'folder' | 'ready'> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) throw new Problem('FolderMissing', `There is no folder ${folder}. Check the path.`);
  if (found.isDirectory()) return 'folder';
  if (isReadyPackage(folder)) return 'ready';
  throw new Problem(
    'FolderMissing',
    `${folder} is a file. Give the folder that holds the function, or a .zip or .jar.`,
  );
}

export function withoutEmptyFolders(sources: readonly PackageSource[]): PackageSource[] {
  const inUse = new Set<string>();
  for (const { kind, name } of sources) {
    if (kind === 'folder') continue;
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) inUse.add(name.slice(0, at + 1));
  }
  return sources.filter(({ kind, name }) => kind !== 'folder' || inUse.has(name));
}

/** A warning for each file with what looks like an AWS access key id, by its place in `sources`. */
export const warningsOfSecrets = (
  secrets: ReadonlyMap<number, string>,
  sources: readonly PackageSource[],
): readonly string[] =>
  [...secrets].map(
    ([at, id]) =>
      `${sources[at]?.name} holds what looks like an AWS access key (${id.slice(0, 4)}…${id.slice(-4)}). Functions get credentials from their role: take it out, or leave the file out with .lambdaignore.`,
  );

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
