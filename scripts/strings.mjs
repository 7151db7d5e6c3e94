// @ts-check
// The words of the product that are translated: `npm run strings` writes them into l10n/bundle.l10n.json.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import process from 'node:process';
import { sentencesIn } from './sentences.mjs';

const root = join(import.meta.dirname, '..');
export const bundleFile = join(root, 'l10n', 'bundle.l10n.json');

/** vscode.l10n.t(…) in the extension, t(…) in its pages. */
const call = /(?<![\w.$\\])(?:vscode\.l10n\.)?t\(\s*/g;
const literal = /'((?:[^'\\\n]|\\.)*)'\s*[,)]/y;

/**
 * The words in a file's code, in their order. An error where they are no literal: nothing could translate them.
 * @param {string} file
 * @param {string} code
 * @returns {string[]}
 */
export function stringsIn(file, code) {
  return [...code.matchAll(call)].map((match) => {
    literal.lastIndex = match.index + match[0].length;
    const found = literal.exec(code)?.[1];
    if (found === undefined)
      throw new Error(`${file}: ${code.slice(match.index, match.index + 60)} names no literal text`);
    return found.replaceAll(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter));
  });
}

/**
 * All words of the extension and its pages, in order and each once.
 * @returns {string[]}
 */
export function stringsInCode() {
  const files = ['src/editor', 'webview'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && name !== 'translate.ts')
      .map((name) => join(folder, name)),
  );
  const found = files.flatMap((file) => stringsIn(file, readFileSync(join(root, file), 'utf8')));
  return [...new Set([...found, ...sentencesInCode()])].sort();
}

/** Rooms that speak through the editor. The command line's own words are English, as a terminal's are. */
const rooms = ['src/editor', 'src/package', 'src/deploy', 'src/invoke', 'src/observe', 'src/tune', 'src/aws'];

function sentencesInCode() {
  const files = rooms.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => join(folder, name)),
  );
  return [...files, 'src/engine/launch.ts'].flatMap((file) => sentencesIn(readFileSync(join(root, file), 'utf8')));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const bundle = Object.fromEntries(stringsInCode().map((text) => [text, text]));
  writeFileSync(bundleFile, `${JSON.stringify(bundle, undefined, 2)}\n`);
}
