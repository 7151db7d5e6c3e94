import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Controller, ControlGroupPlaces } from './control-group-places.ts';

/** A group of the engine's own, in which each environment gets one; of version 1 a controller has each its own hierarchy. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly folder: string;
  readonly controllers: readonly Controller[];
}

/** Without these a group is of no use. */
const needed: readonly Controller[] = ['memory', 'pids'];

/**
 * Makes the group `name`: of version 2 in the nearest group that may have groups with limits in it (not one's own: a group that has
 * processes may not, but for the root), else of version 1 in one's own. Empty where this system, or its user, has none.
 */
export function openHierarchies({ unified, separate }: ControlGroupPlaces, name: string): readonly Hierarchy[] {
  for (const parent of unified) {
    const hierarchy = openUnified(parent, name);
    if (hierarchy) return [hierarchy];
  }
  const found = [...separate].flatMap(([controller, parent]) => openSeparate(controller, parent, name));
  if (found.some(({ controllers }) => controllers.includes('memory'))) return found;
  for (const { folder } of found) rmdirSync(folder);
  return [];
}

function openUnified(parent: string, name: string): Hierarchy | undefined {
  const folder = path.join(parent, name);
  try {
    const offered = wordsIn(path.join(parent, 'cgroup.controllers'));
    if (!needed.every((one) => offered.includes(one))) return undefined;
    const controllers = passOn(parent, offered.includes('cpu') ? [...needed, 'cpu'] : needed);
    makeFolder(folder);
    return { version: 2, folder, controllers: passOn(folder, controllers) };
  } catch {
    drop(folder); // not allowed here, or there are processes in it
    return undefined;
  }
}

/** Lets the groups in a group have these controllers; which of them they then have. Throws where one that is needed is missing. */
function passOn(folder: string, wanted: readonly Controller[]): readonly Controller[] {
  const file = path.join(folder, 'cgroup.subtree_control');
  const has = wordsIn(file);
  return wanted.filter((controller) => {
    if (has.includes(controller)) return true;
    try {
      writeFileSync(file, `+${controller}`);
      return true;
    } catch (error) {
      if (needed.includes(controller)) throw error;
      return false;
    }
  });
}

function openSeparate(controller: Controller, parent: string, name: string): Hierarchy[] {
  const folder = path.join(parent, name);
  try {
    makeFolder(folder);
    return [{ version: 1, folder, controllers: [controller] }];
  } catch {
    return []; // not this user's
  }
}

function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
}

function drop(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // it was not made
  }
}

const wordsIn = (file: string): string[] => readFileSync(file, 'utf8').trim().split(/\s+/);
