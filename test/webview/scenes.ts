import { historyOf, type PlacedTiming } from '../../src/observe/history-groups.ts';
import type { PanelResult } from '../../src/protocol/panel.ts';
import { seeded } from '../seeded.ts';
import { eventsOf, requestIdOf } from './log-events.ts';
import type { PanelPage } from './panel-page.ts';

const noon = new Date(2026, 4, 4, 12, 0, 0).getTime();
const result: PanelResult = {
  requestId: requestIdOf(24),
  failed: false,
  summary: 'resize-image: 200 · 48.2 ms · 61 MB of 128 MB',
  body: '{\n  "statusCode": 200,\n  "body": "{\\"resized\\":true,\\"width\\":640,\\"height\\":480}"\n}',
};

/** A function at work: two environments, cold starts at first, one invocation that still runs. */
export async function showLive(panel: PanelPage): Promise<void> {
  const streams = ['2026/05/04/[$LATEST]aa', '2026/05/04/[$LATEST]bb'];
  for (let number = 1; number <= 24; number += 1) {
    const cold = number <= 2 || number === 15;
    await panel.log(
      eventsOf({
        number,
        at: noon + number * 2350,
        durationMs: 34 + ((number * 37) % 53) + (cold ? 90 : 0),
        stream: streams[number % 2] ?? '',
        ...(cold && { initMs: 142 + number * 7.3 }),
        lines: [
          `2026-05-04T12:00:${String(number).padStart(2, '0')}.113Z\t${requestIdOf(number)}\tINFO\tresizing photos/${number}.jpg to 640 × 480`,
          `2026-05-04T12:00:${String(number).padStart(2, '0')}.151Z\t${requestIdOf(number)}\tWARN\tno EXIF orientation, taking 1`,
        ],
      }),
    );
  }
  await panel.send({ type: 'result', result });
  await panel.log(
    eventsOf({ number: 25, at: noon + 60_000, durationMs: 900, unfinished: true, lines: ['resizing photos/25.jpg'] }),
  );
}

/** Invocations that were refused: beside others, in a minute without any, and after the last. */
export async function showThrottled(panel: PanelPage): Promise<void> {
  await showLive(panel);
  for (let number = 26; number <= 32; number += 1)
    await panel.log(eventsOf({ number, at: noon + number * 7000, durationMs: 30 + ((number * 37) % 53) }));
  const of = { functionName: 'resize-image', periodMs: 60_000 };
  await panel.send({
    type: 'throttles',
    throttles: [
      { ...of, time: noon, count: 7 },
      { ...of, time: noon + 120_000, count: 1 },
      { ...of, time: noon + 180_000, count: 12 },
      { ...of, time: noon + 240_000, count: 1250 },
    ],
  });
}

/** What goes wrong: a handler that throws, a timeout, a crash, and a tail that had to reconnect. */
export async function showErrors(panel: PanelPage): Promise<void> {
  await panel.log(
    eventsOf({ number: 1, at: noon, durationMs: 120, initMs: 180, lines: ['connecting to the database'] }),
  );
  await panel.log(
    eventsOf({
      number: 2,
      at: noon + 2000,
      durationMs: 41,
      lines: [
        `2026-05-04T12:00:02.000Z\t${requestIdOf(2)}\tERROR\tInvoke Error \t` +
          '{"errorType":"TypeError","errorMessage":"Cannot read properties of undefined (reading \'width\')",' +
          '"stack":["TypeError: Cannot read properties of undefined (reading \'width\')","    at handler (file:///var/task/index.mjs:14:31)"]}',
      ],
    }),
  );
  await panel.log(eventsOf({ number: 3, at: noon + 4000, durationMs: 46, lines: ['ok again'] }));
  await panel.log(
    eventsOf({
      number: 4,
      at: noon + 6000,
      durationMs: 1000,
      outcome: 'Status: timeout',
      lines: [`2026-05-04T12:00:07.000Z ${requestIdOf(4)} Task timed out after 1.00 seconds`],
    }),
  );
  await panel.log(
    eventsOf({
      number: 5,
      at: noon + 9000,
      durationMs: 62,
      initMs: 171,
      outcome: 'Status: error\tError Type: Runtime.ExitError',
      lines: [`RequestId: ${requestIdOf(5)} Error: Runtime exited with error: exit status 1`],
    }),
  );
  await panel.send({
    type: 'result',
    result: {
      requestId: requestIdOf(5),
      failed: true,
      summary: 'resize-image: Unhandled · Runtime.ExitError · 62 ms',
      body: '{\n  "errorType": "Runtime.ExitError",\n  "errorMessage": "Runtime exited with error: exit status 1"\n}',
    },
  });
  await panel.send({ type: 'tail', status: { state: 'reconnecting' } });
}

const showTab = async (panel: PanelPage, tab: string): Promise<void> => {
  await showLive(panel);
  // By its id, so that it is found in every language.
  await panel.page.locator(`#tab-${tab.toLowerCase()}`).click();
};

