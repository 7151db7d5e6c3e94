import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePlatformLine } from '../../../src/observe/parse-report.ts';

const id = '5dcb9a5a-7d5c-4b47-9d1a-1f0f0c1e2d3b';
const report = (rest: string): string => `REPORT RequestId: ${id}\t${rest}\n`;
const warm = 'Duration: 1.25 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB';
const warmFigures = { durationMs: 1.25, billedDurationMs: 2, memorySizeMB: 128, maxMemoryUsedMB: 64 };

/** As AWS's documentation and services write them. */
const reports: [title: string, line: string, expected: object][] = [
  ['a warm invocation', report(`${warm}\t`), { figures: warmFigures }],
  [
    'a cold start',
    report(`${warm}\tInit Duration: 158.92 ms\t`),
    { figures: { ...warmFigures, initDurationMs: 158.92 } },
  ],
  [
    'a restored snapshot',
    report(`${warm}\tRestore Duration: 301.47 ms\tBilled Restore Duration: 32 ms\t`),
    { figures: { ...warmFigures, restoreDurationMs: 301.47 } },
  ],
  ['a timeout', report(`${warm}\tStatus: timeout`), { figures: warmFigures, status: 'timeout' }],
  [
    'an error',
    report(`${warm}\tStatus: error\tError Type: Runtime.ExitError`),
    { figures: warmFigures, status: 'error', errorType: 'Runtime.ExitError' },
  ],
  [
    'a traced invocation',
    `${report(`${warm}\t`)}XRAY TraceId: 1-5e34a614-10bdxmplf1fb44f07bc535a1\tSegmentId: 07f5xmpl2d1f6f85\tSampled: true\t`,
    { figures: warmFigures },
  ],
  ['figures that are missing', report('Duration: 3.00 ms'), { figures: { durationMs: 3 } }],
  ['figures that are no numbers', report('Duration: NaN ms\tBilled Duration: - ms\tMemory Size: MB'), { figures: {} }],
];

describe('a REPORT line', () => {
  for (const [title, line, expected] of reports) {
    it(`of ${title}`, () => assert.deepEqual(parsePlatformLine(line), { kind: 'report', requestId: id, ...expected }));
  }

  it('in JSON', () => {
    const metrics = {
      durationMs: 12.5,
      billedDurationMs: 13,
      memorySizeMB: 256,
      maxMemoryUsedMB: 70,
      initDurationMs: 99.1,
    };
    const line = JSON.stringify({
      time: '2026-01-01T00:00:00Z',
      type: 'platform.report',
      record: { requestId: id, metrics, status: 'success' },
    });
    assert.deepEqual(parsePlatformLine(line), { kind: 'report', requestId: id, figures: metrics });
    const failed = line.replace('"success"', '"timeout"').replace('12.5', '"12.5"');
    const { durationMs: _, ...others } = metrics;
    assert.deepEqual(parsePlatformLine(failed), { kind: 'report', requestId: id, figures: others, status: 'timeout' });
  });
});

describe('other lines', () => {
  it('of the platform are known', () => {
    assert.deepEqual(parsePlatformLine(`START RequestId: ${id} Version: $LATEST\n`), {
      kind: 'start',
      requestId: id,
      version: '$LATEST',
    });
    assert.deepEqual(parsePlatformLine(`END RequestId: ${id}\n`), { kind: 'end', requestId: id });
    assert.equal(parsePlatformLine('INIT_START Runtime Version: nodejs:24.v1\t')?.kind, 'init-start');
    assert.deepEqual(parsePlatformLine('INIT_REPORT Init Duration: 9999.99 ms\tPhase: init\tStatus: timeout\n'), {
      kind: 'init-report',
      status: 'timeout',
    });
  });

  it("that look alike are the function's own", () => {
    for (const line of [
      'REPORT of sales',
      'START RequestId: 1',
      'ENDING',
      `the END RequestId: ${id}`,
      '{"type":"order"}',
      '{"type":"platform.',
      '',
    ])
      assert.equal(parsePlatformLine(line), undefined, line);
  });

  it('never throw and never invent a number, whatever they hold', () => {
    // A linear congruential generator: the same garbage each time.
    let seed = 20260101;
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed % below;
    };
    const pieces = ['REPORT RequestId: ', id, '\t', 'Duration: ', '1e999', '-5', ' ms', ' MB', '{"type":"platform.report","record":', 'null}', '{', '}', '"', 'Status: ', '\u0000', '🙂', 'Init Duration: 7 ms', '\n', 'START ', 'END ']; // prettier-ignore
    for (let round = 0; round < 20_000; round += 1) {
      const line = Array.from({ length: next(9) }, () => pieces[next(pieces.length)]).join('');
      const parsed = parsePlatformLine(line);
      if (parsed?.kind !== 'report') continue;
      for (const value of Object.values(parsed.figures)) {
        assert.ok(Number.isFinite(value) && value >= 0, line);
        assert.ok(line.includes(String(value)), line);
      }
    }
  });
});
