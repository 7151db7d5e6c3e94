import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';

/** Names of templates, those that count first at the front. */
export const templateNames = [
  'template.yaml',
  'template.yml',
  'template.json',
  'serverless.yml',
  'serverless.yaml',
  'serverless.json',
] as const;

/** Levels above a function's folder at which a template is looked for. */
const levels = 3;

/** Where a template for the function in a folder may lie: the folder, and up to three above it, not beyond the repository's root. */
export function templateFolders(folder: string): string[] {
  if (!existsSync(folder)) return []; // packageFolder says so
  const folders: string[] = [];
  let here = realpathSync(folder);
  for (let level = 0; level <= levels; level += 1) {
    folders.push(here);
    const above = path.dirname(here);
    if (above === here || existsSync(path.join(here, '.git'))) break;
    here = above;
  }
  return folders;
}

export const mayHaveTemplate = (folder: string): boolean =>
  templateFolders(folder).some((here) => templateNames.some((name) => existsSync(path.join(here, name))));
