import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import yauzl from 'yauzl';
import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';
import type { DeploymentPackage, PackageOptions } from './deployment-package.ts';
import { findRuntime } from './find-runtime.ts';
import { findSettings } from './function-settings.ts';
import { checkUnzipped, overDirectUpload } from './quotas.ts';

interface ReadyEntry {
  readonly path: string;
  readonly bytes: number;
  /** Unix permission bits; 0 where the zip says none. */
  readonly mode: number;
}

/**
 * A .zip or .jar that something else has made, as it is. Throws where Lambda could not use it: damaged, too large, everything inside one
 * folder, or a handler whose file nobody may read. A lambda.json beside it counts.
 */
export async function readyPackage(options: PackageOptions): Promise<DeploymentPackage> {
  const file = path.resolve(options.folder);
  const { settings } = await findSettings(path.dirname(file));
  const { entries, ...archive } = await readArchive(file);
  const isJar = /\.jar$/i.test(file);
  if (!isJar) checkLayout(entries, path.basename(file));
  const runtime = options.runtime ?? settings.runtime ?? (isJar ? 'java21' : undefined);
  const handler = options.handler ?? settings.handler;
  const found =
    isJar && runtime !== undefined && handler !== undefined
      ? { runtime, handler }
      : await foundByName({ file, entries, runtime, handler, isJar });
  return {
    file: await copyTo(options.outFile, file, options.signal),
    ...archive,
    entryCount: entries.length,
    entries: entries.map(({ path: name, bytes }) => ({ path: name, bytes })),
    ...found,
    settings,
    leftOut: [],
    warnings: [...(isJar ? [] : unreadable(entries)), ...warningsOf(archive)],
  };
}

/** A file that something else has packaged. */
export interface ReadyArchive extends Pick<
  DeploymentPackage,
  'codeSha256' | 'zippedBytes' | 'unzippedBytes' | 'overDirectUpload'
> {
  readonly entries: readonly ReadyEntry[];
}

/** Reads an archive. Throws `PackageDamaged`, or `PackageTooLarge` where Lambda would not take it. */
export async function readArchive(file: string): Promise<ReadyArchive> {
  const content = await readFile(file);
  const entries = await readyEntries(content, path.basename(file));
  const sources = entries.map(({ path: name, bytes }): PackageSource => ({ kind: 'content', name, content, bytes }));
  return {
    codeSha256: createHash('sha256').update(content).digest('base64'),
    zippedBytes: content.length,
    unzippedBytes: checkUnzipped(sources),
    ...overDirectUpload(content.length, sources),
    entries,
  };
}

/** What to say of an archive that is whole, but not to be uploaded as it is. */
export const warningsOf = ({ overDirectUpload: tooLarge }: Pick<ReadyArchive, 'overDirectUpload'>): string[] =>
  tooLarge === undefined ? [] : [tooLarge];

/** Copies an archive to where it is wanted, if it is not there, and gives that place as an absolute path. */
export async function copyTo(outFile: string, file: string, signal: AbortSignal | undefined): Promise<string> {
  signal?.throwIfAborted();
  const place = path.resolve(outFile);
  if (place === path.resolve(file)) return place;
  await mkdir(path.dirname(place), { recursive: true });
  await copyFile(file, place);
  return place;
}

async function readyEntries(content: Buffer, name: string): Promise<ReadyEntry[]> {
  try {
    const archive = await yauzl.fromBufferPromise(content);
    const entries: ReadyEntry[] = [];
    for await (const entry of archive.eachEntry()) {
      const mode = (entry.externalFileAttributes >>> 16) & 0o777;
      entries.push({ path: entry.fileName, bytes: entry.uncompressedSize, mode });
    }
    return entries;
  } catch (error) {
    throw new Problem('PackageDamaged', `${name} is no zip that can be read. Make it again.`, { cause: error });
  }
}

function checkLayout(entries: readonly ReadyEntry[], name: string): void {
  if (entries.length === 0) throw new Problem('FolderEmpty', `${name} has nothing in it. Make it again.`);
  const [top, ...others] = new Set(entries.map((entry) => entry.path.split('/')[0]));
  const isFolder = entries.every((entry) => entry.path.includes('/'));
  if (isFolder && others.length === 0 && top !== 'node_modules') {
    throw new Problem(
      'PackageNotFlat',
      `Everything in ${name} is inside the folder ${top}, but Lambda looks for the handler at the root. Zip what is in ${top}, or deploy that folder.`,
    );
  }
}

/** What Lambda's own user could not read once it is unzipped: the most common cause of "permission denied" there. */
function unreadable(entries: readonly ReadyEntry[]): string[] {
  const closed = entries.filter(({ mode }) => mode !== 0 && (mode & 0o004) === 0);
  if (closed.length === 0) return [];
  const first = closed[0]?.path ?? '';
  const more = closed.length > 1 ? ` and ${closed.length - 1} more` : '';
  return [
    `${first}${more} cannot be read by others (mode ${closed[0]?.mode.toString(8)}), so Lambda cannot read it. Zip it with mode 755.`,
  ];
}

interface ByName {
  readonly file: string;
  readonly entries: readonly ReadyEntry[];
  readonly runtime: string | undefined;
  readonly handler: string | undefined;
  readonly isJar: boolean;
}

/** Runtime and handler from the names of the files: their contents are not looked at. */
async function foundByName({
  file,
  entries,
  runtime,
  handler,
  isJar,
}: ByName): Promise<{ runtime: string; handler: string }> {
  const names = new Set(entries.map((entry) => entry.path));
  if (handler !== undefined && !isJar) {
    return findRuntime({ folder: path.dirname(file), names, handler, ...(runtime !== undefined && { runtime }) });
  }
  if (names.has('bootstrap')) return { runtime: runtime ?? 'provided.al2023', handler: 'bootstrap' };
  throw new Problem(
    'HandlerNotFound',
    `${path.basename(file)} does not say which function in it handles events. Name it with --handler${isJar ? ' PACKAGE.CLASS::METHOD' : ' FILE.FUNCTION'}${runtime === undefined ? ' and --runtime' : ''}.`,
  );
}
