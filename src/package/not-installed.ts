// Dependencies that are declared and that nothing brings: the package would ship without them, and fail on its first import.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';
import { declaredIn, normalized, objectIn } from './build/python-project.ts';
import { few } from './few.ts';
import { driftOfNpm } from './node/npm-drift.ts';
import { findPackage } from './node/installed-packages.ts';

/** In Lambda's runtimes already. */
const inNode = /^@(aws-sdk|smithy)\//;
const inPython = /^(boto3|botocore|s3transfer)$/;

/**
 * What package.json declares and node_modules does not have, as a warning; and what Yarn keeps in zip files, unless
 * the function's `environment` has Node.js load it from there. A layer may bring them, which is for the caller to know.
 */
export function warnOfNodePackages(
  folder: string,
  names: ReadonlySet<string>,
  environment: Readonly<Record<string, string>> = {},
): string[] {
  if (names.has('.pnp.cjs')) {
    if (environment['NODE_OPTIONS']?.includes('.pnp.cjs')) return [];
    return [
      'Yarn keeps the packages in zip files, which Node.js loads through .pnp.cjs only. Bundle the function ("bundle": true in lambda.json), or say "nodeLinker: node-modules" in .yarnrc.yml and run "yarn install".',
    ];
  }
  if (!names.has('package.json')) return [];
  const manifest: unknown = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const declared = Object.keys(objectIn(manifest, 'dependencies') ?? {});
  const missing = declared.filter((name) => !inNode.test(name) && findPackage(name, folder) === undefined);
  if (missing.length === 0) return driftOfNpm(folder);
  return [
    `package.json names dependencies that are not in node_modules: ${few(missing)}. Run "npm install" in the folder, or bundle the function ("bundle": true in lambda.json), and package it again.`,
  ];
}

/** What pyproject.toml declares where no lock and no requirements.txt says what to install, as a warning. */
export function warnOfPythonPackages(folder: string, names: ReadonlySet<string>): string[] {
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
