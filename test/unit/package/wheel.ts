import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipOf } from '../../contract/zip-of.ts';

/** Writes version 1.0 of a Python package as a wheel for a platform tag, with a test and a program that no function needs. */
export async function wheel(
  folder: string,
  name: string,
  tag: string,
  content: string,
  needs: readonly string[] = [],
): Promise<void> {
  // prettier-ignore
  const info = `${name}-1.0.dist-info`;
  mkdirSync(folder, { recursive: true });
  const files = {
    [`${name}/__init__.py`]: content,
    [`${name}/tests/test_it.py`]: 'raise Exception',
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n${needs.map((needed) => `Requires-Dist: ${needed}\n`).join('')}`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
    [`${info}/entry_points.txt`]: `[console_scripts]\n${name} = ${name}:main\n`,
    [`${info}/RECORD`]: '',
  };
  writeFileSync(path.join(folder, `${name}-1.0-${tag}.whl`), await zipOf(files));
}
