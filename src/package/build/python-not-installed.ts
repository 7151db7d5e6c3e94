// Dependencies of a Python project that are declared and that nothing brings.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';
import { few } from '../few.ts';
import { declaredIn, normalized } from './python-project.ts';
import type { Names } from '../names.ts';

/** In Lambda's runtimes already. */
const inPython = /^(boto3|botocore|s3transfer)$/;

/** What pyproject.toml declares where no lock and no requirements.txt says what to install, as a warning. */
export function warnOfPythonPackages(folder: string, names: Names): string[] {
  if (!names.has('pyproject.toml')) return [];
  const present = new Set(
    [...names].map((name) => normalized(/^([^/]+?)(-[\d.]+\.dist-info)?\//.exec(name)?.[1] ?? '')),
  );
  const missing = declaredOf(path.join(folder, 'pyproject.toml')).filter(
    (name) => !inPython.test(name) && !present.has(name),
  );
  if (missing.length === 0) return [];
  return [
    `pyproject.toml names dependencies that do not ship, for lack of a lock: ${few(missing)}. Run "uv lock" or "poetry lock" in the folder, or add a requirements.txt, and package it again.`,
  ];
}

function declaredOf(file: string): string[] {
  try {
    return declaredIn(parse(readFileSync(file, 'utf8'))).map(({ name }) => name);
  } catch {
    return []; // not ours to judge: the tool that it is for will
  }
}
