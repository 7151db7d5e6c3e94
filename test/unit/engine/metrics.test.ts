import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { FunctionMetrics } from '../../../src/engine/metrics/function-metrics.ts';
import { Minute, minuteMs } from '../../../src/engine/metrics/meter.ts';
import { Samples, type MetricName } from '../../../src/engine/metrics/samples.ts';
import { pointsOf, type Point } from '../../../src/engine/metrics-api/metric-points.ts';
import { openDatabase } from '../../../src/engine/store/database.ts';
import { MetricStore } from '../../../src/engine/store/metric-store.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'metrics-'));
const database = openDatabase(folder);
after(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const arn = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
const now = Math.floor(Date.now() / minuteMs);
const points = (functionName: string, metric: MetricName, more: object = {}): Point[] =>
  pointsOf(new MetricStore(database), {
    namespace: 'AWS/Lambda',
    metric,
    dimensions: [{ Name: 'FunctionName', Value: functionName }],
    unit: undefined,
    start: (now - 60) * 60,
    end: (now + 5) * 60,
    period: 60,
    ...more,
  });
const summed = (functionName: string, metric: MetricName, more: object = {}) =>
  points(functionName, metric, more).map(({ time, samples }) => [time / minuteMs - now, samples.sum, samples.count]);

describe('metrics of functions', () => {
  it('are kept by the minute in which what they count began, whatever comes late', () => {
    const metrics = new FunctionMetrics(new MetricStore(database), assert.ifError);
    const meter = metrics.of(arn('late'));
    meter.count('Throttles', 1, (now - 9) * minuteMs);
    meter.count('Throttles', 1, (now - 9) * minuteMs + 59_999);
    meter.count('Throttles', 1, (now - 7) * minuteMs);
    metrics.flush();
    meter.count('Throttles', 1, (now - 9) * minuteMs + 1);
    meter.count('Throttles', 0, (now - 7) * minuteMs);
    metrics.flush();
    assert.deepEqual(summed('late', 'Throttles'), [
      [-9, 3, 3],
      [-7, 1, 2],
    ]);
  });

  it('go on in the same minute when the engine has been started again', () => {
    for (const round of [1, 2]) {
      const metrics = new FunctionMetrics(new MetricStore(database), assert.ifError);
      metrics.of(arn('again')).count('Throttles', round, now * minuteMs);
      metrics[Symbol.dispose]();
    }
    assert.deepEqual(summed('again', 'Throttles'), [[0, 3, 2]]);
  });

  it('are written five seconds later, bit by bit, and none is left out', (context) => {
    context.mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] });
    const store = new MetricStore(database);
    const metrics = new FunctionMetrics(store, assert.ifError);
    const written = () => store.series.filter(({ functionName }) => functionName.startsWith('many-')).length;
    for (let number = 0; number < 250; number += 1) metrics.of(arn(`many-${number}`)).count('Throttles', 1);
    context.mock.timers.tick(4999);
    assert.equal(written(), 0);
    context.mock.timers.tick(1);
    while (written() < 250) {
      const before = written();
      context.mock.timers.tick(1);
      assert.ok(written() > before);
    }
    metrics.of(arn('many-0')).count('Throttles', 1);
    metrics[Symbol.dispose]();
    metrics.of(arn('many-0')).count('Throttles', 1);
    context.mock.timers.tick(10_000);
    assert.deepEqual(summed('many-0', 'Throttles').map(([, sum]) => sum).reduce((a = 0, b = 0) => a + b, 0), 2); // prettier-ignore
  });

  it('are told by periods from the start on, the end not counted', () => {
    const metrics = new FunctionMetrics(new MetricStore(database), assert.ifError);
    for (const ago of [10, 8, 7, 5]) metrics.of(arn('periods')).count('Errors', ago, (now - ago) * minuteMs);
    metrics.flush();
    const from = { start: (now - 10) * 60 + 30, end: (now - 5) * 60 };
    assert.deepEqual(summed('periods', 'Errors', { ...from, period: 120 }), [
      [-10, 10, 1],
      [-8, 15, 2],
    ]);
    assert.deepEqual(
      summed('periods', 'Errors', { ...from, period: 1 }).map(([at]) => at),
      [-10, -8, -7],
    );
    assert.deepEqual(points('periods', 'Errors', { ...from, unit: 'Milliseconds' }), []);
    assert.deepEqual(points('periods', 'Errors', { ...from, namespace: 'AWS/SQS' }), []);
  });

  it('go after 15 days, with their names', () => {
    const store = new MetricStore(database);
    const old = new Minute({ functionName: 'old', resource: 'old', executedVersion: '' }, now - 15 * 24 * 60 - 1);
    const samples = new Samples('Errors');
    samples.add(1);
    old.samples.set('Errors', samples);
    assert.ok(!store.series.some(({ functionName }) => functionName === 'old'));
    store.save([old]);
    const reopened = new MetricStore(database);
    assert.ok(!reopened.series.some(({ functionName }) => functionName === 'old'));
    assert.ok(reopened.series.some(({ functionName }) => functionName === 'again'));
    assert.equal(
      database.prepare('SELECT count(*) AS n FROM metric_minutes WHERE minute < ?').get(now - 1000)?.['n'],
      0,
    );
  });

  it('have percentiles to half a percent, of what is put together, too', () => {
    const half = [new Samples('Duration'), new Samples('Duration')];
    for (let ms = 1; ms <= 1000; ms += 1) half[ms % 2]?.add(ms);
    const whole = new Samples('Duration');
    for (const each of half) whole.take(JSON.parse(JSON.stringify(each)));
    for (const percent of [1, 10, 50, 90, 99, 99.9, 100])
      assert.ok(Math.abs(whole.percentile(percent) / (percent * 10) - 1) < 0.006, `p${percent}`);
    assert.equal(whole.percentile(100), 1000);
    const none = new Samples('Duration');
    none.add(0);
    assert.equal(none.percentile(50), 0);
  });
});
