// The page that shows what a package would hold, in a real browser and under its own policy.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { renderPreviewPage, type PreviewPage } from '../../src/editor/preview/preview-html.ts';
import { englishWords, wordsOf } from '../../src/editor/words.ts';
import type { DeploymentPackage } from '../../src/package/deployment-package.ts';
import { partsOf } from '../../src/package/explain.ts';
import { launchBrowser } from '../host/browser.mjs';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'test-output/panel');
const origin = 'https://preview.test';
const hostile = '<img src=x onerror="document.title=1">&"\'.js';

const built: DeploymentPackage = {
  file: '/tmp/p.zip',
  codeSha256: '',
  zippedBytes: 9_000_000,
  unzippedBytes: 31_000_000,
  entries: [
    { path: 'index.mjs', bytes: 1200, zippedBytes: 500 },
    { path: hostile, bytes: 10, zippedBytes: 10 },
    ...[12, 6, 3, 2, 1.5, 1, 0.8, 0.6].map((megabytes, at) => {
      const [bytes, zippedBytes] = [megabytes * 1_000_000, megabytes * (400_000 - at * 20_000)];
      return { path: `node_modules/${['@aws-sdk/client-s3', 'typescript', 'lodash', 'zod', 'axios', 'date-fns', 'express', 'uuid'][at]}/dist/index.js`, bytes, zippedBytes }; // prettier-ignore
    }),
    { path: 'data/words.txt', bytes: 4_000_000, zippedBytes: 900_000 },
  ],
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  settings: {},
  settingsFrom: 'Hello of template.yaml',
  leftOut: [],
  warnings: [`${hostile} holds what looks like an AWS access key.`],
};

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
  await mkdir(folder, { recursive: true });
});
after(async () => browser.close());

async function open(
  theme: 'dark' | 'light',
  width = 900,
  translated: Pick<PreviewPage, 'words' | 'language'> = {},
): Promise<{ page: Page; violations: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 860 } });
  const violations: string[] = [];
  page.on('console', (message) => message.type() === 'error' && violations.push(message.text()));
  const html = renderPreviewPage({
    title: 'Package of shop',
    preview: {
      package: built,
      parts: partsOf(built, folder),
      leftOut: [{ name: '.env', reason: 'never ships' }, { name: hostile, reason: 'not a file' }], // prettier-ignore
    },
    ...translated,
    cspSource: origin,
    styleUri: `${origin}/preview.css`,
  }).replace('<link rel', `<link rel="stylesheet" href="${origin}/theme.css">\n    <link rel`);
  const files: Record<string, readonly [type: string, body: string]> = {
    '/': ['text/html', html],
    '/preview.css': ['text/css', await readFile(join(root, 'dist/webview/preview.css'), 'utf8')],
    '/theme.css': ['text/css', await readFile(join(import.meta.dirname, `theme-${theme}.css`), 'utf8')],
  };
  await page.route(`${origin}/**`, async (route) => {
    const [contentType, body] = files[new URL(route.request().url()).pathname] ?? ['text/plain', ''];
    await route.fulfill({ contentType: `${contentType}; charset=utf-8`, body });
  });
  await page.goto(`${origin}/`);
  return { page, violations };
}

const childrenOf = (page: Page): Promise<string[]> =>
  page.locator('.tree > details > summary > .name, .tree > p.row:not(.head) > .name').allInnerTexts();

for (const theme of ['dark', 'light'] as const) {
  for (const width of [400, 900]) {
    test(`${theme}, ${width} px: picture and tree are all there, and nothing is cut off`, async () => {
      const { page, violations } = await open(theme, width);
      assert.deepEqual(await childrenOf(page), ['node_modules/', 'data/', 'index.mjs', hostile]);
      const picture = page.locator('.treemap:visible');
      assert.equal(await picture.count(), 1);
      const letters = await picture.evaluate(
        (svg: SVGSVGElement) => (12 * svg.clientWidth) / svg.viewBox.baseVal.width,
      );
      assert.ok(letters >= 11 && letters < 20, `letters of ${letters} px`);
      await page.screenshot({ path: join(folder, `${theme}-preview-${width}.png`), caret: 'initial' });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
      assert.equal(await page.title(), 'Package of shop');
      assert.deepEqual(violations, []);
      await page.close();
    });
  }
}

test('folders open, and the picture goes from unzipped to zipped', async () => {
  const { page } = await open('dark');
  const inner = page.getByText('@aws-sdk/', { exact: true });
  assert.equal(await inner.isVisible(), false);
  await page.locator('summary').first().click();
  await inner.waitFor();
  const [bytes, zipped] = [page.locator('.treemap.bytes.wide'), page.locator('.treemap.zipped.wide')];
  assert.deepEqual([await bytes.isVisible(), await zipped.isVisible()], [true, false]);
  await page.getByLabel('Zipped', { exact: true }).check();
  assert.deepEqual([await bytes.isVisible(), await zipped.isVisible()], [false, true]);
  assert.equal(
    await zipped.locator('.tile title').first().textContent(),
    'node_modules/@aws-sdk/client-s3: 4.6 MB, 1 file',
  );
  await page.close();
});

void test('who hears the page hears what each figure is, and what the pictures show', async () => {
  const { page } = await open('dark');
  const heard = await page.locator('body').ariaSnapshot();
  assert.match(heard, /img "The heaviest parts, unzipped"/);
  assert.match(heard, /index\.mjs ?Unzipped 1\.2 kB ?Zipped 500 B/);
  assert.match(heard, /node_modules\/ ?Unzipped [\d.]+ MB ?Zipped [\d.]+ MB ?Files 8/);
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.locator('.treemap.zipped.wide').isVisible(), true);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('@aws-sdk/', { exact: true }).waitFor();
  await page.close();
});

void test('its words are those of the editor’s language, and what the package says too', async () => {
  const german = JSON.parse(await readFile(join(root, 'l10n/bundle.l10n.de.json'), 'utf8')) as Record<string, string>;
  const words = wordsOf(german, (text, ...values) => englishWords.t(german[text] ?? text, ...values));
  const { page, violations } = await open('dark', 400, { words, language: 'de' });
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  const shown = await page.locator('body').innerText();
  for (const expected of [
    'index.handler: 29.6 MB entpackt (11.8 % der 250 MB, die Lambda nimmt), 8.6 MB gepackt. Einstellungen aus Hello of template.yaml.',
    'Dateien',
    'Ausgelassen',
    'wird nie ausgeliefert',
    'keine Datei',
  ])
    // prettier-ignore
    assert.ok(shown.includes(expected), `${expected} is not in ${shown}`);
  assert.doesNotMatch(shown, /nzipped|Left out|never ships/);
  await page.screenshot({ path: join(folder, 'dark-de-preview-400.png') });
  const cut = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(cut <= 0, `it is ${cut} px too wide`);
  assert.deepEqual(violations, []);
  await page.close();
});
