import assert from 'node:assert/strict';
import { historyOf } from '../../src/observe/history-groups.ts';
import type { FunctionHistory } from '../../src/observe/function-history.ts';
import { eventsOf } from './log-events.ts';
import type { PanelPage } from './panel-page.ts';
import { panelTests } from './panel-test.ts';
import { keptTimings } from './scenes.ts';

const noon = new Date(2026, 4, 4, 12, 0, 0).getTime();
const panelTest = panelTests();

const open = (panel: PanelPage, tab: string): Promise<void> => panel.page.getByRole('tab', { name: tab }).click();
const rows = (panel: PanelPage): Promise<string[][]> =>
  panel.page
    .locator('.figures-table tbody tr')
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent.trim())));

const log = async (panel: PanelPage, durations: readonly number[], initMs?: number): Promise<void> => {
  const from = durations.length * (initMs ?? 1) * 100;
  for (const [at, durationMs] of durations.entries()) {
    const number = from + at;
    await panel.log(eventsOf({ number, at: noon + number, durationMs, ...(initMs !== undefined && { initMs }) }));
  }
};

panelTest(
  'the distribution has percentiles of cold and warm starts, their share and the memory they use',
  async (panel) => {
    await log(panel, [100, 200], 300);
    await log(panel, [10, 20, 30, 40, 50, 60, 70, 80]);
    await open(panel, 'Distribution');
    assert.deepEqual(await rows(panel), [
      ['Invocations', '2 (20.0 %)', '8 (80.0 %)'],
      ['p50', '450 ms', '45.0 ms'],
      ['p90', '490 ms', '73.0 ms'],
      ['p99', '499 ms', '79.3 ms'],
      ['Longest', '500 ms', '80.0 ms'],
      ['Memory used', '67 of 128 MB (52 %)', '68 of 128 MB (53 %)'],
      ['Failed', '0', '0'],
    ]);
    await panel.page.locator('distribution-chart canvas').waitFor();
  },
);

panelTest('the cost follows what is billed, the architecture and the invocations a month', async (panel) => {
  // 1 s of 128 MB is 0.125 GB-s: $0.0000020833 at x86_64's price, and $0.0000002 for the request.
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 1000 }));
  await open(panel, 'Cost');
  const costs = async (): Promise<Record<string, string>> => Object.fromEntries(await rows(panel));
  assert.deepEqual(await costs(), {
    'A month of 1,000,000': '$2.28',
    'The same, beyond what is free each month': '$0.00',
    'A million': '$2.28',
    'One, on average': '$0.0000023',
    'One cold start': '–',
    'One warm start': '$0.0000023',
    'These 1': '$0.0000023',
  });
  await panel.page.getByLabel('Invocations a month').fill('10000000');
  // 1,250,000 GB-s less 400,000, and 9 of 10 million requests.
  assert.equal((await costs())['A month of 10,000,000'], '$22.83');
  assert.equal((await costs())['The same, beyond what is free each month'], '$15.97');
  await panel.page.getByLabel('Architecture').selectOption('arm64');
  assert.equal((await costs())['A month of 10,000,000'], '$18.67');
});

const history: FunctionHistory = {
  groups: [
    {
      code: 'deployed 2',
      version: '$LATEST',
      deployedAt: noon,
      codeSha256: 'abc=',
      memorySizeMB: 128,
      maxMemoryUsedMB: 61,
      firstAt: noon + 5,
      lastAt: noon + 9,
      invocations: 1234,
      failed: 2,
      cold: { count: 30, p50: 260, p90: 300, p99: 310 },
      warm: { count: 1204, p50: 12, p90: 20, p99: 41 },
    },
    {
      code: 'version 7',
      version: '7',
      firstAt: 1,
      lastAt: 2,
      invocations: 30,
      failed: 0,
      cold: { count: 30, p50: 200, p90: 210, p99: 220 },
    },
  ],
  change: {
    cold: {
      before: { count: 30, medianMs: 200 },
      after: { count: 30, medianMs: 260 },
      differenceMs: 60,
      lowMs: 51,
      highMs: 68,
    },
  },
};

