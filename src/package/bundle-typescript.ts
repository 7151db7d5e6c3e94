import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import type { BuildFailure, BuildResult, Message, Metafile } from 'esbuild';
import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';
import type { BundleSettings } from './function-settings.ts';
import type { WantedPackage } from './node/installed-packages.ts';
import { bundleContents, type BundlePart } from './node/bundle-contents.ts';
import { isNative, packageFolderOf, packageNameOf } from './node/native-packages.ts';

export interface BundleOptions {
  readonly folder: string;
  /** Relative to the folder. */
  readonly entry: string;
  /** Such as `nodejs24.x`; its Node version is what the output is made for. */
  readonly runtime: string;
  readonly settings?: BundleSettings | undefined;
}

export interface Bundle {
  readonly sources: readonly PackageSource[];
  /** Packages that it imports and does not hold, for they have to stay as they are; without those that the runtime has. */
  readonly external: readonly WantedPackage[];
  /** What the module itself is made of. */
  readonly contents: BundleContents;
}

export interface BundleContents {
  /** The module, as in the package. */
  readonly file: string;
  readonly parts: readonly BundlePart[];
}

/** CommonJS dependencies inside an ES module need a require of their own. */
const requireForCommonJs =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/** The AWS SDK that is left to a runtime: version 3 since nodejs18.x. */
function sdkOf({ runtime, settings }: Pick<BundleOptions, 'runtime' | 'settings'>): string[] {
  if (settings?.awsSdk === true) return [];
  return nodeVersion(runtime) >= 18 ? ['@aws-sdk/*', '@smithy/*'] : ['aws-sdk', 'aws-sdk/*'];
}
const nodeVersion = (runtime: string): number => Number(/\d+/.exec(runtime)?.[0] ?? 22);

/**
 * Bundles a TypeScript or JavaScript function and its dependencies into one module with its source map, at the place its handler names: an ES
 * module where package.json or the code asks for one, else CommonJS, as TypeScript itself would make it. Source files stay as they
 * are; the AWS SDK is left to the runtime, which has it, and packages with native parts stay out. Throws `TypeScriptBroken` with the place.
 */
export async function bundleTypescript(options: BundleOptions): Promise<Bundle> {
  try {
    const format = options.settings?.format ?? (await statedFormat(options));
    if (format) return bundleOf(options, await buildAs(format, options));
    const built = await buildAs('cjs', options).catch((error: unknown) => {
      if (isBuildFailure(error) && error.errors.every(({ text }) => /top-level await/i.test(text))) return undefined;
      throw error;
    });
    // CommonJS has neither a top-level await nor import.meta: code that uses them is written as an ES module.
    const fits = built && !built.warnings.some(({ id }) => id === 'empty-import-meta');
    return bundleOf(options, fits ? built : await buildAs('esm', options));
  } catch (error) {
    if (isBuildFailure(error)) throw new Problem('TypeScriptBroken', explain(error.errors), { cause: error });
    throw error;
  }
}

/**
 * The packages that a function's own files import, as far as code shows it: nothing where esbuild cannot read them. Without those that
 * the runtime has.
 */
export async function importedPackages(options: Omit<BundleOptions, 'settings'>): Promise<readonly WantedPackage[]> {
  const { build } = await import('esbuild');
  const { folder, entry } = options;
  try {
    const how = { bundle: true, write: false, metafile: true, platform: 'node', packages: 'external', logLevel: 'silent' } as const; // prettier-ignore
    const { metafile } = await build({ ...how, absWorkingDir: folder, entryPoints: [entry], format: 'esm' });
    return externalOf(options, metafile);
  } catch (error) {
    if (isBuildFailure(error)) return [];
    throw error;
  }
}

type Built = BuildResult<{ write: false; metafile: true }>;

