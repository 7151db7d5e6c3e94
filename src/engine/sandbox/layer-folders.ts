// What lies at /opt on AWS: the content of a function's layers, in a folder that its environments share.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { CodeStore } from '../store/code-store.ts';
import type { UsedLayer } from '../store/function-store.ts';

/** A folder in use; it goes when nobody uses it any more. */
export interface LayerFolder {
  readonly path: string;
  release(): Promise<void>;
}

interface Merged {
  readonly path: string;
  readonly ready: Promise<void>;
  users: number;
}

export class LayerFolders {
  readonly #code: CodeStore;
  readonly #root: string;
  readonly #merged = new Map<string, Merged>();
  #made = 0;

  /** Merged folders lie in `root`. */
  constructor(code: CodeStore, root: string) {
    this.#code = code;
    this.#root = root;
  }

  /** The layers' content, later ones over earlier ones; undefined where there are none. */
  async acquire(layers: readonly UsedLayer[]): Promise<LayerFolder | undefined> {
    const [first, ...others] = layers.map(({ codeSha256 }) => this.#code.taskRoot(codeSha256));
    if (first === undefined) return undefined;
    if (others.length === 0) return { path: first, release: async () => Promise.resolve() };
    const key = layers.map(({ codeSha256 }) => codeSha256).join();
    const merged = this.#merged.get(key) ?? this.#merge(key, [first, ...others]);
    merged.users += 1;
    let released = false;
    const release = async (): Promise<void> => {
      if (released) return;
      released = true;
      merged.users -= 1;
      if (merged.users > 0) return;
      if (this.#merged.get(key) === merged) this.#merged.delete(key);
      await rm(merged.path, { recursive: true, force: true });
    };
    try {
      await merged.ready;
    } catch (error) {
      await release();
      throw error;
    }
    return { path: merged.path, release };
  }

  #merge(key: string, folders: readonly string[]): Merged {
    // A number, so that a folder being removed and the next one of the same layers never meet.
    const name = `opt-${createHash('sha256').update(key).digest('hex').slice(0, 16)}-${(this.#made += 1)}`;
    const place = path.join(this.#root, name);
    const merge = async (): Promise<void> => {
      for (const folder of folders) await lay(folder, place);
    };
    const merged: Merged = { path: place, ready: merge(), users: 0 };
    this.#merged.set(key, merged);
    return merged;
  }
}

/** Puts a folder's content over what is in another. Files are hard links, which take no time and no space. */
async function lay(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const place = path.join(to, entry.name);
    if (entry.isDirectory()) {
      await removeUnlessFolder(to, entry.name);
      await lay(source, place);
      continue;
    }
    await rm(place, { recursive: true, force: true });
    if (entry.isSymbolicLink()) await symlink(await readlink(source), place);
    else await link(source, place).catch(async () => copyFile(source, place, constants.COPYFILE_FICLONE));
  }
}

async function removeUnlessFolder(parent: string, name: string): Promise<void> {
  const there = (await readdir(parent, { withFileTypes: true })).find((entry) => entry.name === name);
  if (there && !there.isDirectory()) await rm(path.join(parent, name));
}
