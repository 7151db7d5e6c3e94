// The page of a memory tuning, under the policy that the editor gives it.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { FromTuningPage, ToTuningPage, TuningSetup } from '../../src/protocol/tuning.ts';
import { launchBrowser } from '../host/browser.mjs';
import { servePanel, type PageServer, type Theme } from './page-server.ts';
import { attack, tuningOutcome as outcome } from './tuning-outcome.ts';

const pictures = join(import.meta.dirname, '../../test-output/panel');
let browser: Browser;
let server: PageServer;
before(async () => {
  [browser, server] = await Promise.all([launchBrowser(), servePanel(), mkdir(pictures, { recursive: true })]);
});
after(async () => {
  await browser.close();
  await server.close();
});

const setup: TuningSetup = { region: 'eu-west-1', architecture: 'x86_64', timeoutSeconds: 30, memorySizeMB: 512, typicalMs: 200 }; // prettier-ignore

class TuningPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(theme: Theme, width = 900, isLocal = false): Promise<TuningPage> {
    const page = await browser.newPage({ viewport: { width, height: 1000 }, reducedMotion: 'reduce' });
    await page.goto(`${server.origin}/tuning-${theme}`);
    const tuning = new TuningPage(page);
    await page.waitForFunction(() => (window as unknown as { posted: unknown[] }).posted.length > 0); // by fake-host.js
    await tuning.begin(isLocal);
    return tuning;
  }

  async begin(isLocal = false): Promise<void> {
    const target = isLocal ? 'Local Lambda' : 'AWS · eu-west-1';
    await this.send({ type: 'begin', functionName: 'resize-image', target, isLocal, payload: '{"width":320}' });
    await this.send({ type: 'setup', setup });
  }

  send(message: ToTuningPage): Promise<void> {
    return this.page.evaluate(async (message) => {
      window.dispatchEvent(new MessageEvent('message', { data: message }));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }, message);
  }

  async last(): Promise<FromTuningPage | undefined> {
    // fake-host.js keeps what the page posts on the window.
    const posted = await this.page.evaluate(() => (window as unknown as { posted: unknown }).posted);
    return (posted as FromTuningPage[]).at(-1);
  }

  /** What the policy forbade, and what hostile text has run. */
  harm(): Promise<unknown> {
    return this.page.evaluate(() => {
      // As fake-host.js names them.
      const { violations, executed } = window as unknown as { violations: unknown[]; executed: unknown[] };
      return [...violations, ...executed];
    });
  }
}

const tuningTest = (name: string, run: (tuning: TuningPage) => Promise<void>): void => {
  void test(name, async () => {
    const tuning = await TuningPage.open('dark');
    await run(tuning);
    assert.deepEqual(await tuning.harm(), []);
    await tuning.page.close();
  });
};

tuningTest('what it will cost is said before it runs, and changes with what is chosen', async ({ page }) => {
  const price = page.locator('.price');
  const before = await price.textContent();
  assert.match(before ?? '', /about \$0\.00\d+, if each takes as long as lately; at most \$0\.\d+, .* 30 s/);
  await page.getByLabel('3,008').uncheck();
  assert.notEqual(await price.textContent(), before);
  await page.getByLabel('Invocations at each size').fill('20');
  await page.getByRole('button', { name: 'Tune with 100 invocations' }).waitFor();
});

tuningTest('what is no tuning is refused with a sentence, and nothing is sent', async (tuning) => {
  const { page } = tuning;
  const alert = page.getByRole('alert');
  const isOff = () => page.getByRole('button', { name: 'Tune', exact: true }).isDisabled();
  await page.getByLabel('Others').fill('192, 64');
  assert.equal(await alert.textContent(), '“64” is no memory size: whole numbers of MB from 128 to 10240.');
  assert.equal(await isOff(), true);
  await page.getByLabel('Others').fill('');
  await page.getByLabel('Payload').fill('{"width":');
  assert.match((await alert.textContent()) ?? '', /^The payload is not JSON: /);
  await page.getByLabel('Payload').fill('{}');
  await page.getByLabel('Invocations at each size').fill('1');
  assert.equal(await alert.textContent(), 'Choose from 2 to 500 invocations at each size.');
  assert.deepEqual(await tuning.last(), { type: 'ready' });
});

