// Native code that would not run where the function does: packages are made on other systems than Lambda's.
import { closeSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import type { PackageSource } from './collect-files.ts';
import { findPackage, namesIn, readManifest } from './node/installed-packages.ts';

export interface RunsOn {
  /** Such as `nodejs24.x`. */
  readonly runtime: string;
  readonly architecture: 'x86_64' | 'arm64';
}

type System = 'Linux x64' | 'Linux arm64' | 'Linux on another processor' | 'macOS' | 'Windows';

/** What of each language may be native. */
const families: readonly (readonly [family: string, isNative: (name: string) => boolean])[] = [
  ['nodejs', (name) => name.endsWith('.node')],
  ['python', (name) => /\.(so|pyd|dylib)$|\.so\.\d+$/.test(name)],
  ['provided', (name) => name === 'bootstrap'],
];

/** A warning for each part with native code for other systems only, and for packages of Node.js whose native part was not built. */
export function warnOfNativeCode(sources: readonly PackageSource[], { runtime, architecture }: RunsOn): string[] {
  const [family, isNative] = families.find(([start]) => runtime.startsWith(start)) ?? [];
  if (family === undefined || isNative === undefined) return [];
  const wanted: System = architecture === 'arm64' ? 'Linux arm64' : 'Linux x64';
  const parts = new Map<string, { readonly systems: Set<string>; readonly name: string }>();
  for (const source of sources) {
    if (!isNative(source.name)) continue;
    const system = systemOf(source);
    if (system === undefined) continue;
    const name = partOf(source.name);
    const part = parts.get(forAnySystem(name)) ?? { systems: new Set(), name };
    // Lambda's system has glibc, for which what is built for musl does not load.
    part.systems.add(/musl/.test(source.name) ? `${system} with musl` : system);
    parts.set(forAnySystem(name), part);
  }
  const foreign = [...parts.values()].filter(({ systems }) => !systems.has(wanted));
  return [
    ...foreign.map(
      ({ name, systems }) =>
        `${name} is for ${[...systems].join(', ')}, and the function runs on ${wanted}. ${advice(family, architecture)}`,
    ),
    ...(family === 'nodejs' ? notBuilt(sources, new Set(parts.keys())) : []),
  ];
}

function advice(family: string, architecture: RunsOn['architecture']): string {
  const cpu = architecture === 'arm64' ? 'arm64' : 'x64';
  if (family === 'nodejs')
    return `Install the packages for it: "npm install --os=linux --cpu=${cpu} --libc=glibc", or, if they are compiled, on such a system.`;
  if (family === 'python')
    return 'Take it out of the folder and name it in a requirements.txt, from which it is installed for Lambda.';
  return 'Build it for that, or say its "architecture" in lambda.json.';
}

/** Packages that a compiler should have gone over, as npm does not let it with `--ignore-scripts`. */
function notBuilt(sources: readonly PackageSource[], withCode: ReadonlySet<string>): string[] {
  const warnings: string[] = [];
  for (const source of sources) {
    if (!source.name.endsWith('/binding.gyp') || source.kind !== 'file') continue;
    const isRecipe = /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/binding\.gyp$/.test(source.name);
    if (!isRecipe || withCode.has(forAnySystem(partOf(source.name)))) continue;
    const folder = path.dirname(source.file);
    if (namesIn(readManifest(folder), 'optionalDependencies').some((name) => findPackage(name, folder))) continue;
    warnings.push(
      `${partOf(source.name)} has a native part that was not built. Run "npm rebuild" on a system like Lambda's, and package it again.`,
    );
  }
  return warnings;
}

/** The package of node_modules, or the folder or file at the root. */
const partOf = (name: string): string =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name.split('/')[0] ?? name;

/** Packages for one system each have names that differ in it alone. */
const forAnySystem = (part: string): string =>
  part
    .slice(Math.max(0, part.lastIndexOf('node_modules/')))
    .replace(/[-/](linux|linuxmusl|darwin|win32|windows|freebsd|android|alpine)(-[\w-]+)?(@[^/]*)?$/, '');

function systemOf(source: PackageSource): System | undefined {
  const head = headOf(source);
  if (head === undefined || head.length < 20) return undefined;
  const magic = head.readUInt32BE(0);
  if (magic === 0x7f454c46) {
    const machine = head.readUInt16LE(18);
    return machine === 62 ? 'Linux x64' : machine === 183 ? 'Linux arm64' : 'Linux on another processor';
  }
  if (magic === 0xcffaedfe || magic === 0xcafebabe) return 'macOS';
  return magic >>> 16 === 0x4d5a ? 'Windows' : undefined;
}

function headOf(source: PackageSource): Buffer | undefined {
  if (source.kind === 'content') return Buffer.from(source.content.subarray(0, 20));
  if (source.kind !== 'file') return undefined;
  let file: number;
  try {
    file = openSync(source.file, 'r');
  } catch {
    return undefined; // what cannot be read is named when it is packed
  }
  try {
    const head = Buffer.alloc(20);
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}
