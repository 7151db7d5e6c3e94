import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tracePage } from '../../../src/editor/panel/trace-page.ts';
import { isFromPanel } from '../../../src/protocol/panel.ts';

const id = '1-5e34a614-10bd0e5b1fb44f07bc535a10';

test('a trace has its page in the console of its partition and region', () => {
  const page = (host: string, region: string) => `https://${host}/cloudwatch/home?region=${region}#xray:traces/${id}`;
  assert.equal(tracePage(id, 'eu-west-1'), page('eu-west-1.console.aws.amazon.com', 'eu-west-1'));
  assert.equal(tracePage(id, 'ap-southeast-7'), page('ap-southeast-7.console.aws.amazon.com', 'ap-southeast-7'));
  assert.equal(tracePage(id, 'cn-north-1'), page('cn-north-1.console.amazonaws.cn', 'cn-north-1'));
  assert.equal(tracePage(id, 'us-gov-west-1'), page('us-gov-west-1.console.amazonaws-us-gov.com', 'us-gov-west-1'));
});

test('a region whose console is not known has no page, and what is no region makes no address', () => {
  for (const region of ['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'eusc-de-east-1', 'x.example/', ''])
    assert.equal(tracePage(id, region), undefined, region);
});

test('only ids of traces are taken from the page', () => {
  assert.equal(isFromPanel({ type: 'trace', traceId: id }), true);
  for (const traceId of [undefined, 1, '1-5e34a614', `${id}/../x`, `${id}?a`])
    assert.equal(isFromPanel({ type: 'trace', traceId }), false);
});
