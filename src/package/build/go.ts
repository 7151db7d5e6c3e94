import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PackageSource } from '../collect-files.ts';
import { runTool } from './run-tool.ts';

export interface GoBuild {
  readonly folder: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly signal?: AbortSignal | undefined;
}

/** Builds a Go module's main package to `bootstrap`, the same bytes wherever it is built with the same Go. */
export async function buildGo({ folder, architecture, signal }: GoBuild): Promise<PackageSource[]> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-go-'));
  try {
    const out = path.join(scratch, 'bootstrap');
    await runTool({
      command: 'go',
      args: [
        'build',
        '-trimpath',
        '-buildvcs=false',
        '-tags',
        'lambda.norpc',
        '-ldflags',
        '-s -w -buildid=',
        '-o',
        out,
        '.',
      ],
      cwd: folder,
      env: { GOOS: 'linux', GOARCH: architecture === 'arm64' ? 'arm64' : 'amd64', CGO_ENABLED: '0' },
      signal,
      install: 'Install Go (https://go.dev/dl), or put a built "bootstrap" into the folder.',
    });
    const content = await readFile(out);
    return [{ kind: 'content', name: 'bootstrap', content, bytes: content.length }];
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What the program was built from; everything else beside it (data, templates) still ships. */
export const isGoSource = (name: string): boolean => /\.go$|^go\.(mod|sum|work|work\.sum)$|^vendor\//.test(name);
