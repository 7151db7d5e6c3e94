import assert from 'node:assert/strict';
import type { LogEvent } from '../../src/observe/timing.ts';
import { eventsOf, requestIdOf } from './log-events.ts';
import type { PanelPage } from './panel-page.ts';
import { panelTests } from './panel-test.ts';

const at = Date.UTC(2026, 4, 4, 12, 0, 0);
const panelTest = panelTests();

const written = async (panel: PanelPage): Promise<string[]> =>
  (await panel.rows()).filter((row) => !/^(?:# |START |END |REPORT )/.test(row));
const log = (panel: PanelPage, ...lines: string[]): Promise<void> =>
  panel.log(eventsOf({ number: 1, at, durationMs: 100, lines }));

const thrown =
  '2026-05-04T12:00:00.100Z\tid\tERROR\tInvoke Error \t' +
  '{"errorType":"TypeError","errorMessage":"<b>x</b> is no function","stack":["TypeError: x","    at run (/var/task/index.mjs:3:9)"]}';

panelTest('a JSON line shows its level and message, and opens to all it says', async (panel) => {
  await log(panel, '{"level":"WARN","message":"disk is full","disk":{"free":0,"path":"/tmp","old":null}}', 'plain');
  const row = panel.page.locator('.log-row.warning');
  assert.equal(await row.locator('.level').innerText(), 'warning');
  assert.equal((await row.locator('.message').innerText()).trim(), '▸ disk is full'.slice(2));
  const unfold = row.getByRole('button', { name: 'disk is full' });
  assert.equal(await unfold.getAttribute('aria-expanded'), 'false');
  await unfold.click();
  await row.locator('ul.json').first().waitFor();
  const names = await row.locator('.json-name').allInnerTexts();
  assert.deepEqual(names, ['level', 'message', 'disk', 'free', 'path', 'old']);
  assert.deepEqual(
    [await row.locator('.json-number').innerText(), await row.locator('.json-null').innerText()],
    ['0', 'null'],
  );
  // It stays open while more comes.
  await panel.log(eventsOf({ number: 2, at: at + 1000, durationMs: 5, lines: ['more'] }));
  assert.equal(await unfold.getAttribute('aria-expanded'), 'true');
  await unfold.click();
  await panel.eventually(async () => assert.equal(await row.locator('ul.json').count(), 0));
});

panelTest('an error shows its type and message, and opens to its stack; nothing in it is obeyed', async (panel) => {
  await log(panel, thrown);
  const row = panel.page.locator('.log-row.error');
  await row.getByRole('button', { name: 'TypeError: <b>x</b> is no function' }).click();
  await row.getByText('at run (/var/task/index.mjs:3:9)').waitFor();
  assert.equal(await row.locator('b').count(), 0);
});

panelTest('a level leaves what is as grave, and says how many lines that is', async (panel) => {
  await log(panel, 'a\tb\tINFO\thello', 'a\tb\tWARN\thm', '[ERROR] no');
  await panel.page.getByRole('combobox', { name: 'Least level' }).selectOption('Warnings and errors');
  await panel.eventually(async () => assert.deepEqual(await written(panel), ['a\tb\tWARN\thm', '[ERROR] no']));
  await panel.page.getByText('2 of 6 lines').waitFor();
  await panel.page.getByRole('button', { name: 'Show all', exact: true }).click();
  await panel.eventually(async () => assert.equal((await written(panel)).length, 3));
  assert.equal(await panel.page.locator('.filter-note').count(), 0);
});

panelTest('a regular expression filters; one that cannot be used is said, and hides nothing', async (panel) => {
  await log(panel, 'took 12 ms', 'took 7 ms');
  await panel.page.getByRole('checkbox', { name: 'Regex' }).click();
  const filter = panel.page.getByRole('textbox', { name: 'Filter lines' });
  await filter.fill(String.raw`\d\d ms`);
  await panel.eventually(async () => assert.deepEqual(await written(panel), ['took 12 ms']));
  await filter.fill('(');
  await panel.page.getByRole('alert').getByText('Invalid regular expression').waitFor();
  assert.equal((await written(panel)).length, 2);
  await filter.fill('(?=took)');
  await panel.page.getByRole('alert').getByText('Look-around such as').waitFor();
  assert.equal((await written(panel)).length, 2);
});

const hostile = [
  ['a*a*a*b', 'a'.repeat(4990)],
  ['(aa?)*b', 'a'.repeat(4990)],
  ['(a?a?)+b', 'a'.repeat(4990)],
  ['(a?){26}a{26}b', 'a'.repeat(4990)],
  ['(a+)+b', 'a'.repeat(4990)],
  ['.*.*=.*;', 'x='.repeat(2490)],
  ['.*foo.*bar.*baz', 'foobar'.repeat(830)],
] as const;
for (const [pattern, line] of hostile) {
  panelTest(`the page answers while ${pattern} is held against hostile lines, and after a reload`, async (panel) => {
    const found = 'aaaaaaaaaaaaaaaaaaaaaaaaaab = foo bar baz;';
    await log(panel, line, found, line, line);
    await panel.page.getByRole('checkbox', { name: 'Regex' }).click();
    await panel.page.getByRole('textbox', { name: 'Filter lines' }).fill(pattern);
    await panel.eventually(async () => assert.deepEqual(await written(panel), [found]));
    await panel.page.reload();
    await panel.start();
    await log(panel, line, line, found);
    await panel.eventually(async () => assert.deepEqual(await written(panel), [found]));
  });
}

panelTest('a filter is held against many lines a few at a time, and ends with all of them', async (panel) => {
  const many = Array.from({ length: 30_000 }, (_, index) => `line ${index} ${'ab'.repeat(20)}`);
  await log(panel, ...many);
  await panel.page.getByRole('checkbox', { name: 'Regex' }).click();
  await panel.page.getByRole('textbox', { name: 'Filter lines' }).fill('7{4}|(a|b)*a(a|b){30}c');
  await panel.page.getByText('3 of 30,003 lines').waitFor();
});

panelTest('times are local, or UTC where that is chosen, in log and table', async (panel) => {
  await log(panel, 'hello');
  await panel.page.getByRole('checkbox', { name: 'UTC' }).click();
  await panel.page.locator('.log-row.line .time').getByText('12:00:00.050').waitFor();
  await panel.page.locator('table.timings td').getByText('12:00:00.000').waitFor();
});

panelTest('export asks the host for the lines that are shown', async (panel) => {
  await log(panel, 'keep this', 'not that');
  await panel.page.getByRole('textbox', { name: 'Filter lines' }).fill('keep');
  await panel.eventually(async () => assert.deepEqual(await written(panel), ['keep this']));
  await panel.page.getByRole('button', { name: 'Export' }).click();
  const asked = (await panel.posted()).find(({ type }) => type === 'export');
  assert.ok(asked?.type === 'export');
  assert.deepEqual(asked.keys.length, 1);
});

panelTest('a line of a megabyte is cut, and whole at a click', async (panel) => {
  await log(panel, `begin ${'x'.repeat(1_000_000)} end`);
  const row = panel.page.locator('.log-row.line').filter({ hasText: 'begin' });
  assert.ok((await row.locator('.message').innerText()).length < 30_000);
  await row.getByRole('button', { name: /^Show all 1,000,01\d characters$/ }).click();
  await panel.eventually(async () => assert.ok((await row.locator('.message').innerText()).includes(' end')));
});

panelTest("places in the function's code ask the host to open them; other paths are words", async (panel) => {
  const local = '/home/u/.local/share/lambda-workbench/code/3f_a-9=/files/src/app.mjs:12:7';
  await log(panel, thrown, `at f (file://${local})`, '  File "/var/task/app.py", line 3, in run', '/var/task/app.rb:9:in x', 'at /etc/passwd:1:2'); // prettier-ignore
  await panel.page.locator('.log-row.error').getByRole('button', { name: 'TypeError' }).click();
  const links = panel.page.locator('.log-row.line button.link');
  await panel.eventually(async () => assert.equal(await links.count(), 4));
  for (let at = 0; at < 4; at += 1) await links.nth(at).click();
  const asked = (await panel.posted()).filter(({ type }) => type === 'open');
  assert.deepEqual(asked, [
    { type: 'open', path: 'index.mjs', line: 3, column: 9 },
    { type: 'open', path: 'src/app.mjs', line: 12, column: 7 },
    { type: 'open', path: 'app.py', line: 3, column: 1 },
    { type: 'open', path: 'app.rb', line: 9, column: 1 },
  ]);
});

panelTest("Lambda's own JSON records read as its text lines do, and open to all they say", async (panel) => {
  const requestId = '5dcb9a5a-7d5c-4b47-9d1a-1f0f0c1e2d3b';
  const record = (type: string, record: unknown): LogEvent => ({
    timestamp: at,
    logStream: 's',
    message: `${JSON.stringify({ time: '2026-05-04T12:00:00.000Z', type: `platform.${type}`, record })}\n`,
  });
  await panel.log([
    record('initStart', { initializationType: 'on-demand', phase: 'init', runtimeVersion: 'nodejs:24.v12' }),
    record('start', { requestId, version: '$LATEST' }),
    record('fault', '<b>RequestId: x</b> Error: Runtime exited'),
    record('report', {
      requestId,
      metrics: {
        durationMs: 12.34,
        billedDurationMs: 13,
        memorySizeMB: 128,
        maxMemoryUsedMB: 61,
        initDurationMs: 80.1,
      },
      status: 'timeout',
    }),
    record('somethingNew', { a: 1 }),
  ]);
  assert.deepEqual((await panel.rows()).filter((row) => !row.startsWith('# ')), [
    'INIT_START Runtime Version: nodejs:24.v12  Phase: init',
    `START RequestId: ${requestId}  Version: $LATEST`,
    'FAULT <b>RequestId: x</b> Error: Runtime exited',
    `REPORT RequestId: ${requestId}  Duration: 12.34 ms  Billed Duration: 13 ms  Memory Size: 128 MB  Max Memory Used: 61 MB  Init Duration: 80.1 ms  Status: timeout`,
    'somethingNew',
  ]); // prettier-ignore
  assert.equal(await panel.page.locator('.log-row.platform').count(), 5);
  const report = panel.page.locator('.log-row.platform').filter({ hasText: 'REPORT' });
  await report.getByRole('button', { name: 'REPORT' }).click();
  assert.deepEqual(await report.locator('.json-number').allInnerTexts(), ['12.34', '13', '128', '61', '80.1']);
});

panelTest('members of JSON lines become columns, and stay so over a reload', async (panel) => {
  const line = (message: string, more: object): string => JSON.stringify({ level: 'INFO', message, ...more });
  const lines = [
    line('one', { orderId: 7, user: { name: '<i>Ann</i>', 'a.b': true } }),
    line('two', { orderId: 8 }),
    'plain words',
  ];
  await log(panel, ...lines);
  const menu = panel.page.locator('.column-menu');
  await menu.locator('summary').click();
  assert.deepEqual(
    (await menu.locator('label').allInnerTexts()).map((text) => text.trim()),
    ['orderId', 'user.name', 'user.a.b'],
  );
  for (const name of ['user.name', 'user.a.b', 'orderId']) await menu.getByRole('checkbox', { name }).click();
  const cells = (text: string): Promise<string[]> =>
    panel.page.locator('.log-row.line').filter({ hasText: text }).locator('.column').allInnerTexts();
  await panel.eventually(async () => assert.deepEqual(await cells('one'), ['<i>Ann</i>', 'true', '7']));
  assert.deepEqual(await cells('two'), ['', '', '8']);
  assert.deepEqual(await cells('plain words'), ['', '', '']);
  assert.deepEqual(await cells('START'), []);
  await menu.getByRole('checkbox', { name: 'user.a.b' }).click();
  await panel.page.keyboard.press('Escape');
  assert.equal(await menu.locator('label').first().isVisible(), false);
  await panel.page.reload();
  await panel.start();
  await log(panel, ...lines);
  assert.deepEqual(await panel.page.locator('.log-columns .column').allInnerTexts(), ['user.name', 'orderId']);
  assert.deepEqual(await cells('one'), ['<i>Ann</i>', '7']);
});

panelTest('an invocation is copied with all its lines, whatever the filter hides', async (panel) => {
  await log(panel, 'apple', 'pear');
  await panel.log(eventsOf({ number: 2, at, durationMs: 5, lines: ['fig'] }));
  await panel.page.getByRole('textbox', { name: 'Filter lines' }).fill('pear');
  await panel.eventually(async () => assert.deepEqual(await written(panel), ['pear']));
  await panel.page.getByRole('button', { name: `Copy the lines of ${requestIdOf(1)}` }).click();
  const copied = (await panel.posted()).at(-1);
  assert.ok(copied?.type === 'copy');
  assert.deepEqual(copied.text.split('\n').slice(1, 3), ['apple', 'pear']);
  assert.match(copied.text, /^START .*\n(?:.*\n){3}REPORT .*$/);
});

panelTest(
  'going to a time scrolls there, or asks for what lies before the first line and then scrolls',
  async (panel) => {
    const day = Date.now() - 3_600_000;
    const hour = (from: number): LogEvent[] =>
      Array.from({ length: 300 }, (_, index) => ({
        timestamp: from + index * 1000,
        message: `second ${index}`,
        logStream: 's',
      }));
    await panel.log(hour(day));
    const field = panel.page.getByRole('textbox', { name: 'Go to time' });
    const first = (): Promise<string> =>
      panel.page.locator('.log-scroll').evaluate((scroll) => {
        const { top } = scroll.getBoundingClientRect();
        const rows = [...scroll.querySelectorAll<HTMLElement>('.log-row')];
        return (
          rows.find((row) => row.getBoundingClientRect().bottom > top + 2)?.querySelector('.message')?.textContent ?? ''
        );
      });
    const go = async (time: number): Promise<void> => {
      await field.fill(new Date(time).toISOString());
      await field.press('Enter');
    };
    await go(day + 99_500);
    await panel.eventually(async () => assert.equal(await first(), 'second 100'));
    assert.equal(await panel.page.getByRole('checkbox', { name: 'Follow' }).isChecked(), false);
    await go(day - 500_000);
    assert.deepEqual((await panel.posted()).at(-1), { type: 'since', time: day - 500_000 });
    await panel.start();
    await panel.log(hour(day - 600_000));
    await panel.eventually(async () => assert.equal(await first(), 'second 100'));
    await field.fill('noonish');
    await field.press('Enter');
    await panel.eventually(async () => assert.equal(await panel.page.locator('.go-to[aria-invalid=true]').count(), 1));
  },
);

panelTest('rows that have left the screen leave nothing in the document', async (panel) => {
  const nodes = (): Promise<number> =>
    panel.page.locator('.log-window').evaluate((rows) => {
      const walker = document.createTreeWalker(rows, NodeFilter.SHOW_ALL);
      let count = 0;
      while (walker.nextNode()) count += 1;
      return count;
    });
  const show = async (number: number): Promise<void> => {
    const lines = Array.from({ length: 60 }, (_, line) => `line ${line} of ${number}`);
    await panel.log(eventsOf({ number, at: at + number * 1000, durationMs: 100, lines }));
    await panel.page.getByText(`line 59 of ${number}`).waitFor();
  };
  await show(1);
  await show(2);
  const before = await nodes();
  for (let number = 3; number < 13; number += 1) await show(number);
  const after = await nodes();
  assert.ok(after < before * 1.2, `${before} nodes became ${after}.`);
});
