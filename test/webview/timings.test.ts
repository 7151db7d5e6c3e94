import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { eventsOf, requestIdOf } from './log-events.ts';
import type { PanelPage } from './panel-page.ts';
import { panelTests } from './panel-test.ts';

const noon = new Date(2026, 4, 4, 12, 0, 0).getTime();
const panelTest = panelTests();

const rowOf = (panel: PanelPage, number: number): Locator =>
  panel.page.locator(`tr[data-request-id="${requestIdOf(number)}"]`);
const cellsOf = async (panel: PanelPage, number: number): Promise<string[]> =>
  (await rowOf(panel, number).locator('td').allInnerTexts()).map((text) => text.trim());

const warm = (number: number, durationMs = 40) => eventsOf({ number, at: noon + number * 1000, durationMs });
const cold = (number: number, initMs = 180) =>
  eventsOf({ number, at: noon + number * 1000, durationMs: 120, initMs, stream: `stream-${number}` });

panelTest('a cold start has the Init, Duration, billed time and memory of its REPORT', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 1234.56, initMs: 181.27 }));
  assert.deepEqual(await cellsOf(panel, 1), [
    '12:00:00.000',
    'cold',
    '181 ms',
    '1.23 s',
    '1.42 s',
    '61 / 128 MB',
    'ok',
    '00000001',
  ]);
});

panelTest('a warm start has no Init', async (panel) => {
  await panel.log(eventsOf({ number: 2, at: noon, durationMs: 0.84 }));
  assert.deepEqual((await cellsOf(panel, 2)).slice(1, -1), ['warm', '–', '0.84 ms', '1.00 ms', '62 / 128 MB', 'ok']);
});

panelTest('what runs shows so, and has its numbers when it has ended', async (panel) => {
  const events = warm(3, 56.78);
  await panel.log(events.slice(0, 1));
  assert.deepEqual((await cellsOf(panel, 3)).slice(1, -1), ['running', '–', '–', '–', '–', 'running']);
  assert.deepEqual(await panel.summary(), ['1 invocation', '1 running', '0 cold starts']);
  await panel.log(events.slice(1));
  assert.deepEqual((await cellsOf(panel, 3)).slice(1, -1), ['warm', '–', '56.8 ms', '57.0 ms', '63 / 128 MB', 'ok']);
  assert.deepEqual(await panel.summary(), ['1 invocation', '0 cold starts', '56.8 ms warm p50', '$0.32 per million']);
});

panelTest('a timeout and an error are told apart, by words', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 3000, outcome: 'Status: timeout' }));
  await panel.log(
    eventsOf({
      number: 2,
      at: noon + 5000,
      durationMs: 62,
      outcome: 'Status: error\tError Type: Runtime.ExitError',
    }),
  );
  await panel.log(
    eventsOf({
      number: 3,
      at: noon + 6000,
      durationMs: 5,
      lines: [`2026-05-04T12:00:02.000Z\t${requestIdOf(3)}\tERROR\tInvoke Error \t{"errorType":"TypeError"}`],
    }),
  );
  assert.equal((await cellsOf(panel, 1))[6], 'timed out');
  assert.equal((await cellsOf(panel, 2))[6], 'error · Runtime.ExitError');
  assert.equal((await cellsOf(panel, 3))[6], 'error');
});

panelTest('the newest invocation is the first row', async (panel) => {
  for (const number of [1, 2, 3]) await panel.log(warm(number));
  const ids = await panel.page.locator('table.timings tbody td.request-id').allInnerTexts();
  assert.deepEqual(
    ids.map((id) => id.trim()),
    ['00000003', '00000002', '00000001'],
  );
});

panelTest('the table ends at 200 rows and says so', async (panel) => {
  await panel.log(Array.from({ length: 203 }, (_, index) => warm(index + 1)).flat());
  assert.equal(await panel.page.locator('table.timings tbody tr').count(), 200);
  await panel.page.getByText('The newest 200 of 203 invocations.').waitFor();
  assert.equal(await rowOf(panel, 203).count(), 1);
  assert.equal(await rowOf(panel, 3).count(), 0);
});

panelTest('the summary counts cold starts and failures, and gives medians with Init in them', async (panel) => {
  await panel.log([...cold(1, 100), ...cold(2, 200), ...cold(3, 400), ...warm(4, 10), ...warm(5, 30)]);
  await panel.log(eventsOf({ number: 6, at: noon + 9000, durationMs: 50, outcome: 'Status: timeout' }));
  assert.deepEqual(await panel.summary(), [
    '6 invocations',
    '3 cold starts',
    '320 ms cold p50',
    '30.0 ms warm p50',
    // (220 + 320 + 520 + 10 + 30 + 50 ms) / 6, of 128 MB
    '$0.60 per million',
    '1 failed',
  ]);
});

panelTest('the cost is that of what was billed, at the price of a GB-second and a request', async (panel) => {
  // 1 s of 128 MB: 0.125 GB-s at $0.0000166667, and $0.0000002.
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 1000 }));
  assert.deepEqual((await panel.summary()).slice(-1), ['$2.28 per million']);
});

