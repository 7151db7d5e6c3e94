import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { DeploymentPackage, PackageOptions } from '../../../src/package/deployment-package.ts';
import { packageFolder } from '../../../src/package/package-folder.ts';

export const handlerFile = 'export const handler = async () => 1;\n';

/** A folder that goes with the test. */
export function scratch(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lambda-workbench-package-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, in the order in which they are named, and gives the folder. */
export function folderWith(parent: string, files: Readonly<Record<string, string | Uint8Array>>, name = 'fn'): string {
  const folder = path.join(parent, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return folder;
}

/** Packages without the user's own cache. */
export function pack(
  parent: string,
  folder: string,
  options: Partial<PackageOptions> = {},
): Promise<DeploymentPackage> {
  return packageFolder({
    folder,
    outFile: path.join(parent, 'out.zip'),
    cacheFolder: path.join(parent, 'cache'),
    ...options,
  });
}

export interface ZipLine {
  readonly mode: string;
  readonly system: string;
  readonly date: string;
  readonly name: string;
}

/** What Info-ZIP's own listing says of each entry. */
export function listZip(file: string): ZipLine[] {
  const lines = execFileSync('unzip', ['-Z', '-T', file], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, mode, system, date, name] = /^(\S{10})\s+\S+\s+(\S+)\s+\d+\s+\S+\s+\S+\s+(\S+)\s(.*)$/.exec(line) ?? [];
    return mode && system && date && name ? [{ mode, system, date, name }] : [];
  });
}

export const unzip = (file: string, into: string): void => {
  execFileSync('unzip', ['-q', file, '-d', into]);
};
