import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bytesInWords } from './bytes-in-words.ts';
import type { LeftOut } from './collect-files.ts';
import type { DeploymentPackage, PackageOptions } from './deployment-package.ts';
import { below, installedPackages, isRecord, neededBy, readManifest, wantedBy } from './node/installed-packages.ts';

/** A part of a package: a package of node_modules, a folder or file at the root, or what of these is in a bundle (`lodash in index.js`). */
export interface PackagePart {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  /** As it stands in the zip, without headers. */
  readonly zippedBytes: number;
  /** Who asked for it: packages from one that was asked for down to it, as far as it is known. */
  readonly because?: readonly string[];
}

const reasons: Record<LeftOut['why'], string> = {
  never: 'never ships',
  rule: '.lambdaignore or lambda.json',
  development: 'installed for development',
  'private key': 'a private key',
  'not a file': 'not a file',
  outside: 'leads out of the folder',
};

export interface PackagePreview {
  readonly package: DeploymentPackage;
  readonly parts: readonly PackagePart[];
  /** What does not ship, and why in words. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** For people. */
  readonly text: string;
}

/** Packages into a file that goes again, and tells what would ship. */
export async function previewPackage(
  options: Omit<PackageOptions, 'outFile'>,
  packageIt: (options: PackageOptions) => Promise<DeploymentPackage>,
): Promise<PackagePreview> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-'));
  try {
    const built = await packageIt({ ...options, outFile: path.join(scratch, 'package.zip') });
    const leftOut = built.leftOut.map(({ name, why }) => ({ name, reason: reasons[why] }));
    return {
      package: built,
      parts: partsOf(built, options.folder),
      leftOut,
      text: explainPackage(built, options.folder),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The parts of a package, the heaviest first. */
export function partsOf(built: DeploymentPackage, folder: string): PackagePart[] {
  const parts = new Map<string, { files: number; bytes: number; zippedBytes: number }>();
  for (const { path: name, bytes, zippedBytes = 0 } of built.entries) {
    if (name.endsWith('/')) continue;
    const key = partName(name);
    const part = parts.get(key) ?? { files: 0, bytes: 0, zippedBytes: 0 };
    part.files += 1;
    part.bytes += bytes;
    part.zippedBytes += zippedBytes;
    parts.set(key, part);
  }
  const because = dependencyChains(folder);
  const inBundle = partsOfBundle(built);
  const own = parts.get(partName(built.bundle?.file ?? ''));
  if (own) for (const each of inBundle) { own.bytes -= each.bytes; own.zippedBytes -= each.zippedBytes; } // prettier-ignore
  const others = [...parts].map(([name, part]) => {
    const chain = because(name) ?? built.because?.[name];
    return { name, ...part, ...(chain && { because: chain }) };
  });
  return [...others, ...inBundle].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** What is in the bundled module; of its bytes in the zip each has the share that it has of the module. */
function partsOfBundle({ bundle, entries }: DeploymentPackage): PackagePart[] {
  const module = entries.find(({ path: name }) => name === bundle?.file);
  if (!bundle || !module || bundle.parts.length < 2) return [];
  const zipped = (bytes: number): number => Math.floor(((module.zippedBytes ?? 0) * bytes) / module.bytes);
  return bundle.parts.map((part) => ({ ...part, name: `${part.name} in ${bundle.file}`, zippedBytes: zipped(part.bytes) })); // prettier-ignore
}

/** `node_modules/@scope/name`, a gem, a library of Java, or the first folder with "/", or a file. */
function partName(name: string): string {
  const dependency = /^vendor\/bundle\/ruby\/[^/]+\/gems\/[^/]+(?=\/)|^lib\/[^/]+\.jar$/.exec(name)?.[0];
  if (dependency !== undefined) return dependency;
  const parts = name.split('/');
  const isHidden = parts[1]?.startsWith('.') === true && parts.length === 2; // a package manager's record
  if (parts[0] === 'node_modules' && isHidden) return name;
  if (parts[0] === 'node_modules' && parts[1] === '.pnpm' && parts.length > 3) return parts.slice(0, 3).join('/');
  if (parts[0] === 'node_modules' && parts.length > 2)
    return parts.slice(0, parts[1]?.startsWith('@') && parts.length > 3 ? 3 : 2).join('/');
  return parts.length > 1 ? `${parts[0]}/` : name;
}

/** How a package came to be there: by npm's record of what it installed, or as they lie on the disk. */
function dependencyChains(folder: string): (part: string) => readonly string[] | undefined {
  const record = readJson(path.join(folder, 'node_modules', '.package-lock.json'));
  const packages = isRecord(record) ? record['packages'] : undefined;
  if (!isRecord(packages)) return chainsOnDisk(folder);
  const direct = neededBy(readManifest(folder));
  const chains = new Map<string, readonly string[]>();
  const queue = direct.map((name): readonly string[] => [name]);
  for (const chain of queue) {
    const name = chain.at(-1) ?? '';
    if (chains.has(name)) continue;
    chains.set(name, chain);
    const manifest = packages[`node_modules/${name}`];
    if (isRecord(manifest)) queue.push(...neededBy(manifest).map((next) => [...chain, next]));
  }
  return (part) => chains.get(part.replace(/^node_modules\//, ''));
}

function chainsOnDisk(folder: string): (part: string) => readonly string[] | undefined {
  if (!existsSync(path.join(folder, 'package.json'))) return () => undefined;
  const root = realpathSync(folder);
  const chains = new Map<string, readonly string[]>();
  for (const [place, { name, chain }] of installedPackages(wantedBy(root))) {
    const inside = below(root, place);
    const part = inside === undefined ? `node_modules/${name}` : partName(`${inside}/`);
    if (!chains.has(part)) chains.set(part, chain);
  }
  return (part) => chains.get(part);
}

/** Letters of a name in a table that is to fit a terminal. */
const longestName = 70;

/** What ships and why, what does not and why, in a table for people. `rows`: how many parts are named. */
export function explainPackage(built: DeploymentPackage, folder: string, rows = 25): string {
  const parts = partsOf(built, folder);
  const shown = parts.slice(0, rows);
  const rest = parts.slice(rows);
  const widest = Math.min(Math.max(...shown.map(({ name }) => name.length), 4), longestName);
  const line = (name: string, values: readonly string[], note = ''): string =>
    `${name.padEnd(widest)}  ${values.map((value) => value.padStart(10)).join('')}  ${note}`.trimEnd();
  const lines = [
    `${built.runtime}, ${built.handler}: ${bytesInWords(built.unzippedBytes)} unzipped of 250 MB, ${bytesInWords(built.zippedBytes)} zipped`,
    '',
    line('PART', ['UNZIPPED', 'ZIPPED', 'FILES']),
    ...shown.map(({ name, bytes, zippedBytes, files, because }) =>
      line(name, [bytesInWords(bytes), bytesInWords(zippedBytes), String(files)], reasonOf(because)),
    ),
    ...(rest.length > 0
      ? [line(`${rest.length} more`, [bytesInWords(sum(rest, 'bytes')), bytesInWords(sum(rest, 'zippedBytes')), String(sum(rest, 'files'))])] // prettier-ignore
      : []),
    ...(built.leftOut.length > 0
      ? ['', 'Left out:', ...built.leftOut.map(({ name, why }) => `  ${name} (${reasons[why]})`)]
      : []),
    ...(built.warnings.length > 0 ? ['', ...built.warnings.map((warning) => `Warning: ${warning}`)] : []),
  ];
  return lines.join('\n');
}

const reasonOf = (because: readonly string[] | undefined): string =>
  because === undefined || because.length < 2 ? '' : `through ${because.slice(0, -1).join(' → ')}`;

const sum = (parts: readonly PackagePart[], member: 'bytes' | 'zippedBytes' | 'files'): number =>
  parts.reduce((total, part) => total + part[member], 0);

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
