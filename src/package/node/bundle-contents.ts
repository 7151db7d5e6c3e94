import path from 'node:path';
import type { Metafile } from 'esbuild';
import { packageFolderOf, packageNameOf } from './native-packages.ts';

/** A part of a bundle: a package in it, or a folder or file of the function's own. */
export interface BundlePart {
  readonly name: string;
  /** Source files. */
  readonly files: number;
  /** In the bundle, where what nothing uses is not. */
  readonly bytes: number;
  /** Packages from one that the function imports itself down to it; only for packages. */
  readonly because?: readonly string[];
}

/** What a bundle holds, by what esbuild says of it. */
export function bundleContents({ inputs, outputs }: Metafile, folder: string): BundlePart[] {
  const chains = importChains(inputs, folder);
  const parts = new Map<string, { files: number; bytes: number; because?: readonly string[] }>();
  for (const output of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
      if (bytesInOutput === 0) continue;
      const ofPackage = packageOf(file, folder);
      const because = ofPackage === undefined ? undefined : chains.get(ofPackage);
      const name = ofPackage === undefined ? ownPart(file) : `node_modules/${ofPackage}`;
      const part = parts.get(name) ?? { files: 0, bytes: 0, ...(because && { because }) };
      part.files += 1;
      part.bytes += bytesInOutput;
      parts.set(name, part);
    }
  }
  return [...parts].map(([name, part]) => ({ name, ...part }));
}

function packageOf(file: string, folder: string): string | undefined {
  const found = packageFolderOf(path.resolve(folder, file));
  return found === undefined ? undefined : packageNameOf(found);
}

const ownPart = (file: string): string => /^((\.\.\/)*[^/]+\/)/.exec(file)?.[1] ?? file;

/** The shortest ways on which packages are imported, from the function's own code on. */
function importChains(inputs: Metafile['inputs'], folder: string): Map<string, readonly string[]> {
  const imports = new Map<string, Set<string>>();
  for (const [file, { imports: imported }] of Object.entries(inputs)) {
    const from = packageOf(file, folder) ?? '';
    const to = imports.get(from) ?? new Set();
    imports.set(from, to);
    for (const { path: target, external } of imported) {
      const ofPackage = external === true ? undefined : packageOf(target, folder);
      if (ofPackage !== undefined && ofPackage !== from) to.add(ofPackage);
    }
  }
  const chains = new Map<string, readonly string[]>();
  const queue = [{ name: '', chain: [] as readonly string[] }];
  for (const { name, chain } of queue) {
    for (const next of imports.get(name) ?? []) {
      if (chains.has(next)) continue;
      chains.set(next, [...chain, next]);
      queue.push({ name: next, chain: [...chain, next] });
    }
  }
  return chains;
}
