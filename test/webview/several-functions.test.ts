// One panel with the logs of several functions, and logs that are filtered at their source.
import assert from 'node:assert/strict';
import { eventsOf, requestIdOf } from './log-events.ts';
import type { PanelPage } from './panel-page.ts';
import { panelTests } from './panel-test.ts';

const panelTest = panelTests();
const noon = Date.UTC(2026, 4, 4, 12);
const names = ['resize-image', 'store-order', 'mail'];

/** Two functions at once, in log streams of one name. */
async function showTwo(panel: PanelPage): Promise<void> {
  await panel.start(1000, names);
  const [a, b] = [0, 1].map((at) =>
    eventsOf({ number: at + 1, at: noon, durationMs: 40 + at, lines: [`line of ${names[at]}`, `another of ${names[at]}`] }).map(
      (event) => ({ ...event, functionName: names[at] ?? '' }),
    ),
  ); // prettier-ignore
  await panel.log((a ?? []).flatMap((event, at) => [event, b?.[at] ?? event]));
}

/** Each row's chip, before what it says. */
const chips = (panel: PanelPage): Promise<string[]> =>
  panel.page
    .locator('log-list .log-row')
    .evaluateAll((rows) => rows.map((row) => row.querySelector('.function-chip')?.textContent ?? 'none'));

panelTest('each line and each heading says whose it is, and invocations are untangled', async (panel) => {
  await showTwo(panel);
  const rows = await panel.rows();
  assert.deepEqual(rows.filter((row) => row.startsWith('#')), ['# 00000001', '# 00000002']); // prettier-ignore
  assert.equal(rows.indexOf('line of resize-image') + 1, rows.indexOf('another of resize-image'));
  const mine = await chips(panel);
  assert.deepEqual(new Set(mine.slice(0, rows.indexOf('# 00000002'))), new Set(['resize-image']));
  assert.deepEqual(new Set(mine.slice(rows.indexOf('# 00000002'))), new Set(['store-order']));
  const cells = await panel.page.locator('table.timings tbody td:nth-child(2)').allTextContents();
  assert.deepEqual(cells, ['store-order', 'resize-image']);
  assert.equal(await panel.page.locator('h1').textContent(), names.join(', '));
});

panelTest(
  'one function is chosen, in log and timings, also after a reload; Invoke and History are of it',
  async (panel) => {
    await showTwo(panel);
    const choice = panel.page.getByLabel('Show lines of the function');
    await panel.page.getByRole('tab', { name: 'History' }).click();
    await panel.page.getByText('Each function has a history of its own').waitFor();
    await choice.selectOption('store-order');
    await panel.eventually(async () => assert.deepEqual(new Set(await chips(panel)), new Set(['store-order'])));
    assert.deepEqual((await panel.posted()).at(-1), {
      type: 'history',
      functionName: 'store-order',
      choice: { region: 'us-east-1' },
    });
    await panel.page.getByText('6 of 10 lines').or(panel.page.getByText('5 of 10 lines')).waitFor();
    assert.deepEqual((await panel.summary())[0], '1 invocation');
    await panel.page.locator('vscode-button.invoke').click();
    assert.deepEqual((await panel.posted()).at(-1), { type: 'invoke', functionName: 'store-order' });
    await panel.page.reload();
    await showTwo(panel);
    assert.equal(await choice.inputValue(), 'store-order');
    assert.deepEqual(new Set(await chips(panel)), new Set(['store-order']));
    await panel.page.getByRole('button', { name: 'Show all' }).click();
    await panel.eventually(async () => assert.deepEqual(new Set(await chips(panel)), new Set(names.slice(0, 2))));
    await panel.page.locator('vscode-button.invoke').click();
    assert.deepEqual((await panel.posted()).at(-1), { type: 'invoke' });
  },
);

panelTest('a place in the code is that of the function whose line it is', async (panel) => {
  await panel.start(1000, names);
  await panel.log([{ timestamp: noon, logStream: 's', functionName: 'mail', message: 'at /var/task/index.mjs:3:9' }]);
  await panel.page.locator('.log-row button.link').click();
  const place = { path: 'index.mjs', line: 3, column: 9, functionName: 'mail' };
  assert.deepEqual((await panel.posted()).at(-1), { type: 'open', ...place });
});

panelTest('one function has no chips and no choice of functions', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 4, lines: ['x'] }));
  assert.equal(await panel.page.locator('.function-chip').count(), 0);
  assert.equal(await panel.page.getByLabel('Show lines of the function').count(), 0);
});

panelTest('a CloudWatch pattern is asked for with Enter, is always seen, and taken back with a click', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 4, lines: ['x'] }));
  const field = panel.page.locator('vscode-text-field.source-filter input');
  await field.fill(' ?ERROR ?"<b>" ');
  await field.press('Enter');
  const filterPattern = '?ERROR ?"<b>"';
  assert.deepEqual((await panel.posted()).at(-1), { type: 'pattern', filterPattern });
  assert.equal(await panel.page.locator('.source-note').count(), 0); // nothing is claimed before the host has it
  await panel.start(1000, ['resize-image'], filterPattern);
  const note = panel.page.locator('.source-note');
  assert.match((await note.textContent()) ?? '', /Filtered at the source by \?ERROR \?"<b>":\s.*invocations may be incomplete/s);
  assert.equal(await panel.page.locator('.empty').count(), 0);
  // What the page stores, the host reads when the window was reloaded.
  assert.equal(await panel.page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? '{}').filterPattern), filterPattern);
  const detail = 'Invalid character(s) in <img src=x onerror=executed.push(1)>';
  await panel.send({ type: 'tail', status: { state: 'stopped', detail } });
  assert.equal(await note.getByRole('alert').textContent(), `Nothing is read with the CloudWatch pattern ${filterPattern}: ${detail}`);
  await note.getByRole('button', { name: 'Read all' }).click();
  assert.deepEqual((await panel.posted()).at(-1), { type: 'pattern', filterPattern: '' });
}); // prettier-ignore

panelTest('an invocation that is asked for is shown when it comes, whatever was hidden', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 4, lines: ['x'] }));
  await panel.page.locator('vscode-text-field.filter input').fill('nothing has this');
  await panel.page.locator('vscode-button.pause').click();
  await panel.send({ type: 'show', requestId: requestIdOf(40) });
  for (let number = 2; number <= 80; number += 1)
    await panel.log(eventsOf({ number, at: noon + number * 1000, durationMs: 4, lines: ['x'] }));
  await panel.eventually(async () => {
    const heading = panel.page.locator(`.heading.selected[data-invocation="${requestIdOf(40)}"]`);
    const list = await panel.page.locator('.log-scroll').boundingBox();
    const box = await heading.boundingBox();
    assert.ok(box && list && box.y >= list.y - 1 && box.y < list.y + list.height);
  });
});
