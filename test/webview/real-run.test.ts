// Five hundred invocations of a real function on the local Lambda: what the panel says of each is what the engine measured.
import assert from 'node:assert/strict';
import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { createNodeFunction } from '../contract/create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from '../contract/engine-process.ts';
import { quantile } from '../../src/observe/quantile.ts';
import type { LogEvent } from '../../src/observe/timing.ts';
import { milliseconds } from '../../webview/format.ts';
import { panelTests } from './panel-test.ts';

const invocations = 500;
const atOnce = 4;
const isToFail = (number: number): boolean => number % 25 === 7;
const source = `
export const handler = async ({ number, fail }) => {
  console.log('event', number);
  await new Promise((resolve) => setTimeout(resolve, number % 7));
  if (fail) throw new TypeError('number ' + number);
  return number;
};`;

/** What the engine answered with the invocation itself, ms and MB. */
interface Measured {
  readonly durationMs: number;
  readonly billedMs: number;
  readonly initMs: number | undefined;
  readonly usedMB: number;
  readonly failed: boolean;
}

async function invokeAll({ lambda }: Clients, name: string): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured>();
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < invocations) {
      next += 1;
      const Payload = JSON.stringify({ number: next, fail: isToFail(next) });
      const answer = await lambda.send(new InvokeCommand({ FunctionName: name, LogType: 'Tail', Payload }));
      const tail = Buffer.from(answer.LogResult ?? '', 'base64').toString();
      const [, requestId = '', duration, billed, used, init] =
        /^REPORT RequestId: (\S+)\tDuration: (\S+) ms\tBilled Duration: (\d+) ms\tMemory Size: 128 MB\tMax Memory Used: (\d+) MB(?:\tInit Duration: (\S+) ms)?/m.exec(
          tail,
        ) ?? [];
      measured.set(requestId, {
        durationMs: Number(duration),
        billedMs: Number(billed),
        initMs: init === undefined ? undefined : Number(init),
        usedMB: Number(used),
        failed: answer.FunctionError !== undefined,
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return measured;
}

async function readLog({ logs }: Clients, logGroupName: string): Promise<LogEvent[]> {
  const found: LogEvent[] = [];
  for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName })) {
    for (const { timestamp = 0, message = '', logStreamName: logStream = '', eventId: id = '' } of page.events ?? [])
      found.push({ timestamp, message, logStream, id });
  }
  return found;
}

const panelTest = panelTests();

panelTest('five hundred real invocations: every number is the one that the engine measured', async (panel) => {
  using data = temporaryFolder();
  const engine = await EngineProcess.start(data.path);
  try {
    const clients = clientsOf(engine.connection);
    await createNodeFunction(clients, 'measured', source, { MemorySize: 128 });
    const measured = await invokeAll(clients, 'measured');
    assert.equal(measured.size, invocations);
    const events = await readLog(clients, '/aws/lambda/measured');

    // The table has the newest 200: what stands in it is taken while the log comes, fewer at a time.
    const shown = new Map<string, string[]>();
    for (let from = 0; from < events.length; from += 400) {
      await panel.log(events.slice(from, from + 400));
      const rows = await panel.page
        .locator('table.timings tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => [
            row.getAttribute('data-request-id') ?? '',
            ...[...row.querySelectorAll('td')].map((cell) => cell.textContent.trim()),
          ]),
        );
      for (const [requestId = '', ...cells] of rows) shown.set(requestId, cells.slice(1, 7));
    }
    const expected = [...measured].map(([requestId, { durationMs, billedMs, initMs, usedMB, failed }]) => [
      requestId,
      [
        initMs === undefined ? 'warm' : 'cold',
        milliseconds(initMs),
        milliseconds(durationMs),
        milliseconds(billedMs),
        `${usedMB} / 128 MB`,
        failed ? 'error · TypeError' : 'ok',
      ],
    ]);
    assert.deepEqual(Object.fromEntries(shown), Object.fromEntries(expected));

    const all = [...measured.values()];
    const cold = all.filter(({ initMs }) => initMs !== undefined);
    const warm = all.filter(({ initMs }) => initMs === undefined);
    const middle = (of: readonly Measured[]): string =>
      milliseconds(
        quantile(
          of.map(({ durationMs, initMs = 0 }) => durationMs + initMs),
          0.5,
        ),
      );
    const billedSeconds = all.reduce((sum, { billedMs }) => sum + billedMs, 0) / 1000;
    const perMillion = ((billedSeconds / invocations) * 0.125 * 0.000_016_666_7 + 0.000_000_2) * 1e6;
    assert.deepEqual(await panel.summary(), [
      `${invocations} invocations`,
      `${cold.length} cold starts`,
      `${middle(cold)} cold p50`,
      `${middle(warm)} warm p50`,
      `$${perMillion.toFixed(2)} per million`,
      `${all.filter(({ failed }) => failed).length} failed`,
    ]);
  } finally {
    await engine.end();
  }
});
