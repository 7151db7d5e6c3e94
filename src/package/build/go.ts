import { realpathSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Problem } from '../../problem.ts';
import type { PackageSource } from '../collect-files.ts';
import { runTool } from './run-tool.ts';

export interface GoBuild {
  readonly folder: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds the main package in a folder, or the only one below it, to `bootstrap`, the same bytes wherever it is built with the same Go.
 * Throws `ToolMissing`, `ToolFailed` with the compiler's words, or `GoProgram` where there is no program, or a choice of them.
 */
export async function buildGo({ folder, architecture, signal }: GoBuild): Promise<PackageSource[]> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-go-'));
  try {
    const out = path.join(scratch, 'bootstrap');
    const env = { GOOS: 'linux', GOARCH: architecture === 'arm64' ? 'arm64' : 'amd64', CGO_ENABLED: '0' };
    const go = async (...args: string[]): Promise<string> =>
      runTool({ command: 'go', args, cwd: folder, env, signal, install });
    await go(
      'build',
      '-trimpath',
      '-buildvcs=false',
      '-tags',
      'lambda.norpc',
      '-ldflags',
      '-s -w -buildid=',
      '-o',
      out,
      await programIn(folder, go),
    );
    const content = await readFile(out);
    return [{ kind: 'content', name: 'bootstrap', content, bytes: content.length }];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const install = 'Install Go (https://go.dev/dl), or put a built "bootstrap" into the folder.';

/** What to build: the folder itself, or where it has no Go, as many modules keep it, the one program below it (such as ./cmd/function). */
async function programIn(folder: string, go: (...args: string[]) => Promise<string>): Promise<string> {
  const names = await readdir(folder);
  if (names.some((name) => name.endsWith('.go') && !name.endsWith('_test.go'))) return '.';
  const listed = await go('list', '-f', '{{if eq .Name "main"}}{{.Dir}}{{end}}', './...');
  const programs = listed.split(/\r?\n/).filter(Boolean).map((place) => path.relative(realpathSync(folder), place).replaceAll(path.sep, '/')); // prettier-ignore
  const [program] = programs;
  if (program !== undefined && programs.length === 1) return `./${program}`;
  throw new Problem(
    'GoProgram',
    program === undefined
      ? 'The module has no program: Lambda runs a package main.'
      : `The module has several programs: ${programs.join(', ')}. Choose the folder of one.`,
  );
}
