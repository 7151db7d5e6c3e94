import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildFailure, BuildResult, Message } from 'esbuild';
import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';
import type { BundleSettings } from './function-settings.ts';

export interface BundleOptions {
  readonly folder: string;
  /** Relative to the folder. */
  readonly entry: string;
  /** Such as `nodejs24.x`; its Node version is what the output is made for. */
  readonly runtime: string;
  readonly settings?: BundleSettings | undefined;
}

/** CommonJS dependencies inside an ES module need a require of their own. */
const requireForCommonJs =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Bundles a TypeScript or JavaScript function and its dependencies into one module with its source map, at the place its handler names: an ES
 * module where package.json or the code asks for one, else CommonJS, as TypeScript itself would make it. Source files stay as they
 * are; the AWS SDK is left to the runtime, which has it. Throws `TypeScriptBroken` with the place.
 */
export async function bundleTypescript(options: BundleOptions): Promise<PackageSource[]> {
  try {
    const format = options.settings?.format ?? (await statedFormat(options));
    if (format) return sourcesOf(options, await buildAs(format, options));
    const built = await buildAs('cjs', options).catch((error: unknown) => {
      if (isBuildFailure(error) && error.errors.every(({ text }) => /top-level await/i.test(text))) return undefined;
      throw error;
    });
    // CommonJS has neither a top-level await nor import.meta: code that uses them is written as an ES module.
    const fits = built && !built.warnings.some(({ id }) => id === 'empty-import-meta');
    return sourcesOf(options, fits ? built : await buildAs('esm', options));
  } catch (error) {
    if (isBuildFailure(error)) throw new Problem('TypeScriptBroken', explain(error.errors), { cause: error });
    throw error;
  }
}

async function buildAs(
  format: 'esm' | 'cjs',
  { folder, entry, runtime, settings = {} }: BundleOptions,
): Promise<BuildResult<{ write: false }>> {
  const { build } = await import('esbuild');
  const outName = entry.replace(/\.[^./]+$/, format === 'esm' ? '.mjs' : '.js');
  return build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: path.join(folder, outName),
    bundle: true,
    write: false,
    platform: 'node',
    target: `node${/\d+/.exec(runtime)?.[0] ?? '22'}`,
    format,
    sourcemap: settings.sourcemap === false ? false : 'linked',
    sourcesContent: false,
    minify: settings.minify ?? false,
    keepNames: settings.minify ?? false,
    external: ['@aws-sdk/*', '@smithy/*', ...(settings.external ?? [])],
    ...(format === 'esm' && { banner: { js: requireForCommonJs } }),
    logLevel: 'silent',
  });
}

async function statedFormat({ folder, entry }: BundleOptions): Promise<'esm' | undefined> {
  if (/\.c[jt]s$/.test(entry)) return undefined;
  if (/\.m[jt]s$/.test(entry)) return 'esm';
  const manifest = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '');
  return /"type"\s*:\s*"module"/.test(manifest) ? 'esm' : undefined;
}

const sourcesOf = ({ folder }: BundleOptions, { outputFiles }: BuildResult<{ write: false }>): PackageSource[] =>
  outputFiles.map((output) => ({
    kind: 'content',
    name: path.relative(folder, output.path).split(path.sep).join('/'),
    content: output.contents,
    bytes: output.contents.length,
  }));

function explain(errors: readonly Message[]): string {
  const [first] = errors;
  const where = first?.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : '';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `The code could not be bundled: ${where}${first?.text ?? 'unknown error'}${more}. Correct it and try again; nothing was deployed.`;
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);
