import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildFailure, BuildResult, Message } from 'esbuild';
import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';

export interface BundleOptions {
  readonly folder: string;
  /** Relative to the folder. */
  readonly entry: string;
  /** Such as `nodejs24.x`; its Node version is what the output is made for. */
  readonly runtime: string;
}

/** CommonJS dependencies inside an ES module need a require of their own. */
const requireForCommonJs =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

/**
 * Bundles a TypeScript function and its dependencies into one module with its source map, at the place its handler names: an ES
 * module where package.json or the code asks for one, else CommonJS, as TypeScript itself would make it. Source files stay as they
 * are; the AWS SDK is left to the runtime, which has it. Throws `TypeScriptBroken` with the place.
 */
export async function bundleTypescript(options: BundleOptions): Promise<PackageSource[]> {
  try {
    if (options.entry.endsWith('.mts') || (await isModule(options)))
      return sourcesOf(options, await buildAs('esm', options));
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
  { folder, entry, runtime }: BundleOptions,
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
    sourcemap: 'linked',
    sourcesContent: false,
    external: ['@aws-sdk/*', '@smithy/*'],
    ...(format === 'esm' && { banner: { js: requireForCommonJs } }),
    logLevel: 'silent',
  });
}

async function isModule({ folder, entry }: BundleOptions): Promise<boolean> {
  if (entry.endsWith('.cts')) return false;
  const manifest = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '');
  return /"type"\s*:\s*"module"/.test(manifest);
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
  return `The TypeScript could not be built: ${where}${first?.text ?? 'unknown error'}${more}. Correct it and try again; nothing was deployed.`;
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);
