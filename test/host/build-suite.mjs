// @ts-check
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { repositoryRoot } from '../../scripts/dependencies.mjs';

const source = join(repositoryRoot, 'test', 'host', 'suite');
const output = join(repositoryRoot, 'dist-test', 'host');

/**
 * Compiles the suite for VS Code, whose Node does not strip types.
 * @returns {Promise<string>} The file that VS Code runs.
 */
export async function buildSuite() {
  const names = await readdir(source);
  await build({
    entryPoints: names.filter((name) => name.endsWith('.ts')).map((name) => join(source, name)),
    outdir: output,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2023',
    sourcemap: true,
    logLevel: 'warning',
    // Both come from the extension host: vscode is its API, and mocha must be the one that index.ts runs.
    external: ['vscode', 'mocha'],
  });
  return join(output, 'index.js');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildSuite();
