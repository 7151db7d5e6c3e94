// Dependencies that are declared and that nothing brings: the package would ship without them, and fail on its first import.
import { few } from '../few.ts';
import { findPackage, namesIn, readManifest } from './installed-packages.ts';
import { driftOfNpm } from './npm-drift.ts';
import type { Names } from '../names.ts';

/** In Lambda's runtimes already. */
const inNode = /^@(aws-sdk|smithy)\//;

/**
 * What package.json declares and node_modules does not have, as a warning; and what Yarn keeps in zip files, unless
 * the function's `environment` has Node.js load it from there. A layer may bring them, which is for the caller to know.
 */
export function warnOfNodePackages(
  folder: string,
  names: Names,
  environment: Readonly<Record<string, string>> = {},
): string[] {
  if (names.has('.pnp.cjs')) {
    if (environment['NODE_OPTIONS']?.includes('.pnp.cjs')) return [];
    return [
      'Yarn keeps the packages in zip files, which Node.js loads through .pnp.cjs only. Bundle the function ("bundle": true in lambda.json), or say "nodeLinker: node-modules" in .yarnrc.yml and run "yarn install".',
    ];
  }
  if (!names.has('package.json')) return [];
  const declared = namesIn(readManifest(folder), 'dependencies');
  const missing = declared.filter((name) => !inNode.test(name) && findPackage(name, folder) === undefined);
  if (missing.length === 0) return driftOfNpm(folder);
  return [
    `package.json names dependencies that are not in node_modules: ${few(missing)}. Run "npm install" in the folder, or bundle the function ("bundle": true in lambda.json), and package it again.`,
  ];
}
