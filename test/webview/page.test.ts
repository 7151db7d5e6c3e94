import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { PanelResult } from '../../src/protocol/panel.ts';
import { eventsOf, requestIdOf } from './log-events.ts';
import type { PanelPage } from './panel-page.ts';
import { panelTests } from './panel-test.ts';

const noon = new Date(2026, 4, 4, 12, 0, 0).getTime();
const panelTest = panelTests();

const invocation = (number: number, ...lines: string[]) =>
  eventsOf({ number, at: noon + number * 1000, durationMs: 40, lines });
const button = (panel: PanelPage, name: string): Locator => panel.page.getByRole('button', { name, exact: true });

const succeeded: PanelResult = {
  requestId: requestIdOf(1),
  failed: false,
  summary: 'resize-image: 200 · 48.2 ms',
  body: '{\n  "statusCode": 200\n}',
};
const failed: PanelResult = {
  requestId: requestIdOf(2),
  failed: true,
  summary: 'resize-image: Unhandled · Error',
  body: '{\n  "errorType": "Error"\n}',
};

panelTest('the page says when it is ready, once', async (panel) => {
  assert.deepEqual(await panel.posted(), [{ type: 'ready' }]);
});

panelTest('without lines the panel says so and offers to invoke', async (panel) => {
  const empty = panel.page.locator('.empty');
  await empty.getByText('No log lines yet').waitFor();
  await empty.getByRole('button', { name: 'Invoke' }).click();
  assert.deepEqual((await panel.posted()).at(-1), { type: 'invoke' });
  await panel.log(invocation(1, 'hello'));
  assert.equal(await empty.count(), 0);
});

panelTest('the header names function and target, and invokes', async (panel) => {
  await panel.page.getByRole('heading', { level: 1, name: 'resize-image', exact: true }).waitFor();
  await panel.page.getByText('Local Lambda', { exact: true }).waitFor();
  await panel.page.locator('header').getByRole('button', { name: 'Invoke' }).click();
  assert.deepEqual((await panel.posted()).at(-1), { type: 'invoke' });
});

panelTest('each state of the tail has its words', async (panel) => {
  const tail = panel.page.locator('header').getByRole('status');
  const words = { connecting: 'Connecting', live: 'Live', reconnecting: 'Reconnecting', stopped: 'Stopped' } as const;
  for (const state of ['connecting', 'live', 'reconnecting', 'stopped'] as const) {
    await panel.send({ type: 'tail', status: { state } });
    assert.equal((await tail.innerText()).trim(), words[state]);
  }
  await panel.send({ type: 'tail', status: { state: 'stopped', detail: 'the credentials have expired' } });
  assert.equal((await tail.innerText()).trim(), 'Stopped: the credentials have expired');
});

const attacks = [
  '<img src=x onerror="executed.push(1)">',
  '<script>executed.push(2)</script>',
  '"><svg onload="executed.push(3)">',
  '<a href="javascript:executed.push(4)">here</a>',
  '<style>body { display: none }</style>',
  '${executed.push(5)} {{executed.push(6)}}',
];

/** Elements that the panel never makes outside its controls: there are some only if a text was taken for HTML. */
const injected = (panel: PanelPage): Promise<number> =>
  panel.page.evaluate(() => document.querySelectorAll('lambda-panel :is(img, script, a, style, svg)').length);

panelTest('what looks like HTML in lines is text', async (panel) => {
  await panel.log(invocation(1, ...attacks));
  const rows = await panel.rows();
  for (const attack of attacks) assert.ok(rows.includes(attack), attack);
  assert.equal(await injected(panel), 0);
});

panelTest('what looks like HTML in the ids and error types of invocations is text', async (panel) => {
  const lines = attacks.map((requestId, key) => ({
    key,
    timestamp: noon,
    message: 'hello',
    logStream: requestId,
    requestId,
    source: 'function' as const,
  }));
  const invocations = attacks.map((requestId) => ({
    requestId,
    logStream: requestId,
    startedAt: noon,
    status: 'error' as const,
    errorType: requestId,
  }));
  await panel.send({ type: 'append', lines, invocations });
  assert.deepEqual(await panel.page.locator('.log-row .request').allTextContents(), attacks);
  assert.deepEqual(await panel.page.locator('.log-row .failure').allTextContents(), attacks);
  assert.deepEqual(
    await panel.page.locator('td.status').allTextContents(),
    attacks.map((attack) => `error · ${attack}`).toReversed(),
  );
  assert.equal(await injected(panel), 0);
});

panelTest('what looks like HTML in names, states and results is text', async (panel) => {
  for (const attack of attacks) {
    await panel.send({ type: 'reset', functionNames: [attack], target: attack, maxLines: 100, filterPattern: '', hasTraces: false }); // prettier-ignore
    await panel.send({ type: 'tail', status: { state: 'stopped', detail: attack } });
    await panel.send({ type: 'result', result: { ...succeeded, summary: attack, body: attack } });
    for (const place of ['h1', '.target', '.result-summary', '.result-body']) {
      assert.equal(await panel.page.locator(place).textContent(), attack);
    }
    assert.equal((await panel.page.locator('.tail').textContent())?.trim(), `Stopped: ${attack}`);
    assert.equal(await injected(panel), 0);
  }
});

