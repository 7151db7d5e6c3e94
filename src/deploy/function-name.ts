import { basename, dirname } from 'node:path';

const longestName = 64;

/**
 * The function name a folder suggests: its own name with everything Lambda does not allow turned into hyphens
 * (letters, digits, hyphen and underscore; at most 64). Where `isTaken` says that name belongs to another folder, the
 * parent folder's name goes in front.
 */
export function suggestFunctionName(folder: string, isTaken: (name: string) => boolean = () => false): string {
  const own = toFunctionName(basename(folder)) || 'function';
  if (!isTaken(own)) return own;
  return toFunctionName(`${basename(dirname(folder))}-${own}`) || own;
}

/** What is wrong with a function name, as a sentence; undefined when it is good. */
export function problemWithFunctionName(name: string): string | undefined {
  if (name === '') return 'A function needs a name.';
  if (name.length > longestName)
    return `A function name has at most ${longestName} characters; this one has ${name.length}.`;
  if (!/^[A-Za-z0-9_-]+$/.test(name)) return 'Use letters, digits, hyphens and underscores only.';
  return undefined;
}

function toFunctionName(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, longestName)
    .replaceAll(/^-+|-+$/g, '');
}
