import assert from 'node:assert/strict';
import type { LogEvent } from '../../src/observe/timing.ts';
import { eventsOf, requestIdOf, type InvocationScript } from './log-events.ts';
import type { PanelPage } from './panel-page.ts';
import { panelTests } from './panel-test.ts';

const noon = new Date(2026, 4, 4, 12, 0, 0).getTime();
const panelTest = panelTests();

const invocation = (number: number, ...lines: string[]): LogEvent[] => eventsOf(scriptOf(number, lines));
const scriptOf = (number: number, lines: readonly string[]): InvocationScript => ({
  number,
  at: noon + number * 1000,
  durationMs: 100,
  lines,
});

/** The rows without Lambda's own START, END, REPORT and INIT_START. */
const written = async (panel: PanelPage): Promise<string[]> =>
  (await panel.rows()).filter((row) => !/^(?:START|END|REPORT|INIT_START) /.test(row));

/** One event after the other from two environments at work at once. */
function interleaved(): LogEvent[] {
  const one = eventsOf({ number: 1, at: noon, durationMs: 100, stream: 'aa', lines: ['one, first', 'one, second'] });
  const two = eventsOf({ number: 2, at: noon, durationMs: 100, stream: 'bb', lines: ['two, first', 'two, second'] });
  return one.flatMap((event, index) => [event, ...two.slice(index, index + 1)]);
}

const thousands = (count: number): LogEvent[] =>
  invocation(1, ...Array.from({ length: count }, (_, index) => `line ${index + 1} of many`));

panelTest('lines show as they come, before their invocation has ended', async (panel) => {
  const events = invocation(1, 'first', 'second');
  for (const [index, shown] of [[], ['first'], ['first', 'second']].entries()) {
    await panel.log(events.slice(index, index + 1));
    assert.deepEqual(await written(panel), ['# 00000001', ...shown]);
  }
  await panel.log(events.slice(3));
  assert.deepEqual(
    (await panel.rows()).map((row) => row.split(' ')[0]),
    ['#', 'START', 'first', 'second', 'END', 'REPORT'],
  );
});

panelTest('grouped: the lines of two environments stand each under the heading of their invocation', async (panel) => {
  await panel.log(interleaved());
  assert.deepEqual(await written(panel), [
    '# 00000001',
    'one, first',
    'one, second',
    '# 00000002',
    'two, first',
    'two, second',
  ]);
});

panelTest('not grouped: the lines stand as they came, without headings', async (panel) => {
  await panel.log(interleaved());
  const grouped = panel.page.getByRole('checkbox', { name: 'Group by invocation' });
  assert.equal(await grouped.isChecked(), true);
  await grouped.click();
  await panel.eventually(async () =>
    assert.deepEqual(await written(panel), ['one, first', 'two, first', 'one, second', 'two, second']),
  );
  await grouped.click();
  await panel.eventually(async () => assert.equal((await written(panel))[2], 'one, second'));
});

panelTest('a heading tells how its invocation went', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 12.5, initMs: 210, outcome: 'Status: timeout' }));
  const heading = panel.page.locator('.log-row.heading');
  for (const text of ['cold', '12.5 ms', '+ 210 ms init', 'timed out', requestIdOf(1)]) {
    assert.ok((await heading.innerText()).includes(text), text);
  }
});

panelTest('INIT_START belongs to no invocation: it stands where it came', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 10, initMs: 90, lines: ['hello'] }));
  const [first, second] = await panel.rows();
  assert.match(first ?? '', /^INIT_START /);
  assert.equal(second, '# 00000001');
});

panelTest('the filter leaves the lines with its text, whatever their case', async (panel) => {
  await panel.log([...invocation(1, 'apple pie', 'Banana'), ...invocation(2, 'banana split'), ...invocation(3, 'fig')]);
  const filter = panel.page.getByRole('textbox', { name: 'Filter lines' });
  await filter.fill('bAnaNa');
  await panel.eventually(async () =>
    assert.deepEqual(await panel.rows(), ['# 00000001', 'Banana', '# 00000002', 'banana split']),
  );
  await panel.log(invocation(4, 'cherry', 'more banana'));
  assert.deepEqual((await panel.rows()).slice(-2), ['# 00000004', 'more banana']);
});

panelTest('the filter takes a request id for all lines of its invocation', async (panel) => {
  await panel.log([...invocation(1, 'apple'), ...invocation(2, 'pear')]);
  await panel.page.getByRole('textbox', { name: 'Filter lines' }).fill('00000002-1111');
  await panel.eventually(async () => assert.deepEqual(await written(panel), ['# 00000002', 'pear']));
});

