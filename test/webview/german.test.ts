// The pages in German, whose words are longer than the English ones: nothing of them may be cut off, or be left in English.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { builtInQueries } from '../../src/editor/query/built-in-queries.ts';
import type { ToQueryPage } from '../../src/protocol/query.ts';
import type { ToTuningPage } from '../../src/protocol/tuning.ts';
import { launchBrowser } from '../host/browser.mjs';
import { servePanel, type PageServer } from './page-server.ts';
import { panelTests } from './panel-test.ts';
import {
  showComparison,
  showCost,
  showDistribution,
  showErrors,
  showFiltered,
  showHistory,
  showJson,
  showLive,
  showProvisioned,
  showRefused,
  showSeveral,
  showSizes,
  showThrottled,
  showTraces,
} from './scenes.ts';
import { tuningOutcome } from './tuning-outcome.ts';

const bundle = join(import.meta.dirname, '../../l10n/bundle.l10n.de.json');
const strings = JSON.parse(readFileSync(bundle, 'utf8')) as Record<string, string>;
const words = { language: 'de', strings };
const folder = join(import.meta.dirname, '../../test-output/panel');
mkdirSync(folder, { recursive: true });

const panelTest = panelTests(words);
const scenes = {
  empty: async () => {},
  live: showLive,
  errors: showErrors,
  throttled: showThrottled,
  json: showJson,
  distribution: showDistribution,
  cost: showCost,
  provisioned: showProvisioned,
  traces: showTraces,
  history: showHistory,
  comparison: showComparison,
  sizes: showSizes,
  several: showSeveral,
  filtered: showFiltered,
  refused: showRefused,
};

for (const [name, show] of Object.entries(scenes)) {
  for (const [theme, width] of [
    ['dark', 400],
    ['dark', 900],
  ] as const) {
    // prettier-ignore
    panelTest(
      `German, ${theme}, ${name}: nothing is cut off at ${width} px`,
      async (panel) => {
        await show(panel);
        await panel.page.screenshot({ path: join(folder, `${theme}-de-${name}-${width}.png`), caret: 'initial' });
        assert.deepEqual(await panel.overhang(), []);
        assert.equal(await panel.page.locator('html').getAttribute('lang'), 'de');
      },
      { theme, width },
    );
  }
}

panelTest('numbers, amounts and times are as German writes them', async (panel) => {
  await showCost(panel);
  const said = (await panel.page.locator('.timings').textContent())?.replaceAll('\u00a0', ' ') ?? '';
  assert.match((await panel.page.locator('.summary').first().textContent()) ?? '', /\d,\d+ (ms|s)/);
  assert.match(said, /\d,\d\d \$/);
  assert.match(said, /1\.000\.000/);
  assert.doesNotMatch(said, /\$\d|\d\.\d+ m?s|\d,\d{3},/);
});

let browser: Browser;
let server: PageServer;
before(async () => {
  [browser, server] = await Promise.all([launchBrowser(), servePanel(words)]);
});
after(async () => {
  await browser.close();
  await server.close();
});

const send = (page: Page, message: ToQueryPage | ToTuningPage): Promise<void> =>
  page.evaluate(async (message) => {
    window.dispatchEvent(new MessageEvent('message', { data: message }));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }, message);

const overhang = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('body *')]
      .filter((element) => !element.closest('.visually-hidden, .results-scroll table'))
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
      .map((element) => `${element.localName}.${element.className}`),
  );

const open = async (name: 'query' | 'tuning', width: number): Promise<Page> => {
  const page = await browser.newPage({ viewport: { width, height: 1000 }, reducedMotion: 'reduce' });
  await page.goto(`${server.origin}/${name}-dark`);
  await page.waitForFunction(() => (window as unknown as { posted: unknown[] }).posted.length > 0); // by fake-host.js
  return page;
};

for (const width of [400, 900]) {
  void test(`the page of a query is German, and nothing of it is cut off at ${width} px`, async () => {
    const page = await open('query', width);
    const saved = [{ name: 'mine', query: builtInQueries[0]?.query ?? '' }];
    await send(page, { type: 'begin', functionNames: ['store-order'], target: 'AWS', builtIn: builtInQueries, saved });
    await page
      .getByText(strings['Run the query to search the functions’ logs. AWS bills what it scans.'] ?? '')
      .waitFor();
    await page.getByLabel('Zeit').selectOption('custom');
    await page.getByRole('button', { name: 'Ausführen' }).click();
    assert.equal(await page.getByRole('alert').textContent(), 'Wählen Sie Beginn und Ende des Zeitraums.');
    const table = {
      columns: ['@message'],
      rows: [['x']],
      bytesScanned: 3_400_000,
      recordsScanned: 5,
      recordsMatched: 1,
    };
    await send(page, { type: 'results', state: 'complete', table });
    assert.equal(await page.getByRole('status').textContent(), 'Fertig: 1 Zeile, 1 von 5 Protokollereignissen passten, 3,4 MB durchsucht'); // prettier-ignore
    await page.getByRole('button', { name: '„mine“ löschen' }).waitFor();
    await page.screenshot({ path: join(folder, `dark-de-query-${width}.png`), caret: 'initial' });
    assert.deepEqual(await overhang(page), []);
    await page.close();
  });

  void test(`the page of a tuning is German, and nothing of it is cut off at ${width} px`, async () => {
    const page = await open('tuning', width);
    await page.setViewportSize({ width, height: width < 500 ? 2000 : 1050 });
    await send(page, {
      type: 'begin',
      functionName: 'resize-image',
      target: 'Local Lambda',
      isLocal: true,
      payload: '{}',
    });
    const setup = {
      region: 'eu-west-1',
      architecture: 'x86_64',
      timeoutSeconds: 30,
      memorySizeMB: 512,
      typicalMs: 9,
    } as const;
    await send(page, { type: 'setup', setup });
    await send(page, { type: 'outcome', outcome: tuningOutcome, at: 1_780_000_000_000 });
    await page.getByRole('button', { name: 'Mit 60 Aufrufen optimieren' }).waitFor();
    await page.getByRole('button', { name: 'Auf 1.024 MB setzen' }).waitFor();
    await page.screenshot({ path: join(folder, `dark-de-tuning-${width}.png`), caret: 'initial' });
    assert.deepEqual(await overhang(page), []);
    await page.close();
  });
}
