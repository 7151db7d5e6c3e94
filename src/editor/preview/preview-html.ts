import type { PackagePart, PackagePreview } from '../../package/explain.ts';
import { bytesInWords } from '../../package/bytes-in-words.ts';
import { packageTreemap } from './package-treemap.ts';
import { englishWords, type Words } from '../words.ts';
import { packageTree, type PackageNode } from './package-tree.ts';

export interface PreviewPage {
  readonly title: string;
  readonly preview: Pick<PackagePreview, 'package' | 'parts' | 'leftOut'>;
  readonly cspSource: string;
  readonly styleUri: string;
  /** Absent: English. */
  readonly words?: Words;
  readonly language?: string;
}

/** Letters are as large in each as on the page: it is as wide as where it is shown, about. */
const pictures = { wide: { width: 720, height: 340 }, narrow: { width: 360, height: 280 } } as const;
/** Lambda's limit for what a package unzips to. */
const mostUnzipped = 250 * 1_048_576;
/** Of a folder; whoever wants all lists the zip. */
const mostChildren = 200;
const colours = 6;
/** Of a letter in the picture, about. */
const letterWidth = 7;

/** What would ship, as a page without a script: a picture of the heaviest parts, and all of it as a tree. */
export function renderPreviewPage({
  title,
  preview,
  cspSource,
  styleUri,
  words = englishWords,
  language = 'en',
}: PreviewPage): string {
  const { t, sentence } = words;
  const { package: built, parts, leftOut } = preview;
  const { unzippedBytes, zippedBytes, runtime, handler, settingsFrom, warnings } = built;
  const share = ((100 * unzippedBytes) / mostUnzipped).toFixed(1);
  const summary = [
    t('{0}, {1}: {2} unzipped ({3} % of the 250 MB that Lambda takes), {4} zipped.', runtime, handler, bytesInWords(unzippedBytes), share, bytesInWords(zippedBytes)), // prettier-ignore
    ...(settingsFrom === undefined ? [] : [t('Settings of {0}.', settingsFrom)]),
  ];
  return `<!doctype html>
<html lang="${text(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${cspSource}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${text(title)}</title>
    <link rel="stylesheet" href="${styleUri}">
  </head>
  <body>
    <h1>${text(title)}</h1>
    <p>${text(summary.join(' '))}</p>
    ${warnings.map((warning) => `<p class="warning">${text(sentence(warning))}</p>`).join('\n    ')}
    <div class="pictures">
      <input type="radio" name="by" id="by-bytes" checked><label for="by-bytes">${text(t('Unzipped'))}</label>
      <input type="radio" name="by" id="by-zipped"><label for="by-zipped">${text(t('Zipped'))}</label>
      ${(['bytes', 'zippedBytes'] as const).flatMap((by) => [drawTreemap(parts, { by, size: 'wide', words }), drawTreemap(parts, { by, size: 'narrow', words })]).join('\n      ')}
    </div>
    <h2>${text(t('Files'))}</h2>
    <div class="tree" role="group" aria-label="${text(t('Files'))}">
      <p class="row head" aria-hidden="true"><span class="name">${text(t('Name'))}</span><span>${text(t('Unzipped'))}</span><span>${text(t('Zipped'))}</span><span>${text(t('Files'))}</span></p>
      ${drawChildren(packageTree(built, parts), words)}
    </div>
    ${leftOut.length === 0 ? '' : `<h2>${text(t('Left out'))}</h2>\n    <ul>${leftOut.map(({ name, reason }) => `<li>${text(name)} <span class="why">${text(sentence(reason))}</span></li>`).join('')}</ul>`}
  </body>
</html>
`;
}

interface Drawing {
  readonly by: 'bytes' | 'zippedBytes';
  readonly size: keyof typeof pictures;
  readonly words: Words;
}

function drawTreemap(parts: readonly PackagePart[], { by, size, words }: Drawing): string {
  const { t } = words;
  const picture = pictures[size];
  const drawn = packageTreemap(parts, { ...picture, by }).map(({ part, x, y, width, height }, at) => {
    const bytes = bytesInWords(part[by]);
    const through = throughWords(part.because, words);
    const letters = Math.floor((width - 8) / letterWidth);
    const name = part.name.replace(/^node_modules\/(\.pnpm\/)?/, '');
    const label =
      letters >= 4 && height >= 18
        ? `<text x="${round(x + 4)}" y="${round(y + 14)}">${text(shortened(name, letters))}</text>`
        : '';
    const weight =
      letters >= bytes.length && height >= 34
        ? `<text class="size" x="${round(x + 4)}" y="${round(y + 29)}">${bytes}</text>`
        : '';
    const about =
      part.files === 1
        ? t('{0}: {1}, 1 file', part.name, bytes)
        : t('{0}: {1}, {2} files', part.name, bytes, part.files);
    return `<g class="tile colour-${at % colours}"><title>${text(about + through)}</title><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/>${label}${weight}</g>`;
  });
  const kind = by === 'bytes' ? 'bytes' : 'zipped';
  const heard = by === 'bytes' ? t('The heaviest parts, unzipped') : t('The heaviest parts, zipped');
  return `<svg class="treemap ${kind} ${size}" viewBox="0 0 ${picture.width} ${picture.height}" role="img" aria-label="${text(heard)}">${drawn.join('')}</svg>`;
}

function drawChildren({ children }: PackageNode, words: Words): string {
  const shown = children.slice(0, mostChildren).map((child) => drawNode(child, words));
  const rest = children.length - shown.length;
  return (
    shown.join('\n') +
    (rest > 0 ? `<p class="row"><span class="name">${text(words.t('{0} more', rest))}</span></p>` : '')
  );
}

function drawNode(node: PackageNode, words: Words): string {
  const { name, bytes, zippedBytes, files, children, because } = node;
  const { t } = words;
  const through = throughWords(because, words);
  const cells = `<span class="name">${text(name)}${children.length > 0 ? '/' : ''}<span class="why">${text(through)}</span></span><span>${spoken(t('Unzipped'))}${bytesInWords(bytes)}</span><span>${spoken(t('Zipped'))}${bytesInWords(zippedBytes)}</span><span>${children.length > 0 ? `${spoken(t('Files'))}${files}` : ''}</span>`;
  return children.length === 0
    ? `<p class="row">${cells}</p>`
    : `<details><summary class="row">${cells}</summary>${drawChildren(node, words)}</details>`;
}

/** The head of a column, where it is only heard. */
const spoken = (head: string): string => `<span class="spoken">${text(head)} </span>`;

const throughWords = (because: readonly string[] | undefined, { t }: Words): string =>
  because && because.length > 1 ? t(', through {0}', because.slice(0, -1).join(' → ')) : '';

const round = (value: number): string => value.toFixed(1);

const shortened = (name: string, letters: number): string =>
  name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Names of files may hold anything. */
const text = (value: string): string => value.replaceAll(/[&<>"']/g, (letter) => escapes[letter] ?? letter);