panelTest('only failed invocations, or only cold starts, show with all their lines', async (panel) => {
  const script = (number: number, more: Partial<InvocationScript> = {}): LogEvent[] =>
    eventsOf({ number, at: 1_700_000_000_000 + number * 1000, durationMs: 5, lines: [`of ${number}`], ...more });
  await panel.log([...script(1, { initMs: 80 }), ...script(2), ...script(3, { outcome: 'Status: timeout' })]);
  const only = panel.page.getByRole('combobox', { name: 'Show lines of' });
  await only.selectOption('Failed');
  await panel.eventually(async () => assert.deepEqual(await written(panel), ['# 00000003', 'of 3']));
  await only.selectOption('Cold starts');
  await panel.eventually(async () => assert.deepEqual(await written(panel), ['# 00000001', 'of 1']));
  await panel.page.getByRole('textbox', { name: 'Filter lines' }).fill('nothing like it');
  await panel.page.getByText('No line of a cold start contains “nothing like it”.').waitFor();
});

panelTest('a filter without a match says so, and none brings all back', async (panel) => {
  await panel.log(invocation(1, 'apple', 'pear'));
  const filter = panel.page.getByRole('textbox', { name: 'Filter lines' });
  await filter.fill('[.*');
  await panel.page.getByText('No line contains “[.*”.').waitFor();
  assert.deepEqual(await panel.rows(), []);
  await filter.fill('');
  await panel.eventually(async () => assert.deepEqual(await written(panel), ['# 00000001', 'apple', 'pear']));
  assert.equal(await panel.page.getByText('No line contains').count(), 0);
});

panelTest('a click on a heading folds its lines away and back', async (panel) => {
  await panel.log([...invocation(1, 'apple'), ...invocation(2, 'pear')]);
  const toggle = panel.page.getByRole('button', { name: requestIdOf(1) }).and(panel.page.locator('.toggle'));
  assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
  await toggle.click();
  await panel.eventually(async () => assert.deepEqual(await written(panel), ['# 00000001', '# 00000002', 'pear']));
  assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
  await toggle.click();
  await panel.eventually(async () => assert.equal((await written(panel))[1], 'apple'));
});

panelTest('the keyboard folds too, and keeps its place', async (panel) => {
  await panel.log(invocation(1, 'apple'));
  const toggle = panel.page.locator('.log-row .toggle');
  await toggle.focus();
  for (const [key, expanded] of [
    ['Enter', 'false'],
    ['Space', 'true'],
  ] as const) {
    await panel.page.keyboard.press(key);
    await panel.page.locator(`.toggle[aria-expanded="${expanded}"]`).waitFor();
    assert.equal((await written(panel)).includes('apple'), expanded === 'true');
    assert.equal(await toggle.evaluate((element) => element === document.activeElement), true);
  }
});

panelTest('Pause holds the view; Resume counts what is new and catches up', async (panel) => {
  const resume = (name: string) => panel.page.getByRole('button', { name, exact: true });
  await panel.log(invocation(1, 'apple'));
  await resume('Pause').click();
  await panel.page.getByText('Paused', { exact: true }).waitFor();
  await resume('Resume').waitFor();
  const held = await panel.rows();
  await panel.log(invocation(2, 'pear'));
  assert.deepEqual(await panel.rows(), held);
  assert.equal(await panel.page.locator('table.timings tbody tr').count(), 1);
  await resume('Resume (4 new)').click();
  await panel.eventually(async () =>
    assert.deepEqual(await written(panel), ['# 00000001', 'apple', '# 00000002', 'pear']),
  );
  await resume('Pause').waitFor();
  await panel.page.getByText('Live', { exact: true }).waitFor();
});

panelTest('Clear asks the host, whose reset empties the panel', async (panel) => {
  await panel.log(invocation(1, 'apple'));
  await panel.page.getByRole('button', { name: 'Clear', exact: true }).click();
  assert.deepEqual((await panel.posted()).at(-1), { type: 'clear' });
  assert.deepEqual(await written(panel), ['# 00000001', 'apple']);
  await panel.start();
  assert.deepEqual(await panel.rows(), []);
  await panel.page.getByText('No log lines yet').waitFor();
});

