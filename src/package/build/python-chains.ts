// Why a Python package is there: by what the installed packages say that they need (PEP 566), and which files are whose (RECORD).
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PackageSource } from '../collect-files.ts';
import { normalized } from './python-project.ts';

interface Distribution {
  readonly name: string;
  readonly needs: readonly string[];
  /** Folders (with "/") and files at the root. */
  readonly parts: readonly string[];
}

/** From a package that no other one needs down to the one whose a folder or file at the root is, by that folder's name. */
export function whyInstalled(sources: readonly PackageSource[]): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, Distribution>();
  for (const source of sources) {
    if (source.kind !== 'file' || !/^[^/]+\.dist-info\/METADATA$/.test(source.name)) continue;
    const one = distributionOf(source.file);
    if (one) found.set(normalized(one.name), one);
  }
  const needed = new Set([...found.values()].flatMap(({ needs }) => needs));
  const chains = new Map<string, readonly string[]>();
  const queue = [...found]
    .filter(([key]) => !needed.has(key))
    .map(([key]) => ({ key, above: [] as readonly string[] }));
  for (const { key, above } of queue) {
    const one = found.get(key);
    if (!one || chains.has(key)) continue;
    const chain = [...above, one.name];
    chains.set(key, chain);
    queue.push(...one.needs.map((next) => ({ key: next, above: chain })));
  }
  return Object.fromEntries(
    [...chains].flatMap(([key, chain]) => (found.get(key)?.parts ?? []).map((part) => [part, chain] as const)),
  );
}

function distributionOf(file: string): Distribution | undefined {
  try {
    const [head = ''] = readFileSync(file, 'utf8').split(/\r?\n\r?\n/);
    const name = /^Name:\s*(\S+)/m.exec(head)?.[1];
    if (name === undefined) return undefined;
    const needs = [...head.matchAll(/^Requires-Dist:\s*([\w.-]+)([^\r\n]*)/gm)]
      .filter(([, , condition = '']) => !/\bextra\s*==/.test(condition))
      .map(([, needed = '']) => normalized(needed));
    const record = readFileSync(path.join(path.dirname(file), 'RECORD'), 'utf8');
    const parts = new Set([...record.matchAll(/^"?([^/,"\r\n]+\/?)/gm)].map(([, part = '']) => part));
    return { name, needs, parts: [...parts].filter((part) => part !== '../') };
  } catch {
    return undefined; // installed by something that keeps no such records: then nothing is said of it
  }
}
