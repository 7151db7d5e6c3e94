import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applicationLine } from '../../../src/engine/sandbox/application-lines.ts';
import { jsonLine } from '../../../src/engine/sandbox/json-platform-lines.ts';
import type { EventStatus, PlatformEvent, Tracing } from '../../../src/engine/sandbox/platform-events.ts';
import { textLine } from '../../../src/engine/sandbox/text-platform-lines.ts';

const init = { initializationType: 'on-demand', phase: 'init' } as const;
const metrics = { durationMs: 3.01, billedDurationMs: 114, memorySizeMB: 128, maxMemoryUsedMB: 36 };
const requestId = 'id';
const outcome = (status: EventStatus) => ({ status, ...(status === 'error' && { errorType: 'Runtime.ExitError' }) });

const initStart: PlatformEvent = {
  type: 'platform.initStart',
  record: { ...init, runtimeVersion: 'nodejs:24', runtimeVersionArn: 'arn', functionName: 'f', functionVersion: '1' },
};
const initReport = (status: EventStatus, more: object = {}): PlatformEvent => ({
  type: 'platform.initReport',
  record: { ...init, ...outcome(status), metrics: { durationMs: 154.03 }, ...more },
});
const report = (status: EventStatus, more: { tracing?: Tracing; initDurationMs?: number } = {}): PlatformEvent => {
  const { initDurationMs, ...others } = more;
  const measured = { ...metrics, ...(initDurationMs !== undefined && { initDurationMs }) };
  return { type: 'platform.report', record: { requestId, ...outcome(status), metrics: measured, ...others } };
};
const subscribed = { name: 'x', state: 'Subscribed', types: ['platform', 'function'] } as const;
const extension = { name: 'x', state: 'Ready', events: ['INVOKE', 'SHUTDOWN'] };

describe('platform lines', () => {
  it('in text are as the service writes them', () => {
    const tracing: Tracing = { type: 'X-Amzn-Trace-Id', value: 'Root=1-2-3;Parent=ab;Sampled=1', spanId: 'ab' };
    const figures = 'Duration: 3.01 ms\tBilled Duration: 114 ms\tMemory Size: 128 MB\tMax Memory Used: 36 MB';
    const lines: readonly (readonly [PlatformEvent, string | undefined])[] = [
      [initStart, 'INIT_START Runtime Version: nodejs:24\tRuntime Version ARN: arn\n'],
      [initReport('success'), undefined],
      [
        initReport('error'),
        'INIT_REPORT Init Duration: 154.03 ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n',
      ],
      [
        initReport('timeout', { phase: 'invoke' }),
        'INIT_REPORT Init Duration: 154.03 ms\tPhase: invoke\tStatus: timeout\n',
      ],
      [report('success', { initDurationMs: 110.1 }), `REPORT RequestId: id\t${figures}\tInit Duration: 110.10 ms\t\n`],
      [report('timeout'), `REPORT RequestId: id\t${figures}\tStatus: timeout\t\n`],
      [
        report('error', { tracing }),
        `REPORT RequestId: id\t${figures}\tStatus: error\tError Type: Runtime.ExitError\t\nXRAY TraceId: 1-2-3\tSegmentId: ab\tSampled: true\t\n`,
      ],
      [{ type: 'platform.runtimeDone', record: { requestId, status: 'success' } }, undefined],
      [
        { type: 'platform.extension', record: extension },
        'EXTENSION\tName: x\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n',
      ],
      [
        { type: 'platform.logsSubscription', record: subscribed },
        'LOGS\tName: x\tState: Subscribed\tTypes: [Platform, Function]\n',
      ],
    ];
    for (const [event, line] of lines) assert.equal(textLine(event), line);
  });

  it('in JSON have the level that the service gives them', () => {
    const provisioned = { initializationType: 'provisioned-concurrency' };
    const runtimeDone = (status: EventStatus): PlatformEvent => ({
      type: 'platform.runtimeDone',
      record: { requestId, ...outcome(status) },
    });
    const levels: readonly (readonly [PlatformEvent, string])[] = [
      [initStart, 'INFO'],
      [{ type: 'platform.initRuntimeDone', record: { ...init, status: 'success' } }, 'DEBUG'],
      [{ type: 'platform.initRuntimeDone', record: { ...init, status: 'timeout' } }, 'WARN'],
      [initReport('success'), 'DEBUG'],
      [initReport('success', provisioned), 'INFO'],
      [initReport('error', provisioned), 'WARN'],
      [{ type: 'platform.start', record: { requestId, version: '1' } }, 'INFO'],
      [runtimeDone('success'), 'DEBUG'],
      [runtimeDone('error'), 'WARN'],
      [report('success'), 'INFO'],
      [report('timeout'), 'WARN'],
      [{ type: 'platform.extension', record: extension }, 'INFO'],
      [{ type: 'platform.extension', record: { ...extension, errorType: 'Extension.Crash' } }, 'WARN'],
      [{ type: 'platform.telemetrySubscription', record: subscribed }, 'INFO'],
      [{ type: 'platform.logsDropped', record: { reason: 'r', droppedRecords: 1, droppedBytes: 2 } }, 'WARN'],
    ];
    for (const [event, level] of levels) {
      const shown = (['DEBUG', 'INFO', 'WARN'] as const).filter((wanted) => jsonLine(event, wanted, 0) !== undefined);
      assert.equal(shown.at(-1), level, event.type);
    }
    assert.equal(jsonLine({ type: 'platform.end', record: { requestId } }, 'DEBUG', 0), undefined);
    const line =
      '{"time":"1970-01-01T00:00:00.001Z","type":"platform.start","record":{"requestId":"id","version":"1"}}\n';
    assert.equal(jsonLine({ type: 'platform.start', record: { requestId, version: '1' } }, 'INFO', 1), line);
  });
});

describe('a line of the function, in JSON format', () => {
  const timestamp = '2026-01-02T03:04:05.678+02:00';

  it('is kept from its level on, by whatever name that goes', () => {
    for (const [level, lower, higher] of [
      ['debug', 'DEBUG', 'INFO'],
      ['WARNING', 'WARN', 'ERROR'],
      ['Critical', 'FATAL', undefined],
    ] as const) {
      const line = JSON.stringify({ level, timestamp });
      assert.equal(applicationLine(line, lower, 0), line);
      if (higher) assert.equal(applicationLine(line, higher, 0), undefined);
    }
  });

  it('is INFO where it names no level, or no time that is one', () => {
    for (const line of [
      { timestamp },
      { level: 'loud', timestamp },
      { level: 'ERROR' },
      { level: 'ERROR', time: 'noon' },
    ]) {
      assert.equal(applicationLine(JSON.stringify(line), 'WARN', 0), undefined);
      const kept = JSON.parse(applicationLine(JSON.stringify(line), 'INFO', 0) ?? '');
      assert.deepEqual([kept.level, kept.timestamp], ['INFO', line.timestamp ?? '1970-01-01T00:00:00.000Z']);
    }
  });

  it('passes as it is where it is no object', () => {
    for (const line of ['plain', '{broken', '[1]', '']) assert.equal(applicationLine(line, 'FATAL', 0), line);
  });
});
