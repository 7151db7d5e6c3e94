// The page of a Logs Insights query, under the policy that the editor gives it.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { builtInQueries } from '../../src/editor/query/built-in-queries.ts';
import type { FromQueryPage, NamedQuery, QueryTable, ToQueryPage } from '../../src/protocol/query.ts';
import { launchBrowser } from '../host/browser.mjs';
import { servePanel, type PageServer, type Theme } from './page-server.ts';

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

const attack = '<img src=x onerror="executed.push(1)"><script>executed.push(2)</script>';
const requestId = '5dcb9a5a-7d5c-4b47-9d1a-1f0f0c1e2d3b';
const table: QueryTable = {
  columns: ['@timestamp', '@requestId', '@message', '@log', attack],
  rows: [
    ['2026-05-04 12:00:00.250', requestId, `\u202e${attack}\u0007`, '000000000000:/aws/lambda/store-order', ''],
    ['2026-05-04 11:59:00.000', 'not an id', 'x'.repeat(5000), '000000000000:/aws/lambda/resize-image', '1'],
  ],
  bytesScanned: 3_400_000,
  recordsScanned: 12_345,
  recordsMatched: 2,
};

class QueryPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(theme: Theme, width = 900): Promise<QueryPage> {
    const page = await browser.newPage({ viewport: { width, height: 760 }, reducedMotion: 'reduce' });
    await page.goto(`${server.origin}/query-${theme}`);
    const query = new QueryPage(page);
    await page.locator('lambda-query header').waitFor();
    await query.begin();
    return query;
  }

  begin(saved: readonly NamedQuery[] = []): Promise<void> {
    const functionNames = ['resize-image', 'store-order'];
    return this.send({ type: 'begin', functionNames, target: 'AWS · eu-west-1', builtIn: builtInQueries, saved });
  }

  send(message: ToQueryPage): Promise<void> {
    return this.page.evaluate(async (message) => {
      window.dispatchEvent(new MessageEvent('message', { data: message }));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    }, message);
  }

  async last(): Promise<FromQueryPage | undefined> {
    // fake-host.js keeps what the page posts on the window.
    const posted = await this.page.evaluate(() => (window as unknown as { posted: unknown }).posted);
    return (posted as FromQueryPage[]).at(-1);
  }

  /** What the policy forbade, and what hostile text has run. */
  harm(): Promise<unknown> {
    return this.page.evaluate(() => {
      // As fake-host.js names them.
      const { violations, executed } = window as unknown as { violations: unknown[]; executed: unknown[] };
      return [...violations, ...executed];
    });
  }

  button(name: string): ReturnType<Page['getByRole']> {
    return this.page.getByRole('button', { name });
  }
}

const queryTest = (name: string, run: (query: QueryPage) => Promise<void>): void => {
  void test(name, async () => {
    const query = await QueryPage.open('dark');
    await run(query);
    assert.deepEqual(await query.harm(), []);
    await query.page.close();
  });
};

queryTest('a built-in query is there at once, runs by button and by key, and says what it scans', async (query) => {
  assert.equal(await query.page.getByLabel('Query', { exact: true }).inputValue(), builtInQueries[0]?.query);
  await query.button('Run').click();
  assert.deepEqual(await query.last(), { type: 'run', query: builtInQueries[0]?.query, time: { lastMs: 3_600_000 } });
  await query.page.getByLabel('Queries').selectOption({ label: 'Errors' });
  await query.page.getByLabel('Time').selectOption('7d');
  await query.page.getByLabel('Query', { exact: true }).press('Control+Enter');
  const errors = builtInQueries.find(({ name }) => name === 'Errors')?.query;
  assert.deepEqual(await query.last(), { type: 'run', query: errors, time: { lastMs: 168 * 3_600_000 } });
  await query.send({ type: 'results', state: 'running', table: { ...table, rows: [] } });
  await query.button('Cancel').click();
  assert.deepEqual(await query.last(), { type: 'cancel' });
  await query.send({ type: 'results', state: 'complete', table });
  const words = 'Done: 2 rows, 2 of 12,345 log events matched, 3.4 MB scanned';
  assert.equal(await query.page.getByRole('status').textContent(), words);
  assert.equal(await query.button('Cancel').count(), 0);
});

queryTest('results are text whatever they look like, and a request id leads to its invocation', async (query) => {
  await query.send({ type: 'results', state: 'complete', table });
  const cells = await query.page.locator('tbody tr').first().locator('td').allTextContents();
  assert.equal(cells[2], `[U+202E]${attack}␇`);
  assert.equal(await query.page.locator('th').last().textContent(), attack);
  assert.equal(await query.page.locator('lambda-query img').count(), 0);
  await query.button(`Show the invocation ${requestId}`).focus();
  await query.page.keyboard.press('Enter');
  const at = Date.UTC(2026, 4, 4, 12, 0, 0, 250);
  assert.deepEqual(await query.last(), { type: 'show', requestId, at, log: '000000000000:/aws/lambda/store-order' });
  assert.equal(await query.page.locator('tbody button').count(), 1);
});