panelTest('there is no chart before something has ended', async (panel) => {
  const events = warm(3);
  await panel.log(events.slice(0, 2));
  assert.equal(await panel.page.locator('timing-chart').count(), 0);
  await panel.log(events.slice(2));
  await panel.page.locator('timing-chart canvas').waitFor();
});

panelTest('the chart has the colour of Init where there is a cold start, and only there', async (panel) => {
  await panel.log([...warm(1), ...warm(2)]);
  await panel.eventually(async () => assert.ok((await panel.barPixels()).duration > 0));
  assert.equal((await panel.barPixels()).init, 0);
  await panel.log(cold(3));
  await panel.eventually(async () => assert.ok((await panel.barPixels()).init > 0));
  const { duration, failed } = await panel.barPixels();
  assert.ok(duration > 0);
  assert.equal(failed, 0);
});

panelTest('more Init is more of its colour', async (panel) => {
  const initOf = async (initMs: number): Promise<number> => {
    await panel.start();
    await panel.log([...cold(1, initMs), ...cold(2, 1000)]);
    await panel.eventually(async () => assert.ok((await panel.barPixels()).init > 0));
    return (await panel.barPixels()).init;
  };
  assert.ok((await initOf(900)) > (await initOf(100)));
});

panelTest('the chart has the colour of failure where one failed, and only there', async (panel) => {
  await panel.log([...warm(1), ...warm(2)]);
  await panel.eventually(async () => assert.ok((await panel.barPixels()).duration > 0));
  assert.equal((await panel.barPixels()).failed, 0);
  await panel.log(eventsOf({ number: 3, at: noon + 3000, durationMs: 40, outcome: 'Status: timeout' }));
  await panel.eventually(async () => assert.ok((await panel.barPixels()).failed > 0));
});

panelTest('a failure too short for a bar is still seen, in its own colour', async (panel) => {
  await panel.log([
    ...cold(1, 60_000),
    ...eventsOf({ number: 2, at: noon + 2000, durationMs: 1, outcome: 'Status: error' }),
  ]);
  await panel.eventually(async () => assert.ok((await panel.barPixels()).failed > 0));
});

panelTest('a click on a row marks it and shows its lines', async (panel) => {
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  for (let number = 1; number <= 10; number += 1) {
    await panel.log(eventsOf({ number, at: noon + number * 1000, durationMs: 40, lines }));
  }
  await panel.eventually(async () => assert.equal((await panel.rows()).includes('# 00000002'), false));
  await rowOf(panel, 2).locator('td').first().click();
  await panel.page.locator('tr.selected').waitFor();
  assert.equal(await panel.page.locator('tr.selected').getAttribute('data-request-id'), requestIdOf(2));
  assert.equal(await panel.page.locator('tr.selected').count(), 1);
  await panel.page.locator(`.log-row.heading.selected[data-invocation="${requestIdOf(2)}"]`).waitFor();
  assert.equal(await panel.page.getByRole('checkbox', { name: 'Follow' }).isChecked(), false);
  await panel.eventually(async () => assert.equal(await firstInView(panel), requestIdOf(2)));
});

/** The invocation whose heading is at the top of the log. */
const firstInView = (panel: PanelPage): Promise<string | undefined> =>
  panel.page.locator('.log-scroll').evaluate((scroll) => {
    const { top } = scroll.getBoundingClientRect();
    const first = [...scroll.querySelectorAll<HTMLElement>('.log-row')].find(
      (row) => row.getBoundingClientRect().bottom > top + 2,
    );
    return first?.dataset['invocation'];
  });

panelTest('the button of a row does the same by keyboard', async (panel) => {
  await panel.log([...warm(1), ...warm(2)]);
  await panel.page.getByRole('button', { name: `Show the log of ${requestIdOf(1)}` }).focus();
  await panel.page.keyboard.press('Enter');
  await panel.page.locator(`tr.selected[data-request-id="${requestIdOf(1)}"]`).waitFor();
});

panelTest('going to the log of a folded invocation unfolds it', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 40, lines: ['hidden at first'] }));
  await panel.page.locator('.log-row .toggle').click();
  await panel.eventually(async () => assert.deepEqual(await panel.rows(), ['# 00000001']));
  await rowOf(panel, 1).click();
  await panel.eventually(async () => assert.ok((await panel.rows()).includes('hidden at first')));
});

panelTest('a bar of the chart tells its numbers and goes to its invocation', async (panel) => {
  await panel.log([...warm(1), ...cold(2), ...warm(3)]);
  // Twelve places at least: the second bar stands in the second.
  const plot = await panel.page.locator('timing-chart .u-over').boundingBox();
  assert.ok(plot);
  const place = [plot.x + (plot.width * 1.75) / 12.5, plot.y + plot.height / 2] as const;
  await panel.page.mouse.move(...place);
  const tip = panel.page.locator('.chart-tip');
  await tip.waitFor();
  assert.match(await tip.innerText(), /^12:00:02\.000 · cold start, Init 180 ms · Duration 120 ms · Billed 300 ms$/);
  await panel.page.mouse.click(...place);
  await panel.page.locator(`tr.selected[data-request-id="${requestIdOf(2)}"]`).waitFor();
});