export const showDistribution = (panel: PanelPage): Promise<void> => showTab(panel, 'Distribution');
export const showCost = (panel: PanelPage): Promise<void> => showTab(panel, 'Cost');

/** A version that environments are kept ready for. */
export async function showProvisioned(panel: PanelPage): Promise<void> {
  await showCost(panel);
  const each = { architecture: 'arm64', memorySizeMB: 512 } as const;
  const configuration = {
    functionName: 'resize-image',
    region: 'eu-central-1',
    architecture: 'arm64' as const,
    provisioned: [
      { ...each, qualifier: 'live', version: '12', count: 5 },
      { ...each, qualifier: '11', version: '11', count: 1 },
    ],
  };
  await panel.send({ type: 'configuration', configuration });
}

/** A report with its trace where traces can be opened, and a record of JSON that names one. */
export async function showTraces(panel: PanelPage): Promise<void> {
  await panel.start(1000, ['resize-image'], '', true);
  const traceId = '1-5e34a614-10bd0e5b1fb44f07bc535a10';
  const requestId = '00000001-0000-4000-8000-000000000000';
  const messages = [
    `START RequestId: ${requestId} Version: $LATEST\n`,
    JSON.stringify({ level: 'INFO', message: 'order accepted', xray_trace_id: traceId }),
    `REPORT RequestId: ${requestId}\tDuration: 12.00 ms\tBilled Duration: 12 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t\nXRAY TraceId: ${traceId}\tSegmentId: 07f5\tSampled: true\t\n`,
  ];
  await panel.log(messages.map((message, at) => ({ timestamp: at, message, logStream: 's' })));
}

/** What is kept of a function: a deployment that made cold starts slower, and two memory sizes on two architectures. */
export function keptTimings(): PlacedTiming[] {
  const next = seeded(7);
  const group = (change: Partial<PlacedTiming>, cold: number, warm: number, count: number): PlacedTiming[] =>
    Array.from({ length: count }, (_, at): PlacedTiming => {
      const isCold = at % 12 === 0;
      const totalMs = (isCold ? cold : warm) * (0.8 + 0.5 * next());
      const kept = { version: '$LATEST', cold: isCold, failed: at % 97 === 96, totalMs, billedMs: Math.ceil(totalMs) };
      const memory = { memorySizeMB: 128, maxMemoryUsedMB: 60 + Math.round(8 * next()) };
      return { at: (change.deployedAt ?? noon) + at, ...kept, ...memory, architecture: 'x86_64', ...change };
    });
  return [
    ...group({ deployedAt: noon - 86_400_000, codeSha256: 'old=' }, 201, 47, 1400),
    ...group({ deployedAt: noon, codeSha256: 'new=', memorySizeMB: 256, architecture: 'arm64' }, 190, 26, 40),
    ...group({ deployedAt: noon, codeSha256: 'new=' }, 262, 47, 600),
  ];
}

/** A deployment that made cold starts slower. */
export async function showHistory(panel: PanelPage): Promise<void> {
  await showTab(panel, 'History');
  await panel.send({
    type: 'history',
    history: historyOf(
      keptTimings().filter(({ memorySizeMB }) => memorySizeMB === 128),
      { region: 'eu-central-1' },
    ),
  });
}

/** Two memory sizes side by side, in a region whose prices nobody knows. */
export async function showComparison(panel: PanelPage): Promise<void> {
  await showTab(panel, 'History');
  const choice = { before: { memorySizeMB: 128 }, after: { memorySizeMB: 256 }, region: 'xx-north-1' };
  await panel.send({ type: 'history', history: historyOf(keptTimings(), choice) });
  await panel.page.locator('.comparison-table').scrollIntoViewIfNeeded();
}

/** What memory sizes cost, and where no prices are known. */
export async function showSizes(panel: PanelPage): Promise<void> {
  await showTab(panel, 'Cost');
  const configuration = { functionName: 'resize-image', region: 'xx-north-1', ephemeralStorageMB: 2048 } as const;
  await panel.send({ type: 'configuration', configuration: { ...configuration, architecture: 'arm64' } });
  await panel.send({ type: 'history', history: historyOf(keptTimings(), { region: 'xx-north-1' }) });
  await panel.page.locator('.sizes-table').scrollIntoViewIfNeeded();
}

/** Loggers that write JSON, and an error that nobody caught. */
export async function showJson(panel: PanelPage): Promise<void> {
  const json = (level: string, message: string, more: object = {}): string =>
    JSON.stringify({ timestamp: '2026-05-04T12:00:00.100Z', level, requestId: requestIdOf(1), message, ...more });
  await panel.log(
    eventsOf({
      number: 1,
      at: noon,
      durationMs: 120,
      initMs: 180,
      lines: [
        json('DEBUG', 'cache is empty'),
        json('INFO', 'order accepted', {
          order: { id: 4711, items: [{ sku: 'A-1', count: 2 }], note: null },
          ms: 12.5,
        }),
        json('WARN', 'slow answer of the payment service', { elapsedMs: 2140 }),
        `2026-05-04T12:00:00.110Z\t${requestIdOf(1)}\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"order is undefined","stack":["TypeError: order is undefined","    at run (/var/task/index.mjs:3:9)"]}`,
      ],
    }),
  );
  await panel.page.getByRole('button', { name: 'order accepted' }).click();
  await panel.page.getByRole('button', { name: 'TypeError: order is undefined' }).click();
}

