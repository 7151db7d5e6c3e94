import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareGroups, type ComparedName, type KeptTiming } from '../../../src/observe/compare-groups.ts';
import { seeded } from '../../seeded.ts';

const next = seeded(3);
/** Of which every tenth is a cold start. */
const timings = (count: number, coldMs: number, warmMs: number, change: Partial<KeptTiming> = {}): KeptTiming[] =>
  Array.from({ length: count }, (_, at): KeptTiming => {
    const cold = at % 10 === 0;
    const totalMs = (cold ? coldMs : warmMs) * (0.9 + 0.2 * next());
    return {
      cold,
      failed: false,
      totalMs,
      billedMs: totalMs,
      memorySizeMB: 128,
      maxMemoryUsedMB: 60,
      architecture: 'x86_64',
      ...change,
    };
  });
const figure = (comparison: ReturnType<typeof compareGroups>, name: ComparedName) => {
  const found = comparison.figures.find((each) => each.name === name);
  assert.ok(found, name);
  return found;
};

test('what has changed is told apart from what chance explains', () => {
  const comparison = compareGroups(timings(400, 200, 20), timings(400, 250, 20), 'us-east-1');
  const { change } = figure(comparison, 'coldP50');
  assert.ok(
    change && change.low > 0.15 && change.high < 0.35 && change.value > change.low && change.value < change.high,
  );
  for (const name of ['warmP50', 'coldShare', 'memoryUsed'] as const) {
    const { change } = figure(comparison, name);
    assert.ok(change && change.low <= 0 && change.high >= 0, name);
  }
  const again = compareGroups(timings(9, 1, 1), timings(9, 1, 1), 'us-east-1');
  assert.deepEqual(compareGroups(timings(0, 1, 1), timings(0, 1, 1), 'us-east-1').figures.map(({ before }) => before), again.figures.map(() => undefined)); // prettier-ignore
});

test('memory size, architecture and storage make the cost, each side its own', () => {
  const base = timings(100, 100, 100, { totalMs: 100, billedMs: 100 });
  const cost = (change: Partial<KeptTiming>): number | undefined =>
    figure(
      compareGroups(
        base,
        base.map((each) => ({ ...each, ...change })),
        'us-east-1',
      ),
      'costOfMillion',
    ).after;
  const near = (actual: number | undefined, expected: number): void =>
    assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
  near(cost({}), 0.2 + 0.1 * 0.125 * 16.6667);
  near(cost({ architecture: 'arm64' }), 0.2 + 0.1 * 0.125 * 13.3334);
  near(cost({ memorySizeMB: 256 }), 0.2 + 0.1 * 0.25 * 16.6667);
  near(cost({ ephemeralStorageMB: 1536 }), 0.2 + 0.1 * (0.125 * 16.6667 + 0.0309));
  const { change } = figure(compareGroups(base, base.map((each) => ({ ...each, memorySizeMB: 256 })), 'us-east-1'), 'costOfMillion'); // prettier-ignore
  assert.ok(change && Math.abs(change.low - change.high) < 1e-9 && change.low > 0.5);
});

test('cold starts that have become more frequent are seen, in points', () => {
  const often = timings(300, 50, 50).map((each, at) => ({ ...each, cold: at % 2 === 0 }));
  const { before, after, change } = figure(compareGroups(timings(300, 50, 50), often, 'us-east-1'), 'coldShare');
  assert.deepEqual([before, after], [0.1, 0.5]);
  assert.ok(change && Math.abs(change.value - 0.4) < 1e-9 && change.low > 0.3 && change.high < 0.5);
});

test('a high quantile needs more invocations than a median', () => {
  const comparison = compareGroups(timings(250, 200, 20), timings(250, 200, 20), 'us-east-1');
  const needed = comparison.figures.map(({ name, needed }) => [name, needed]);
  assert.deepEqual(
    needed.filter(([, some]) => some !== undefined),
    [['coldP99', 100]],
  );
  const few = compareGroups(timings(4, 1, 1), timings(500, 1, 1), 'us-east-1');
  assert.ok(few.figures.every(({ change }) => change === undefined));
  assert.equal(
    compareGroups([{ cold: true, failed: true, totalMs: 1 }], [], 'us-east-1').before.knowsArchitecture,
    false,
  );
});
