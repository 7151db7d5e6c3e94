import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkPayload } from '../../../src/invoke/check-payload.ts';

it('a payload that is not JSON is refused with its place', () => {
  const wrong: [payload: string, says: RegExp][] = [
    ['{"a":1,}', /line 1, column 8: Expected double-quoted property name\. Correct it/],
    ['{\n "a": tru\n}', /line 2, column 7: Unexpected token/],
    ['', /line 1, column 1: Unexpected end of JSON input/],
    ['{"a":1} x', /line 1, column 9/],
  ];
  for (const [payload, message] of wrong)
    assert.throws(() => checkPayload(payload, 'sync'), { code: 'PayloadNotJson', message });
  for (const payload of ['{}', '[]', 'null', '"text"', '1']) checkPayload(payload, 'sync');
});

it('a payload over the quota is refused, counted in bytes', () => {
  const ofBytes = (bytes: number): string => `"${'é'.repeat((bytes - 2) / 2)}"`;
  checkPayload(ofBytes(6_291_456), 'sync');
  assert.throws(() => checkPayload(ofBytes(6_291_458), 'sync'), { code: 'PayloadTooLarge', message: /takes 6291456/ });
  assert.throws(() => checkPayload(ofBytes(1_048_578), 'async'), { code: 'PayloadTooLarge', message: /takes 1048576/ });
});