/** Lambda's own records in JSON, and members of the function's objects as columns. */
export async function showColumns(panel: PanelPage): Promise<void> {
  const requestId = requestIdOf(1);
  const lines = [
    { type: 'platform.initStart', record: { runtimeVersion: 'nodejs:24.v12', phase: 'init' } },
    { type: 'platform.start', record: { requestId, version: '$LATEST' } },
    { level: 'INFO', message: 'order accepted', orderId: 4711, customer: { country: 'AT', city: 'Wien' } },
    { level: 'WARN', message: 'slow answer of the payment service', orderId: 4711, elapsedMs: 2140 },
    { level: 'ERROR', message: 'payment refused', orderId: 4712, customer: { country: 'Liechtenstein' } },
    {
      type: 'platform.report',
      record: {
        requestId,
        metrics: { durationMs: 2210.4, billedDurationMs: 2391, memorySizeMB: 256, maxMemoryUsedMB: 88, initDurationMs: 180.2 },
        status: 'success',
      },
    },
  ]; // prettier-ignore
  await panel.log(
    lines.map((line, index) => ({
      timestamp: noon + index * 400,
      logStream: 's',
      message: `${JSON.stringify({ timestamp: new Date(noon + index * 400).toISOString(), ...line })}\n`,
    })),
  );
  const menu = panel.page.locator('.column-menu');
  await menu.locator('summary').click();
  await menu.getByRole('checkbox', { name: 'orderId' }).click();
  await menu.getByRole('checkbox', { name: 'customer.country' }).click();
}

/** Colours as programs print them, and stack traces, folded and open. */
export async function showColours(panel: PanelPage): Promise<void> {
  const palette = (first: number): string =>
    Array.from({ length: 8 }, (_, index) => `\x1b[${first + index}m ${first + index} \x1b[0m`).join('');
  const node = (what: string): string =>
    `${what}\n    at query (/var/task/db.mjs:31:9)\n    at async handler (/var/task/index.mjs:8:16)\n    at async run (node:internal/x:1:1)`;
  await panel.log(
    eventsOf({
      number: 1,
      at: noon,
      durationMs: 120,
      lines: [
        `${palette(30)}${palette(90)}`,
        `${palette(40)}${palette(100)}`,
        '\x1b[1mbold\x1b[0m \x1b[2mdim\x1b[0m \x1b[3mitalic\x1b[0m \x1b[4munderlined\x1b[0m \x1b[9mstruck\x1b[0m \x1b[7m inverse \x1b[0m',
        '\x1b[38;5;208morange of 256\x1b[0m \x1b[38;2;120;80;220mviolet\x1b[0m \x1b[48;5;22m green ground \x1b[0m',
        node('Error: no such table: orders'),
        node('TypeError: order is undefined'),
      ],
    }),
  );
  await panel.page.getByRole('button', { name: 'TypeError: order' }).click();
}

const several = ['resize-image', 'store-order', 'a-function-with-a-name-of-many-words-that-goes-on'];

/** Three functions in one panel, in each other's time. */
export async function showSeveral(panel: PanelPage): Promise<void> {
  await panel.start(1000, several);
  for (let number = 1; number <= 9; number += 1) {
    const functionName = several[number % 3] ?? '';
    const script = {
      number,
      at: noon + number * 1200,
      durationMs: 30 + number * 4,
      lines: [`begins for ${functionName}`, 'ends'],
    };
    const events = eventsOf(number <= 3 ? { ...script, initMs: 120 + number } : script);
    await panel.log(events.map((event) => ({ ...event, functionName, logStream: functionName })));
  }
}

/** A log of which the service sends only what matches, and a Java trace line by line. */
export async function showFiltered(panel: PanelPage): Promise<void> {
  await panel.start(1000, ['resize-image'], '?ERROR ?"Task timed out"');
  await panel.log(
    eventsOf({
      number: 1,
      at: noon,
      durationMs: 90,
      lines: [
        'java.lang.IllegalStateException: no order 4711',
        '\tat shop.Orders.find(Orders.java:31)',
        '\tat shop.Handler.handleRequest(Handler.java:12)',
        'Caused by: java.sql.SQLException: no such table',
        '\t... 2 more',
      ],
    }),
  );
  await panel.page.getByRole('button', { name: 'IllegalStateException' }).click();
}

/** A pattern that the service does not take. */
export async function showRefused(panel: PanelPage): Promise<void> {
  await panel.start(1000, ['resize-image'], '[ip, user');
  const detail = 'Invalid filter pattern: the bracket that opens at 1 is not closed.';
  await panel.send({ type: 'tail', status: { state: 'stopped', detail } });
}