panelTest('Copy posts the lines that are shown, and no others', async (panel) => {
  await panel.log([
    ...invocation(1, 'apple\n  with a second line', 'pear'),
    ...invocation(2, 'pineapple', 'apple tart'),
  ]);
  await panel.page.getByRole('textbox', { name: 'Filter lines' }).fill('apple');
  await panel.eventually(async () => assert.equal((await panel.rows()).length, 5));
  await panel.page.locator('.toggle').nth(1).click();
  await panel.eventually(async () => assert.equal((await panel.rows()).length, 3));
  const copy = panel.page.getByRole('button', { name: 'Copy', exact: true });
  await copy.click();
  assert.deepEqual((await panel.posted()).at(-1), { type: 'copy', text: 'apple\n  with a second line' });
  await panel.page.locator('.toggle').nth(1).click();
  await panel.eventually(async () => assert.equal((await panel.rows()).length, 5));
  await copy.click();
  assert.deepEqual((await panel.posted()).at(-1), {
    type: 'copy',
    text: 'apple\n  with a second line\npineapple\napple tart',
  });
});

panelTest('of 20,000 lines only those on screen are in the document, and following shows the last', async (panel) => {
  await panel.log(thousands(20_000));
  await panel.eventually(async () => assert.match((await panel.rows()).at(-1) ?? '', /^REPORT /));
  assert.ok((await panel.rows()).includes('line 20000 of many'));
  assert.ok((await panel.rows()).length < 100);
  await panel.page.getByText('REPORT RequestId').waitFor({ state: 'visible' });
  await panel.log(invocation(2, 'and one more'));
  await panel.eventually(async () => assert.ok((await panel.rows()).includes('and one more')));
  await panel.eventually(async () => assert.ok(await endIsInView(panel)));
});

panelTest('copying 20,000 lines takes all, on screen or not', async (panel) => {
  await panel.log(thousands(20_000));
  await panel.page.getByRole('button', { name: 'Copy', exact: true }).click();
  const last = (await panel.posted()).at(-1);
  assert.ok(last?.type === 'copy');
  assert.equal(last.text.split('\n').length, 20_003);
});

const endIsInView = (panel: PanelPage): Promise<boolean> =>
  panel.page
    .locator('.log-scroll')
    .evaluate((scroll) => scroll.scrollTop + scroll.clientHeight >= scroll.scrollHeight - 1);

const ways = {
  'the wheel': async (panel: PanelPage) => {
    await panel.page.locator('.log-scroll').hover();
    await panel.page.mouse.wheel(0, -400);
  },
  'the Home key': async (panel: PanelPage) => {
    await panel.page.locator('.log-scroll').focus();
    await panel.page.keyboard.press('Home');
  },
};
for (const [way, goBack] of Object.entries(ways)) {
  panelTest(`going back with ${way} ends Follow, and the view stays while more comes`, async (panel) => {
    const follow = panel.page.getByRole('checkbox', { name: 'Follow' });
    await panel.log(thousands(1000));
    await panel.eventually(async () => assert.ok(await endIsInView(panel)));
    assert.equal(await follow.isChecked(), true);
    await goBack(panel);
    await panel.eventually(async () => assert.equal(await follow.isChecked(), false));
    await panel.eventually(async () => assert.equal(await endIsInView(panel), false));
    await panel.log(invocation(2, 'the newest'));
    assert.equal(await endIsInView(panel), false);
    await follow.click();
    await panel.eventually(async () => assert.ok((await panel.rows()).includes('the newest')));
    await panel.eventually(async () => assert.ok(await endIsInView(panel)));
  });
}

panelTest(
  'past the limit the oldest lines leave, and the panel says how many',
  async (panel) => {
    await panel.log(invocation(1, 'apple', 'pear'));
    assert.equal(await panel.page.getByText('have left the panel').count(), 0);
    await panel.log(invocation(2, 'fig', 'plum', 'quince', 'cherry'));
    const note = panel.page.getByText('have left the panel');
    await note.waitFor();
    assert.equal((await note.innerText()).trim(), 'The oldest 4 lines have left the panel; it keeps 8.');
    assert.deepEqual(await written(panel), ['# 00000001', '# 00000002', 'fig', 'plum', 'quince', 'cherry']);
    await panel.log(invocation(3, 'grape'));
    assert.deepEqual(await written(panel), ['# 00000002', 'quince', 'cherry', '# 00000003', 'grape']);
    assert.equal(await panel.page.locator('table.timings tbody tr').count(), 2);
  },
  { maxLines: 8 },
);