panelTest('the history is asked for when it is looked at, and again after an invocation', async (panel) => {
  const asked = async (): Promise<number> => (await panel.posted()).filter(({ type }) => type === 'history').length;
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 5 }));
  assert.equal(await asked(), 0);
  await open(panel, 'History');
  assert.equal(await asked(), 1);
  await panel.page.getByText('Reading what was kept').waitFor();
  await panel.log(eventsOf({ number: 2, at: noon, durationMs: 5 }));
  assert.equal(await asked(), 1); // the first is not yet answered
  await panel.send({ type: 'history', history });
  assert.equal(await asked(), 2);
  await panel.page.getByText('Cold starts have become slower by 60.0 ms (95 % interval +51.0 ms to +68.0 ms').waitFor();
  await panel.page.getByText('Warm starts: too few to compare the newest two').waitFor();
  assert.deepEqual(await rows(panel), [
    [
      'Deployed 4 May 2026, 12:00',
      '61 / 128 MB',
      '1,234 (2 failed)',
      '260 ms, 300 ms, 310 ms',
      '12.0 ms, 20.0 ms, 41.0 ms',
    ],
    ['Version 7', '–', '30', '200 ms, 210 ms, 220 ms', '–'],
  ]);
});

panelTest('what chance may explain is not called a change', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 5 }));
  await open(panel, 'History');
  const cold = { ...history.change.cold, differenceMs: -3, lowMs: -9, highMs: 4 } as NonNullable<
    FunctionHistory['change']['cold']
  >;
  await panel.send({ type: 'history', history: { ...history, change: { cold } } });
  await panel.page
    .getByText('Cold starts: no change that chance would not explain (95 % interval −9.00 ms to +4.00 ms')
    .waitFor();
});

panelTest('tabs go by arrow keys, and the one that was open stays', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 5 }));
  await panel.page.getByRole('tab', { name: 'Invocations' }).focus();
  await panel.page.keyboard.press('ArrowRight');
  assert.equal(
    await panel.page
      .getByRole('tab', { selected: true })
      .textContent()
      .then((text) => text?.trim()),
    'Distribution',
  );
  await panel.page.keyboard.press('ArrowLeft');
  await panel.page.keyboard.press('ArrowLeft');
  assert.equal(await panel.page.evaluate(() => document.activeElement?.id), 'tab-history');
  await panel.page.locator(`[role=tabpanel][aria-labelledby=tab-history]`).waitFor();
});

panelTest('any two groups of what is kept are chosen and seen side by side, in words', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 5 }));
  await open(panel, 'History');
  const kept = keptTimings().filter(({ memorySizeMB }) => memorySizeMB === 128);
  await panel.send({ type: 'history', history: historyOf(kept, { region: 'eu-central-1' }) });
  const table = async (): Promise<Record<string, string[]>> =>
    Object.fromEntries(
      await panel.page.locator('.comparison-table tbody tr').evaluateAll((all) =>
        all.map((row) => {
          const [what = '', ...cells] = [...row.children].map((cell) => cell.textContent.trim());
          return [what, cells];
        }),
      ),
    );
  const { 'Cold p50': coldStarts, 'Warm p50': warmStarts } = await table();
  assert.match(coldStarts?.[2] ?? '', /^\d\d % slower \(95 %: \d\d to \d\d %\)$/);
  assert.match(warmStarts?.[2] ?? '', /^no difference that chance would not explain \(95 %: −[\d.]+ to \+[\d.]+ %\)$/);
  await panel.page.getByText('Prices of eu-central-1, 2024-08 (AWS Pricing Calculator, lambda.json).').waitFor();
  await panel.page.locator('distribution-chart canvas').waitFor();

  const first = panel.page.getByRole('group', { name: 'First' });
  await first.getByLabel('Code').selectOption({ label: 'any' });
  const choice = async () => {
    const question = (await panel.posted()).findLast(({ type }) => type === 'history');
    return question?.type === 'history' ? question.choice : undefined;
  };
  const after = { code: `deployed ${noon}`, memorySizeMB: 128, architecture: 'x86_64' };
  assert.deepEqual(await choice(), {
    before: { memorySizeMB: 128, architecture: 'x86_64' },
    after,
    region: 'us-east-1',
  });
  await panel.send({
    type: 'history',
    history: historyOf(kept, { before: { architecture: 'arm64' }, after: {}, region: 'us-east-1' }),
  });
  await panel.page.getByText('Nothing is kept that fits the first choice.').waitFor();
});

