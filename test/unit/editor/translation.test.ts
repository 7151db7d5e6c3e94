import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { bundleFile, stringsIn, stringsInCode } from '../../../scripts/strings.mjs';
import words from '../../../package.nls.json' with { type: 'json' };

const root = join(import.meta.dirname, '../../..');
const manifest = readFileSync(join(root, 'package.json'), 'utf8');

test('package.nls.json has the words that the manifest names, and no others', () => {
  const keys = new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key));
  assert.deepEqual(new Set(Object.keys(words)), keys);
  assert.ok(Object.values(words).every((text) => text.trim() !== ''));
});

test('the manifest has no words of its own', () => {
  const { contributes } = JSON.parse(manifest) as { contributes: unknown };
  const shown = new Set(['title', 'shortTitle', 'category', 'name', 'contextualTitle', 'contents', 'description', 'markdownDescription', 'patternErrorMessage']); // prettier-ignore
  const own: string[] = [];
  JSON.stringify(contributes, (key, value: unknown) => {
    if (shown.has(key) && typeof value === 'string' && !/^%[\w.]+%$/.test(value)) own.push(value);
    return value;
  });
  assert.deepEqual(own, []);
});

test('the bundle holds exactly the words of the code: `npm run strings` writes it', () => {
  const bundle = JSON.parse(readFileSync(bundleFile, 'utf8')) as Record<string, string>;
  assert.deepEqual(Object.keys(bundle), stringsInCode());
  assert.deepEqual(Object.keys(bundle), Object.values(bundle));
  for (const text of Object.keys(bundle)) {
    const places = new Set([...text.matchAll(/\{(\d+)\}/g)].map(([, at]) => Number(at)));
    assert.deepEqual(places, new Set(Array.from(places, (_, at) => at)), text);
  }
});

const read = (file: string): Record<string, string> => JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>; // prettier-ignore
const languages = readdirSync(join(root, 'l10n')).flatMap(
  (name) => /^bundle\.l10n\.([\w-]+)\.json$/.exec(name)?.[1] ?? [],
);
/** What a translation may move, but neither lose nor add: what is put in, icons, links to commands. */
const fixedParts = (text: string): string[] =>
  (text.match(/\{\d+\}|\$\([a-z-]+\)|\(command:[\w.]+\)|\n/g) ?? []).toSorted();

test('each language has all words, in the order of the English ones, and all that is put into them', () => {
  assert.ok(languages.includes('de'));
  for (const language of languages) {
    for (const [english, translated] of [
      [read('l10n/bundle.l10n.json'), read(`l10n/bundle.l10n.${language}.json`)],
      [words, read(`package.nls.${language}.json`)],
    ] as const) {
      assert.deepEqual(Object.keys(translated), Object.keys(english));
      for (const [key, text] of Object.entries(translated)) {
        assert.notEqual(text.trim(), '', key);
        assert.deepEqual(fixedParts(text), fixedParts(english[key as keyof typeof english]), key);
      }
    }
  }
});

test('words are found as they are written, and what is no literal is refused', () => {
  const code = `x = t('One'); vscode.l10n.t(\n 'It\\'s {0}',\n y); split('no'); /\\t(a|b)/; t('a\\nb')`;
  assert.deepEqual(stringsIn('a.ts', code), ['One', "It's {0}", 'a\nb']);
  assert.throws(() => stringsIn('a.ts', 't(`Hello ${name}`)'), /a\.ts.*no literal/);
});

test('what is published has the words in it', async () => {
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const { stdout } = await promisify(execFile)(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: root });
  const files = stdout.split('\n');
  for (const file of ['package.nls.json', 'l10n/bundle.l10n.json', 'package.nls.de.json', 'l10n/bundle.l10n.de.json'])
    assert.ok(files.includes(file), file);
  assert.ok(manifest.includes('"l10n": "./l10n"'));
});

test('the extension shows its words in the language of the editor', async () => {
  // As VS Code has it, with a bundle in which every text stands in brackets.
  const source = `
    export const said = [];
    export const l10n = { t: (text, ...values) => '[' + text.replaceAll(/\\{(\\d+)\\}/g, (_, at) => values[at]) + ']' };
    export const window = { showInformationMessage: (text) => void said.push(text) };
    export const workspace = { workspaceFolders: [] };`;
  const url = `data:text/javascript,${encodeURIComponent(source)}`;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode' ? { url, shortCircuit: true } : next(specifier, context),
  });
  const { openSource } = await import('../../../src/editor/panel/open-source.ts');
  const { said } = (await import(url)) as { readonly said: readonly string[] };
  hooks.deregister();
  await openSource('/somewhere', { path: 'index.mjs', line: 1, column: 1 });
  assert.deepEqual(said, ['[The function was deployed from /somewhere, which is in no folder of this window. Open it, and try again.]']); // prettier-ignore
});
