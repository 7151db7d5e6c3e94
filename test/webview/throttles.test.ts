// Invocations that were refused: in figures, chart and table, and never as invocations.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Throttled } from '../../src/protocol/panel.ts';
import { throttleMarks } from '../../webview/throttle-marks.ts';
import { eventsOf } from './log-events.ts';
import type { PanelPage } from './panel-page.ts';
import { panelTests } from './panel-test.ts';

const noon = new Date(2026, 4, 4, 12, 0, 0).getTime();
const panelTest = panelTests();

const throttled = (minute: number, count: number, functionName = 'resize-image'): Throttled => ({
  functionName,
  time: noon + minute * 60_000,
  periodMs: 60_000,
  count,
});
const send = (panel: PanelPage, ...throttles: Throttled[]): Promise<void> =>
  panel.send({ type: 'throttles', throttles });
const warm = (number: number, seconds = number) => eventsOf({ number, at: noon + seconds * 1000, durationMs: 40 });
/** The words of each row of the table, without what does not fit the panel's width. */
const rows = (panel: PanelPage): Promise<string[]> =>
  panel.page
    .locator('table.timings tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent.trim()).join(' | ')));

panelTest('they are counted beside the invocations, and have rows of their own by the minute', async (panel) => {
  await panel.log([...warm(1), ...warm(2, 70)]);
  await send(panel, throttled(0, 3), throttled(1, 1));
  assert.deepEqual(
    (await panel.summary()).filter((figure) => /invocation|failed|throttled/.test(figure)),
    ['2 invocations', '4 throttled'],
  );
  assert.deepEqual(await rows(panel), [
    '12:01:10.000 | warm | – | 40.0 ms | 40.0 ms | 62 / 128 MB | ok | 00000002',
    '12:01 | throttled | – | – | – | – | 1 in this minute | ',
    '12:00:01.000 | warm | – | 40.0 ms | 40.0 ms | 61 / 128 MB | ok | 00000001',
    '12:00 | throttled | – | – | – | – | 3 in this minute | ',
  ]);
  await panel.send({ type: 'throttles', throttles: [{ ...throttled(0, 5), periodMs: 300_000 }] });
  assert.match((await rows(panel)).at(-1) ?? '', /5 in these 5 minutes/);
});

panelTest('the chart marks them in a colour of their own, below the bars, and the legend says so', async (panel) => {
  await panel.log([...warm(1), ...warm(2, 70)]);
  await panel.eventually(async () => assert.ok((await panel.barPixels()).duration > 0));
  const { throttled: before, failed } = await panel.barPixels();
  assert.deepEqual([before, failed], [0, 0]);
  const legend = panel.page.getByText('Throttled (below the bars)');
  assert.equal(await legend.count(), 0);
  await send(panel, throttled(0, 3));
  await legend.waitFor();
  await panel.eventually(async () => assert.ok((await panel.barPixels()).throttled > 0));
  assert.equal((await panel.barPixels()).failed, 0);
  await panel.page.locator('timing-chart .u-over').hover({ position: { x: 48, y: 60 } });
  await panel.page.locator('.chart-tip', { hasText: 'throttled: 3 in this minute' }).waitFor();
  await send(panel);
  await panel.eventually(async () => assert.equal((await panel.barPixels()).throttled, 0));
});

panelTest('they show where nothing else does: all that came was refused', async (panel) => {
  await send(panel, throttled(0, 2));
  assert.deepEqual(await panel.summary(), ['0 invocations', '0 cold starts', '2 throttled']);
  assert.equal((await rows(panel)).length, 1);
  await panel.page.getByText('No log lines yet').waitFor();
});

panelTest('those of several functions are told apart, and chosen with their function', async (panel) => {
  await panel.start(1000, ['resize-image', 'mail']);
  await panel.log(warm(1).map((event) => ({ ...event, functionName: 'mail' })));
  await send(panel, throttled(0, 2), throttled(0, 3, 'mail'));
  assert.ok((await panel.summary()).includes('5 throttled'));
  const chips = panel.page.locator('table.timings tr.throttled .function-chip');
  assert.deepEqual(
    (await chips.allTextContents()).sort((a, b) => a.localeCompare(b)),
    ['mail', 'resize-image'],
  );
  await panel.page.getByLabel('Show lines of the function').selectOption('mail');
  await panel.eventually(async () => assert.ok((await panel.summary()).includes('3 throttled')));
});

panelTest('a reset forgets them, and why they are not known is said once', async (panel) => {
  await panel.log(warm(1));
  await send(panel, throttled(0, 2));
  assert.equal(await panel.page.locator('tr.throttled').count(), 1);
  await panel.start();
  await panel.log(warm(2));
  assert.equal(await panel.page.locator('tr.throttled').count(), 0);
  const problem = 'Throttles are not shown: AWS · eu-west-1 does not allow cloudwatch:GetMetricData.';
  await panel.send({ type: 'throttles', throttles: [], problem });
  await panel.page.getByText(problem).waitFor();
  assert.equal(await panel.page.getByText(problem).count(), 1);
});

describe('the place of a mark among the bars', () => {
  const bars = [5, 20, 65, 200].map((seconds, at) => ({
    requestId: String(at),
    logStream: 's',
    startedAt: noon + seconds * 1000,
    status: 'ok' as const,
  }));
  const places = (throttles: readonly Throttled[], isAll = true) =>
    throttleMarks(throttles, bars, isAll).map(({ from, to, count }) => [
      Number(from.toFixed(2)),
      Number(to.toFixed(2)),
      count,
    ]);

  it('is under the bars that began in its minute, or between two', () => {
    assert.deepEqual(places([throttled(0, 1), throttled(1, 2), throttled(2, 3), throttled(4, 4)]), [
      [-0.36, 1.36, 1],
      [1.64, 2.36, 2],
      [2.5, 2.5, 3],
      [3.5, 3.5, 4],
    ]);
  });

  it('is one for several functions, and none before the oldest bar where there are older ones', () => {
    assert.deepEqual(places([throttled(1, 2), throttled(1, 3, 'mail')]), [[1.64, 2.36, 5]]);
    assert.deepEqual(places([throttled(-1, 2)]), [[-0.5, -0.5, 2]]);
    assert.deepEqual(places([throttled(-1, 2), throttled(0, 1)], false), [[-0.36, 1.36, 1]]);
  });
});
