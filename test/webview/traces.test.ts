import assert from 'node:assert/strict';
import { panelTests } from './panel-test.ts';

const panelTest = panelTests();
const traceId = '1-5e34a614-10bd0e5b1fb44f07bc535a10';
const requestId = '00000001-0000-4000-8000-000000000000';
const reportOf = `REPORT RequestId: ${requestId}\tDuration: 2 ms\t\nXRAY TraceId: ${traceId}\tSegmentId: 07f5\tSampled: true\t`;
const record = { requestId, metrics: { durationMs: 2 }, tracing: { type: 'X-Amzn-Trace-Id', value: `Root=${traceId};Sampled=1` } }; // prettier-ignore
const json = JSON.stringify({ type: 'platform.report', record });
const written = `Root=${traceId};Parent=53995c3f42cd8ad8, of 1-zzzzzzzz and ${traceId}0`;

const lines = [reportOf, json, written].map((message, at) => ({
  key: at + 1,
  timestamp: at,
  message,
  logStream: 's',
  functionName: 'store-order',
  source: at < 2 ? ('platform' as const) : ('function' as const),
}));

panelTest('on AWS a trace id in any line leads to its trace, with the function whose line it is', async (panel) => {
  await panel.start(1000, ['resize-image', 'store-order'], '', true);
  await panel.send({ type: 'append', lines, invocations: [] });
  const links = panel.page.getByRole('button', { name: `Open the trace ${traceId} in X-Ray` });
  assert.deepEqual(await links.allTextContents(), [traceId, 'X-Ray trace', traceId]);
  for (let at = 0; at < 3; at += 1) {
    await links.nth(at).click();
    assert.deepEqual((await panel.posted()).at(-1), { type: 'trace', traceId, functionName: 'store-order' });
  }
});

panelTest('where nothing is sent to X-Ray, no link leads nowhere, and Lambda’s own lines say so', async (panel) => {
  await panel.send({ type: 'append', lines, invocations: [] });
  assert.equal(await panel.page.getByRole('button', { name: /trace/i }).count(), 0);
  const words = await panel.page.locator('.log-row.line').allInnerTexts();
  const says = words.map((each) => each.includes('(this target sends no traces to X-Ray)'));
  assert.deepEqual(says, [true, true, false]);
});