panelTest('what looks like HTML in the filter is text', async (panel) => {
  await panel.log(invocation(1, 'hello'));
  for (const attack of attacks) {
    await panel.page.getByRole('textbox', { name: 'Filter lines' }).fill(attack);
    await panel.page.getByText(`No line contains “${attack}”.`, { exact: true }).waitFor();
  }
  assert.equal(await injected(panel), 0);
});

panelTest('control characters and a changed reading order are seen', async (panel) => {
  await panel.log(invocation(1, 'a\x07b', 'abc\u202edef', 'esc\x1b', '\x1b[31'));
  const rows = await panel.rows();
  for (const shown of ['a\u2407b', 'abc[U+202E]def', 'esc\u241b', '\u241b[31']) assert.ok(rows.includes(shown), shown);
});

panelTest("what a terminal would obey is left out, but for colours, which are the theme's", async (panel) => {
  await panel.log(
    invocation(
      1,
      '\x1b[31mred\x1b[0m and \x1b[1;92mbright <b>green</b>\x1b[0m',
      '\x1b[2J\x1b[10;20Hmoved\x1b]0;title\x07\x1b]8;;http://x/\x1b\\link\x1b]8;;\x1b\\\x1b(B',
      '\x1b[38;5;196mpalette\x1b[39m \x1b[48;2;0;0;200mtrue\x1b[m',
    ),
  );
  const row = (text: string): Locator => panel.page.locator('.log-row.line').filter({ hasText: text });
  const rows = await panel.rows();
  for (const shown of ['red and bright <b>green</b>', 'movedlink', 'palette true'])
    assert.ok(rows.includes(shown), shown);
  const colourOf = (text: string, of = 'color'): Promise<string> =>
    panel.page
      .getByText(text, { exact: true })
      .evaluate((element, of) => getComputedStyle(element).getPropertyValue(of), of);
  assert.equal(await colourOf('red'), 'rgb(205, 49, 49)');
  assert.equal(await colourOf('bright <b>green</b>'), 'rgb(35, 209, 139)');
  assert.equal(await colourOf('palette'), 'rgb(205, 49, 49)');
  assert.equal(await colourOf('true', 'background-color'), 'rgb(36, 114, 200)');
  assert.equal(await row('red and').locator('[style]').count(), 0);
  assert.equal(await injected(panel), 0);
});

panelTest('a stack trace is folded to what went wrong, and opens to its frames', async (panel) => {
  const trace =
    'Error: <b>no</b> such table\n    at query (/var/task/db.mjs:3:9)\n    at handler (/var/task/index.mjs:8:2)';
  await panel.log(invocation(1, trace, 'after'));
  const row = panel.page
    .locator('.log-row.line')
    .filter({ hasText: 'no such' })
    .or(panel.page.locator('.log-row.line').filter({ hasText: 'such table' }))
    .first();
  await row.getByText('2 frames').waitFor();
  assert.equal(await row.getByText('at query').count(), 0);
  await row.getByRole('button', { name: 'such table' }).click();
  await row.getByRole('button', { name: '/var/task/index.mjs:8:2' }).click();
  assert.deepEqual((await panel.posted()).at(-1), { type: 'open', path: 'index.mjs', line: 8, column: 2 });
  await row.getByRole('button', { name: 'such table' }).click();
  await panel.eventually(async () => assert.equal(await row.getByText('at query').count(), 0));
});

panelTest('a result that succeeded shows its summary and body, and can be copied and closed', async (panel) => {
  await panel.send({ type: 'result', result: succeeded });
  const section = panel.page.getByRole('region', { name: 'Result of the invocation' });
  assert.equal(await section.getByRole('status').innerText(), succeeded.summary);
  assert.equal(await section.locator('.result-body').textContent(), succeeded.body);
  assert.equal(await section.evaluate((element) => element.classList.contains('failed')), false);
  await button(panel, 'Copy result').click();
  assert.deepEqual((await panel.posted()).at(-1), { type: 'copy', text: succeeded.body });
  await button(panel, 'Close the result').click();
  await section.waitFor({ state: 'detached' });
});

panelTest('a result that failed looks so, and takes the place of the one before', async (panel) => {
  await panel.send({ type: 'result', result: succeeded });
  const colour = () =>
    panel.page.locator('.result-summary').evaluate((summary) => getComputedStyle(summary).getPropertyValue('color'));
  const before = await colour();
  await panel.send({ type: 'result', result: failed });
  assert.equal(await panel.page.locator('.result').count(), 1);
  assert.equal(await panel.page.locator('.result.failed .result-summary').innerText(), failed.summary);
  assert.notEqual(await colour(), before);
});

