import path from 'node:path';
import type { BuildFailure, Message } from 'esbuild';
import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';

export interface BundleOptions {
  readonly folder: string;
  /** Relative to the folder. */
  readonly entry: string;
  /** Such as `nodejs24.x`; its Node version is what the output is made for. */
  readonly runtime: string;
}

/**
 * Bundles a TypeScript function and its dependencies into one module with its source map, at the place its handler names.
 * Source files stay as they are; the AWS SDK is left to the runtime, which has it. Throws `TypeScriptBroken` with the place.
 */
export async function bundleTypescript({ folder, entry, runtime }: BundleOptions): Promise<PackageSource[]> {
  const { build } = await import('esbuild');
  const outName = entry.replace(/\.[^./]+$/, '.mjs');
  try {
    const { outputFiles } = await build({
      absWorkingDir: folder,
      entryPoints: [entry],
      outfile: path.join(folder, outName),
      bundle: true,
      write: false,
      platform: 'node',
      target: `node${/\d+/.exec(runtime)?.[0] ?? '22'}`,
      format: 'esm',
      sourcemap: 'linked',
      sourcesContent: false,
      external: ['@aws-sdk/*', '@smithy/*'],
      banner: {
        // CommonJS dependencies inside an ES module need a require of their own.
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
      logLevel: 'silent',
    });
    return outputFiles.map((output) => ({
      kind: 'content',
      name: path.relative(folder, output.path).split(path.sep).join('/'),
      content: output.contents,
      bytes: output.contents.length,
    }));
  } catch (error) {
    if (isBuildFailure(error)) throw new Problem('TypeScriptBroken', explain(error.errors), { cause: error });
    throw error;
  }
}

function explain(errors: readonly Message[]): string {
  const [first] = errors;
  const where = first?.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : '';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `The TypeScript could not be built: ${where}${first?.text ?? 'unknown error'}${more}. Correct it and try again; nothing was deployed.`;
}

const isBuildFailure = (error: unknown): error is BuildFailure =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors);