/** What is native shows once it is in the bundle, or would not go in: then all is built again without it. */
async function buildAs(format: 'esm' | 'cjs', options: BundleOptions, native: readonly string[] = []): Promise<Built> {
  const isNew = (name: string): boolean => !native.includes(name);
  try {
    const built = await buildOnce(format, options, native);
    const found = nativeOf(options.folder, built.metafile).filter(isNew);
    return found.length === 0 ? built : await buildAs(format, options, [...native, ...found]);
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const found = error.errors.flatMap((message) => compiledIn(options.folder, message)).filter(isNew);
    if (found.length === 0) throw error;
    return await buildAs(format, options, [...native, ...found]);
  }
}

async function buildOnce(
  format: 'esm' | 'cjs',
  { folder, entry, runtime, settings = {} }: BundleOptions,
  native: readonly string[],
): Promise<Built> {
  const { build } = await import('esbuild');
  const outName = entry.replace(/\.[^./]+$/, format === 'esm' ? '.mjs' : '.js');
  return build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: path.join(folder, outName),
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    target: `node${nodeVersion(runtime)}`,
    format,
    sourcemap: settings.sourcemap === false ? false : 'linked',
    sourcesContent: false,
    minify: settings.minify ?? false,
    keepNames: settings.minify ?? false,
    external: [...sdkOf({ runtime, settings }), ...native, ...(settings.external ?? [])],
    ...(format === 'esm' && { banner: { js: requireForCommonJs } }),
    logLevel: 'silent',
  });
}

function nativeOf(folder: string, { inputs }: Metafile): string[] {
  const folders = new Set(Object.keys(inputs).flatMap((file) => packageFolderOf(path.resolve(folder, file)) ?? []));
  return [...folders].filter(isNative).map(packageNameOf);
}

/** The package that requires a file which esbuild cannot take in. */
function compiledIn(folder: string, { text, location }: Message): string[] {
  if (!location || !/No loader is configured for "\.node" files/.test(text)) return [];
  const found = packageFolderOf(path.resolve(folder, location.file));
  return found === undefined ? [] : [packageNameOf(found)];
}

async function statedFormat({ folder, entry }: BundleOptions): Promise<'esm' | undefined> {
  if (/\.c[jt]s$/.test(entry)) return undefined;
  if (/\.m[jt]s$/.test(entry)) return 'esm';
  const manifest = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '');
  return /"type"\s*:\s*"module"/.test(manifest) ? 'esm' : undefined;
}

function bundleOf(options: BundleOptions, { outputFiles, metafile }: Built): Bundle {
  const sources = outputFiles.map((output) => ({
    kind: 'content' as const,
    name: path.relative(options.folder, output.path).split(path.sep).join('/'),
    content: output.contents,
    bytes: output.contents.length,
  }));
  const file = sources.find(({ name }) => !name.endsWith('.map'))?.name ?? options.entry;
  return {
    sources,
    external: externalOf(options, metafile),
    contents: { file, parts: bundleContents(metafile, options.folder) },
  };
}

function externalOf({ folder, runtime, settings }: BundleOptions, { inputs }: Metafile): WantedPackage[] {
  const imported = Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports
      .filter(({ external, path: name }) => external === true && !isBuiltin(name))
      .map(({ path: name }) => ({ name, from: path.dirname(path.resolve(folder, file)) })),
  );
  // What is named may be loaded by a name that only the running code knows.
  const named = (settings?.external ?? [])
    .filter((name) => !name.includes('*'))
    .map((name) => ({ name, from: folder }));
  const inRuntime = sdkOf({ runtime, settings }).map((pattern) => pattern.replace('*', ''));
  return [...imported, ...named].flatMap(({ name, from }) => {
    const ofPackage = /^(?:@[^/]+\/)?[^./][^/]*/.exec(name)?.[0];
    const isRuntimes = inRuntime.some((start) => name === start || (start.endsWith('/') && name.startsWith(start)));
    return ofPackage === undefined || isRuntimes ? [] : [{ name: ofPackage, from }];
  });
}

function explain(errors: readonly Message[]): string {
  const [first] = errors;
  const where = first?.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : '';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `The code could not be bundled: ${where}${first?.text ?? 'unknown error'}${more}. Correct it and try again; nothing was deployed.`;
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);
