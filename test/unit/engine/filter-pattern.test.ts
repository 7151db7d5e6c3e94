import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileFilterPattern } from '../../../src/engine/logs-api/filter-pattern.ts';

const event = JSON.stringify({
  level: 'ERROR',
  status: 404,
  text: '404',
  ip: '123.123.1.2',
  retry: false,
  nothing: null,
  'odd key': 'x',
  items: [{ id: 1 }, { id: 2, tags: ['a', 'b'] }],
  record: { metrics: { durationMs: 12.5 } },
});

describe('a filter pattern for JSON', () => {
  const matching = [
    '{ $.level = "ERROR" }',
    '{$.level=ERROR}',
    '{ $.level != "INFO" }',
    '{ $.level = "E*R" }',
    '{ $.level = * }',
    '{ $.ip = 123.123.* }',
    '{ $.level = %^ERR% }',
    '{ $.status = 404 }',
    '{ $.status = 4.04e2 }',
    '{ $.text = 404 }',
    '{ $.status >= 404 }',
    '{ $.record.metrics.durationMs > 12 }',
    '{ $.items[1].id = 2 }',
    '{ $.items[*].id = 2 }',
    '{ $.items[1].tags[0] = "a" }',
    "{ $.['odd key'] = x }",
    '{ $["odd key"] = x }',
    '{ $.nothing IS NULL }',
    '{ $.retry IS FALSE }',
    '{ $.missing NOT EXISTS }',
    '{ $.level = INFO || $.status = 404 }',
    '{ ($.level = ERROR) && ($.status > 400) }',
    '{ $.level = ERROR || $.level = INFO && $.status = 1 }',
  ];
  for (const pattern of matching) {
    it(`${pattern} finds what fits`, () => assert.equal(compileFilterPattern(pattern)(event), true));
  }

  const others = [
    '{ $.level = "INFO" }',
    '{ $.level != "E*" }',
    '{ $.level = "E.R" }',
    '{ $.missing != 1 }',
    '{ $.missing = * }',
    '{ $.text > 1 }',
    '{ $.items[2].id = 2 }',
    '{ $.retry IS TRUE }',
    '{ $.missing IS NULL }',
    '{ $.level NOT EXISTS }',
    '{ ($.level = ERROR || $.level = INFO) && $.status = 1 }',
    '{ $.constructor = * }',
  ];
  for (const pattern of others) {
    it(`${pattern} leaves out what does not fit`, () => assert.equal(compileFilterPattern(pattern)(event), false));
  }

  it('finds nothing in text', () => {
    const matches = compileFilterPattern('{ $.level NOT EXISTS }');
    assert.deepEqual(['plain', '{broken', '"level"', '{}'].map(matches), [false, false, false, true]);
  });

  it('is refused where it says nothing', () => {
    const broken = [
      '{ $.a = 1', '{ }', '{ $.a }', '{ $.a = }', '{ $.a IS MAYBE }', '{ ($.a = 1 }', '{ $.a = 1 $.b = 2 }', '{ a = 1 }',
      '{ $.a > "x" }', '{ $.a = %(% }', '{ $.a = 1 && }',
    ]; // prettier-ignore
    for (const pattern of broken)
      assert.throws(() => compileFilterPattern(pattern), /Invalid filter pattern: /, pattern);
  });
});