tuningTest('it runs with what is chosen, tells how far it is, and can be cancelled', async (tuning) => {
  const { page } = tuning;
  for (const name of ['128', '256', '1,024', '1,769', '3,008']) await page.getByLabel(name, { exact: true }).uncheck();
  await page.getByLabel('Others').fill('192 384');
  await page.getByRole('button', { name: 'Tune with 30 invocations' }).click();
  const wish = { payload: '{"width":320}', memorySizes: [192, 384, 512], runs: 10 };
  assert.deepEqual(await tuning.last(), { type: 'run', wish });
  await tuning.send({ type: 'progress', progress: { step: 'preparing', memorySizeMB: 192 } });
  assert.equal(await page.getByRole('status').textContent().then((text) => text?.trim()), 'Publishing a version with 192 MB …'); // prettier-ignore
  await tuning.send({
    type: 'progress',
    progress: { step: 'invoking', memorySizeMB: 192, done: 4, total: 30, outcome },
  });
  assert.equal((await page.getByRole('status').textContent())?.trim(), '4 of 30 invocations');
  assert.equal(await page.getByRole('progressbar').getAttribute('value'), '4');
  assert.equal(await page.getByRole('button', { name: 'Give it 1,024 MB' }).isDisabled(), true);
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.deepEqual(await tuning.last(), { type: 'cancel' });
  await tuning.send({ type: 'outcome', outcome: { ...outcome, isCancelled: true }, at: 0 });
  assert.match((await page.getByRole('status').textContent()) ?? '', /Cancelled; this is what was measured/);
});

tuningTest(
  'table and cards say the same, failures as text, and a size can be given to the function',
  async (tuning) => {
    const { page } = tuning;
    await tuning.send({ type: 'outcome', outcome, at: 0 });
    const cells = await page.locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent?.trim()))); // prettier-ignore
    assert.deepEqual(cells[0], ['128 MB', '–', '–', '–', '–', '2 failed']);
    assert.deepEqual(cells[2], ['512 MB', '402 ms', '802 ms', '96 MB', '$3.56', 'as it was']);
    assert.deepEqual(cells[4]?.at(-1), 'balanced');
    assert.equal(cells[6]?.at(-1), 'refused');
    const reasons = ['128 MB: Runtime.OutOfMemory ' + attack, '10,240 MB: Member must have value less than or equal to 3008']; // prettier-ignore
    assert.deepEqual(await page.locator('.reasons li').allTextContents(), reasons);
    const card = page.getByRole('region', { name: '1769 MB' });
    assert.match((await card.textContent()) ?? '', /balanced\s*1,769 MB\s*118 ms, \$3\.64 a million\s*71 % faster, 2 % dearer than now/); // prettier-ignore
    await card.getByRole('button').click();
    assert.deepEqual(await tuning.last(), { type: 'apply', memorySizeMB: 1769 });
    await tuning.send({ type: 'applied', memorySizeMB: 1769 });
    assert.match((await page.getByRole('status').textContent()) ?? '', /The function has 1769 MB now\./);
    assert.equal(await card.getByRole('button').count(), 0);
  },
);

tuningTest('what was written outlives a reload, what was found comes from the host', async (tuning) => {
  const { page } = tuning;
  await page.getByLabel('Others').fill('777');
  await page.getByLabel('Payload').fill('{"mine":1}');
  await page.reload();
  await tuning.begin();
  assert.equal(await page.getByLabel('Others').inputValue(), '777');
  assert.equal(await page.getByLabel('Payload').inputValue(), '{"mine":1}');
  assert.equal(await page.locator('tbody').count(), 0);
});

void test('on the Local Lambda it is said that memory may change nothing there, and that all were as fast', async () => {
  const tuning = await TuningPage.open('dark', 900, true);
  const { page } = tuning;
  assert.match((await page.locator('.how-words').textContent()) ?? '', /only where this system lets it; elsewhere all sizes take as long/); // prettier-ignore
  const same = { ...outcome, advice: { cheapest: 256, balanced: 256, fastest: 256, isAllTheSame: true } };
  await tuning.send({ type: 'outcome', outcome: same, at: 0 });
  assert.match((await page.locator('.same').textContent()) ?? '', /beyond what chance explains/);
  assert.match((await page.locator('.card').textContent()) ?? '', /cheapest, balanced, fastest/);
  await tuning.send({ type: 'failed', problem: `It fails ${attack}` });
  assert.equal(await page.getByRole('alert').textContent(), `It fails ${attack}`);
  assert.deepEqual(await tuning.harm(), []);
  await page.close();
});

for (const theme of ['dark', 'light', 'high-contrast'] as const) {
  for (const width of [400, 900]) {
    void test(`${theme}: nothing of the page is cut off at ${width} px`, async () => {
      const tuning = await TuningPage.open(theme, width, true);
      const { page } = tuning;
      await page.screenshot({ path: join(pictures, `${theme}-tuning-empty-${width}.png`) });
      const progress = { step: 'invoking', memorySizeMB: 512, done: 24, total: 60, outcome } as const;
      await tuning.send({ type: 'progress', progress });
      await page.screenshot({ path: join(pictures, `${theme}-tuning-running-${width}.png`) });
      await tuning.send({ type: 'outcome', outcome, at: 1_780_000_000_000 });
      await page.setViewportSize({ width, height: width < 500 ? 1900 : 1000 });
      await page.screenshot({ path: join(pictures, `${theme}-tuning-${width}.png`) });
      const overhang = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('lambda-tuning, lambda-tuning *')]
          .filter((element) => !element.closest('.visually-hidden'))
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
          .map((element) => `${element.localName}.${element.className}`),
      );
      assert.deepEqual(overhang, []);
      assert.deepEqual(await tuning.harm(), []);
      await page.close();
    });
  }
}