queryTest('thousands of rows are shown some at a time', async (query) => {
  const rows = Array.from({ length: 10_000 }, (_, index) => [String(index)]);
  await query.send({ type: 'results', state: 'complete', table: { ...table, columns: ['n'], rows } });
  assert.equal(await query.page.locator('tbody tr').count(), 500);
  await query.button('Show more').click();
  assert.equal(await query.page.locator('tbody tr').count(), 1000);
});

queryTest('queries are saved, chosen again and deleted', async (query) => {
  await query.page.getByLabel('Query', { exact: true }).fill(`fields @message # ${attack}`);
  await query.page.getByLabel('Name to save the query under').fill(` ${attack} `);
  await query.button('Save query').click();
  const saved = { name: attack, query: `fields @message # ${attack}` };
  assert.deepEqual(await query.last(), { type: 'save', ...saved });
  await query.send({ type: 'saved', saved: [saved] });
  await query.page.getByLabel('Queries').selectOption({ label: 'Memory use' });
  await query.page.getByLabel('Queries').selectOption({ label: attack });
  assert.equal(await query.page.getByLabel('Query', { exact: true }).inputValue(), saved.query);
  await query.button('Delete').click();
  assert.deepEqual(await query.last(), { type: 'delete', name: attack });
});

queryTest('a time of its own is asked for, and refused where it ends before it begins', async (query) => {
  await query.page.getByLabel('Time').selectOption('custom');
  await query.button('Run').click();
  assert.equal(await query.page.getByRole('alert').textContent(), 'Choose a time from and a time to.');
  await query.page.getByLabel('From', { exact: true }).fill('2026-05-04T12:00');
  await query.page.getByLabel('To', { exact: true }).fill('2026-05-04T11:00');
  await query.button('Run').click();
  assert.equal(await query.page.getByRole('alert').textContent(), 'The time from must lie before the time to.');
  await query.page.getByLabel('To', { exact: true }).fill('2026-05-04T13:30');
  await query.button('Run').click();
  const time = { from: new Date(2026, 4, 4, 12).getTime(), to: new Date(2026, 4, 4, 13, 30).getTime() };
  assert.deepEqual(await query.last(), { type: 'run', query: builtInQueries[0]?.query, time });
});

queryTest('a target without Insights is told as it is, and the log panel offered', async (query) => {
  const problem = 'Local Lambda has no Logs Insights, which is a service of AWS. Filter the log in its panel instead.';
  await query.send({ type: 'failed', problem, unavailable: true });
  assert.equal(await query.page.locator('p.problem').textContent(), problem);
  await query.button('Open the log panel').click();
  assert.deepEqual(await query.last(), { type: 'logs' });
  await query.send({ type: 'failed', problem: `unexpected symbol ${attack}`, unavailable: false });
  assert.equal(await query.button('Open the log panel').count(), 0);
});

queryTest('what was asked outlives a reload, the answer comes from the host', async (query) => {
  await query.page.getByLabel('Query', { exact: true }).fill('fields @message');
  await query.page.getByLabel('Time').selectOption('3d');
  await query.page.reload();
  await query.page.locator('lambda-query header').waitFor();
  await query.begin();
  assert.equal(await query.page.getByLabel('Query', { exact: true }).inputValue(), 'fields @message');
  assert.equal(await query.page.getByLabel('Time').inputValue(), '3d');
});

for (const theme of ['dark', 'light', 'high-contrast'] as const) {
  for (const width of [400, 900]) {
    void test(`${theme}: nothing of the page is cut off at ${width} px`, async () => {
      const query = await QueryPage.open(theme, width);
      await query.send({ type: 'saved', saved: [{ name: 'mine', query: builtInQueries[0]?.query ?? '' }] });
      await query.page.getByLabel('Time').selectOption('custom');
      await query.send({ type: 'results', state: 'complete', table });
      await query.page.screenshot({ path: join(pictures, `${theme}-query-${width}.png`), caret: 'initial' });
      const overhang = await query.page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('lambda-query, lambda-query *')]
          .filter((element) => !element.closest('table, .visually-hidden'))
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
          .map((element) => `${element.localName}.${element.className}`),
      );
      assert.deepEqual(overhang, []);
      assert.deepEqual(await query.harm(), []);
      await query.page.close();
    });
  }
}