panelTest('a result without a body copies its summary', async (panel) => {
  await panel.send({ type: 'result', result: { ...failed, body: '' } });
  assert.equal(await panel.page.locator('.result-body').count(), 0);
  await button(panel, 'Copy result').click();
  assert.deepEqual((await panel.posted()).at(-1), { type: 'copy', text: failed.summary });
});

panelTest('a result leads to its log as soon as that is there', async (panel) => {
  await panel.send({ type: 'result', result: failed });
  assert.equal(await button(panel, 'Show log').count(), 0);
  await panel.log([...invocation(1, 'one'), ...invocation(2, 'two')]);
  await button(panel, 'Show log').click();
  await panel.page.locator(`tr.selected[data-request-id="${requestIdOf(2)}"]`).waitFor();
});

panelTest('a reset leaves nothing of the function before', async (panel) => {
  await panel.log(invocation(1, 'secret of another'));
  await panel.send({ type: 'result', result: succeeded });
  await panel.send({
    type: 'reset',
    functionNames: ['other'],
    target: 'AWS eu-west-1',
    maxLines: 100,
    filterPattern: '',
    hasTraces: false,
  });
  const text = await panel.page.locator('lambda-panel').innerText();
  assert.ok(text.includes('other') && text.includes('AWS eu-west-1'));
  for (const gone of ['resize-image', 'secret of another', '00000001']) assert.equal(text.includes(gone), false, gone);
});

panelTest('filter, grouping and Follow outlive a reload, the log does not', async (panel) => {
  const filter = panel.page.getByRole('textbox', { name: 'Filter lines' });
  const grouped = panel.page.getByRole('checkbox', { name: 'Group by invocation' });
  const follow = panel.page.getByRole('checkbox', { name: 'Follow' });
  await panel.log(invocation(1, 'apple', 'pear'));
  await filter.fill('apple');
  await grouped.click();
  await follow.click();
  await panel.eventually(async () => assert.deepEqual(await panel.rows(), ['apple']));
  await panel.page.reload();
  await panel.page.locator('lambda-panel header').waitFor();
  assert.deepEqual(await panel.posted(), [{ type: 'ready' }]);
  await panel.start();
  await panel.page.getByText('No log lines yet').waitFor();
  await panel.log(invocation(2, 'apple tart', 'fig'));
  assert.deepEqual(await panel.rows(), ['apple tart']);
  assert.equal(await filter.inputValue(), 'apple');
  assert.equal(await grouped.isChecked(), false);
  assert.equal(await follow.isChecked(), false);
});

panelTest('every control is reached by Tab, in the order of the page', async (panel) => {
  await panel.log(invocation(1, 'hello'));
  await panel.send({ type: 'result', result: succeeded });
  const reached: string[] = [];
  for (let step = 0; step < 23; step += 1) {
    await panel.page.keyboard.press('Tab');
    reached.push(
      await panel.page.evaluate(() => {
        const { activeElement } = document;
        return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim() ?? '';
      }),
    );
  }
  const toggle = reached.pop() ?? '';
  assert.deepEqual(reached, [
    'Invoke',
    'Pause',
    'Clear',
    'Show log',
    'Copy result',
    'Close the result',
    'Response',
    'Invocations',
    `Show the log of ${requestIdOf(1)}`,
    'Filter lines',
    'Show lines of',
    'Least level',
    'Regex',
    'CloudWatch filter pattern, applied with Enter',
    'UTC',
    'Group by invocation',
    'Follow',
    'Go to time',
    'Columns',
    'Copy',
    'Export',
    'Log lines',
  ]);
  assert.match(toggle, new RegExp(`${requestIdOf(1)}$`));
});

panelTest('the controls obey the keyboard', async (panel) => {
  await panel.log(invocation(1, 'hello'));
  for (const [name, type] of [
    ['Invoke', 'invoke'],
    ['Clear', 'clear'],
    ['Copy', 'copy'],
  ] as const) {
    await button(panel, name).focus();
    await panel.page.keyboard.press('Enter');
    assert.equal((await panel.posted()).at(-1)?.type, type);
  }
  const grouped = panel.page.getByRole('checkbox', { name: 'Group by invocation' });
  await grouped.focus();
  await panel.page.keyboard.press('Space');
  await panel.eventually(async () => assert.equal((await panel.rows()).includes('# 00000001'), false));
});

panelTest('messages of a kind it does not know change nothing', async (panel) => {
  await panel.log(invocation(1, 'hello'));
  const shown = await panel.page.locator('lambda-panel').innerHTML();
  const posted = await panel.posted();
  await panel.page.evaluate(async () => {
    for (const data of [{ type: 'surprise', lines: [] }, { type: 'RESET' }, {}, [], 'reset', 42]) {
      window.dispatchEvent(new MessageEvent('message', { data }));
    }
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  assert.equal(await panel.page.locator('lambda-panel').innerHTML(), shown);
  assert.deepEqual(await panel.posted(), posted);
});
