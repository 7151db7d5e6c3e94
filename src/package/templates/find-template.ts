import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { readTemplate, type TemplateNode } from './read-template.ts';
import { samFunctions } from './sam.ts';
import { serverlessFunctions } from './serverless.ts';
import type { TemplateFunction } from './template-function.ts';
import { templateFolders, templateNames } from './template-places.ts';

type Reader = (template: TemplateNode, file: string) => TemplateFunction[];

const reader = (name: string): Reader => (name.startsWith('serverless') ? serverlessFunctions : samFunctions);

export interface FoundTemplate {
  /** Absolute path. */
  readonly file: string;
  /** Those whose code is the folder, in the template's order; at least one. */
  readonly functions: readonly TemplateFunction[];
}

/**
 * The nearest SAM, CloudFormation or Serverless template that has a function whose code is this folder: in the folder, or up to three
 * levels above it, not beyond the repository's root. Throws `TemplateBroken` for one that cannot be read.
 */
export async function findTemplate(folder: string): Promise<FoundTemplate | undefined> {
  const folders = templateFolders(folder);
  const [root] = folders;
  for (const here of folders) {
    for (const name of templateNames) {
      const file = path.join(here, name);
      if (!existsSync(file)) continue;
      const functions = reader(name)(await readTemplate(file), file).filter((found) => found.folder === root);
      if (functions.length > 0) return { file, functions };
    }
  }
  return undefined;
}

/** The folders, other than this one, that a template in it has functions in, as paths below it. */
export async function functionFolders(
  folder: string,
): Promise<{ readonly file: string; readonly folders: readonly string[] } | undefined> {
  const root = realpathSync(folder);
  for (const name of templateNames) {
    const file = path.join(root, name);
    if (!existsSync(file)) continue;
    const found = reader(name)(await readTemplate(file), file).map((each) => path.relative(root, each.folder));
    const folders = [...new Set(found)].filter((place) => place !== '' && existsSync(path.join(root, place)));
    if (folders.length > 0) return { file: name, folders };
  }
  return undefined;
}