panelTest('of two choices made in a row, none is lost before the host has answered', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 5 }));
  await open(panel, 'History');
  const history = historyOf(keptTimings(), { region: 'us-east-1' });
  await panel.send({ type: 'history', history });
  const second = panel.page.getByRole('group', { name: 'Second' });
  await second.getByLabel('Code').selectOption({ label: 'any' });
  await second.getByLabel('Memory').selectOption('256 MB');
  await second.getByLabel('Architecture').selectOption('any');
  await panel.send({ type: 'history', history });
  const question = (await panel.posted()).findLast(({ type }) => type === 'history');
  assert.deepEqual(question?.type === 'history' && question.choice?.after, { memorySizeMB: 256 });
});

panelTest(
  'the cost is of the region and the architecture that the function has, until others are chosen',
  async (panel) => {
    await panel.log(eventsOf({ number: 1, at: noon, durationMs: 1000 }));
    const configuration = { functionName: 'resize-image', region: 'eu-south-1', architecture: 'arm64' } as const;
    await panel.send({ type: 'configuration', configuration });
    await open(panel, 'Cost');
    const million = async (): Promise<string | undefined> => Object.fromEntries(await rows(panel))['A million'];
    // 0.125 GB-s at $0.0000156138, and $0.00000023 for the request.
    assert.equal(await million(), '$2.18');
    await panel.page.getByText('Prices of eu-south-1, 2024-08').waitFor();
    await panel.page.getByLabel('Region').selectOption('us-east-1');
    assert.equal(await million(), '$1.87');
    await panel.page.getByLabel('Region').selectOption('');
    await panel.send({ type: 'configuration', configuration: { ...configuration, region: 'xx-north-1', ephemeralStorageMB: 10_240 } }); // prettier-ignore
    // With 9.5 GB-s of storage at $0.0000000309.
    assert.equal(await million(), '$2.16');
    await panel.page
      .getByText('Prices of us-east-1, 2026-09 (AWS Price List, offer AWSLambda): none are known for xx-north-1.')
      .waitFor();
    await panel.page.getByText('With 10,240 MB of ephemeral storage, of which 512 are free.').waitFor();
  },
);

panelTest(
  'provisioned concurrency has prices of its own: of what is kept ready, and of what that answers',
  async (panel) => {
    await panel.log(eventsOf({ number: 1, at: noon, durationMs: 1000 }));
    const provisioned = [{ qualifier: 'live', version: '$LATEST', count: 2, memorySizeMB: 512, architecture: 'x86_64' as const }]; // prettier-ignore
    const configuration = { functionName: 'resize-image', region: 'eu-west-1', architecture: 'x86_64' as const };
    await panel.send({ type: 'configuration', configuration: { ...configuration, provisioned } });
    await open(panel, 'Cost');
    const costs = Object.fromEntries(await rows(panel));
    // 0.125 GB-s at $0.0000108407, and $0.0000002 for the request, nothing of it free; 2,628,000 GB-s at $0.000004646.
    assert.equal(costs['A month of 1,000,000'], '$1.56');
    assert.equal(costs['The same, beyond what is free each month'], '$1.56');
    assert.equal(costs['Kept ready, each month (live: 2 × 512 MB)'], '$12.21');
    assert.equal(costs['Month and what is kept ready'], '$13.76');
    await panel.page.getByText('Its prices are of 2024-08 (AWS Pricing Calculator, lambda.json).').waitFor();
  },
);

panelTest('memory sizes are told apart by time and cost', async (panel) => {
  await panel.log(eventsOf({ number: 1, at: noon, durationMs: 5 }));
  await open(panel, 'Cost');
  await panel.send({ type: 'history', history: historyOf(keptTimings(), { region: 'us-east-1' }) });
  const verdicts = await panel.page.locator('.sizes-table tbody td:last-child').allTextContents();
  assert.deepEqual(verdicts, ['cheapest', 'fastest']);
});
