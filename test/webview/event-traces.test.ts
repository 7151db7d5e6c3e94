// Stack traces whose lines are log events of their own.
import assert from 'node:assert/strict';
import { eventsOf } from './log-events.ts';
import type { PanelPage } from './panel-page.ts';
import { panelTests } from './panel-test.ts';

const panelTest = panelTests();
const noon = Date.UTC(2026, 4, 4, 12);

const java = [
  'java.lang.IllegalStateException: no order <b>4711</b>',
  '\tat shop.Orders.find(Orders.java:31)',
  '\tat shop.Handler.handleRequest(Handler.java:12)',
  'Caused by: java.sql.SQLException: no such table',
  '\tat shop.Database.query(Database.java:9)',
  '\t... 2 more',
];
const python = [
  'Traceback (most recent call last):',
  '  File "/var/task/app.py", line 8, in handler',
  '    orders[key]',
  '  File "/var/task/orders.py", line 3, in __getitem__',
  "KeyError: 'a<img src=x onerror=executed.push(1)>'",
];
const ruby = [
  "/var/task/app.rb:3:in 'Orders#find': no order (RuntimeError)",
  "\tfrom /var/task/app.rb:9:in 'handler'",
  "\tfrom /var/task/run.rb:2:in '<main>'",
];

const show = (panel: PanelPage, lines: readonly string[]): Promise<void> =>
  panel.log(eventsOf({ number: 1, at: noon, durationMs: 90, lines }));
const functionLines = async (panel: PanelPage): Promise<string[]> =>
  (await panel.rows()).filter((row) => !/^(?:#|START|END|REPORT)/.test(row));

for (const [language, lines, head, frames] of [
  ['Java', java, java[0] ?? '', 3],
  ['Python', python, python.at(-1) ?? '', 2],
  ['Ruby', ruby, ruby[0] ?? '', 2],
] as const) {
  panelTest(`a trace of ${language} in several events is one row, which opens to all of it`, async (panel) => {
    await show(panel, ['before', ...lines, 'after']);
    assert.deepEqual(await functionLines(panel), ['before', `${head} ${frames} frames`, 'after']);
    await panel.page.getByRole('button', { name: head }).click();
    const [, opened = ''] = await functionLines(panel);
    for (const line of lines) assert.ok(opened.includes(line), line);
    await panel.page.locator('vscode-checkbox.grouped').click();
    assert.equal((await functionLines(panel)).length, 3);
  });
}

panelTest('a filter that meets a frame shows that frame; Copy has all lines of a folded trace', async (panel) => {
  await show(panel, ['before', ...java, 'after']);
  const copied = async (): Promise<string[]> => {
    await panel.page.locator('vscode-button.copy').click();
    const last = (await panel.posted()).at(-1);
    return last?.type === 'copy' ? last.text.split('\n') : [];
  };
  assert.deepEqual((await copied()).slice(1, -2), ['before', ...java, 'after']);
  await panel.page.locator('vscode-text-field.filter input').fill('Database.java');
  await panel.eventually(async () => assert.deepEqual(await functionLines(panel), [java[4]]));
  assert.deepEqual(await copied(), [java[4]]);
  await panel.page.locator('vscode-text-field.filter input').fill('IllegalState');
  await panel.eventually(async () => assert.deepEqual(await functionLines(panel), [`${java[0]} 3 frames`]));
});

panelTest('frames of interleaved environments stay with their own trace', async (panel) => {
  const [one, two] = [1, 2].map((number) =>
    eventsOf({ number, at: noon, durationMs: 90, stream: `s${number}`, lines: java.map((line) => line.replace('4711', `${number}`)) }),
  ); // prettier-ignore
  await panel.log((one ?? []).flatMap((event, at) => [event, two?.[at] ?? event]));
  assert.deepEqual(
    await functionLines(panel),
    [1, 2].map((number) => `${java[0]?.replace('4711', `${number}`)} 3 frames`),
  );
});

panelTest('one frame alone, and words that only begin like a trace, are lines', async (panel) => {
  const lines = ['Caused by: rain', 'Error: x', '\tat y (z.js:1:1)', '  indented', 'Traceback (most recent call last):', 'Ended: yes']; // prettier-ignore
  await show(panel, lines);
  assert.deepEqual(await functionLines(panel), lines);
});
