// Whether node_modules is what npm's files say: a package.json or a lock that came later, as with a pull, changes nothing by itself.
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { few } from '../few.ts';
import { isRecord, readManifest, type Manifest } from './installed-packages.ts';

/** A warning where package.json, package-lock.json and what npm has installed differ; nothing where npm has not installed. */
export function driftOfNpm(folder: string): string[] {
  const lockFile = path.join(folder, 'package-lock.json');
  const record = path.join(folder, 'node_modules', '.package-lock.json');
  const installedAt = timeOf(record);
  const lockedAt = timeOf(lockFile);
  if (installedAt === undefined || lockedAt === undefined) return [];
  const changedAt = timeOf(path.join(folder, 'package.json')) ?? 0;
  if (Math.max(lockedAt, changedAt) <= installedAt) return [];
  const locked = packagesIn(lockFile);
  const own = locked[''];
  if (own === undefined) return []; // of an npm before 7
  const asked = Object(readManifest(folder)['dependencies']);
  const locks = Object(own['dependencies']);
  const changed = [...new Set([...Object.keys(asked), ...Object.keys(locks)])].filter((name) => asked[name] !== locks[name]); // prettier-ignore
  if (changed.length > 0)
    return [`package.json has changed since npm installed: ${few(changed)}. Run "npm install", and package it again.`];
  const installed = packagesIn(record);
  const differing = Object.entries(locked).flatMap(([place, { version, dev, link }]) => {
    const has = installed[place]?.['version'];
    if (place === '' || dev === true || link === true || typeof has !== 'string' || has === version) return [];
    return `${place.replace(/^node_modules\//, '')} (${has}, not ${String(version)})`;
  });
  if (differing.length === 0) return [];
  return [`node_modules is not what package-lock.json says: ${few(differing)}. Run "npm ci", and package it again.`];
}

const timeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

function packagesIn(file: string): Readonly<Record<string, Manifest>> {
  try {
    const lock: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const packages = isRecord(lock) ? lock['packages'] : undefined;
    const entries = Object.entries(isRecord(packages) ? packages : {});
    return Object.fromEntries(entries.filter((entry): entry is [string, Manifest] => isRecord(entry[1])));
  } catch {
    return {};
  }
}
