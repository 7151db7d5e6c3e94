import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf, pricesOf } from '../../../src/observe/cost.ts';
import { estimateTuning } from '../../../src/observe/tuning-estimate.ts';
import { inOrder, isMemorySize, usualMemorySizes } from '../../../src/observe/tuning-sizes.ts';
import { adviceOf, tunedSizes, type TriedSize, type TunedInvocation } from '../../../src/observe/tuning.ts';

const rates = { region: 'eu-west-1', architecture: 'x86_64' } as const;

/** A cold start of 500 + 50 ms, and warm ones about a time. */
function tried(memorySizeMB: number, warmMs: number, spread = 1, count = 9): TriedSize {
  const warm = Array.from({ length: count }, (_, at): TunedInvocation => {
    const durationMs = warmMs + ((at % 5) - 2) * spread;
    return { isCold: false, durationMs, billedDurationMs: Math.ceil(durationMs), maxMemoryUsedMB: 60 + at };
  });
  const cold: TunedInvocation = { isCold: true, durationMs: 50, initDurationMs: 500, billedDurationMs: 550 };
  return { memorySizeMB, invocations: [cold, ...warm] };
}

test('what a size takes and costs is of its warm invocations, and its cold start stands by itself', () => {
  const [size] = tunedSizes([tried(512, 100, 0)], rates);
  const prices = pricesOf('eu-west-1');
  const one = costOf({ memorySizeMB: 512, billedDurationMs: 100 }, { prices, billedAs: () => rates }) ?? 0;
  assert.ok(Math.abs((size?.costOfMillion ?? 0) - one * 1_000_000) < 1e-9);
  assert.deepEqual(
    [size?.warmMs, size?.coldMs, size?.invocations, size?.failed, size?.maxMemoryUsedMB],
    [100, 550, 10, 0, 68],
  );
});

test('where only cold ones were measured, they are what it costs', () => {
  const [size] = tunedSizes([tried(512, 100, 0, 0)], rates);
  assert.equal(size?.warmMs, undefined);
  assert.ok(Number(size?.costOfMillion) > 0);
});

test('half the time for twice the memory costs as much: the fastest is that far faster, the cheapest the first to be so', () => {
  const advice = adviceOf([tried(128, 800), tried(256, 390), tried(512, 200), tried(1024, 180)], rates);
  assert.deepEqual(advice, { cheapest: 256, fastest: 1024, balanced: 512, isAllTheSame: false });
});

test('of sizes that only chance tells apart the cheapest is as fast, and it is said that all are the same', () => {
  const same = [tried(1024, 99.5, 20), tried(128, 100, 20), tried(512, 100.5, 20)];
  assert.deepEqual(adviceOf(same, rates), { cheapest: 128, fastest: 128, balanced: 128, isAllTheSame: true });
});

test('a size at which something failed, or that the service refuses, is no advice, and says why', () => {
  const failing: TriedSize = {
    memorySizeMB: 128,
    invocations: [{ isCold: true, durationMs: 1, failure: 'Runtime.OutOfMemory' }, ...tried(128, 5).invocations],
  };
  const refused: TriedSize = { memorySizeMB: 10_240, invocations: [], refusal: 'at most 3008' };
  const all = [refused, failing, tried(256, 90), tried(512, 50)];
  assert.deepEqual(adviceOf(all, rates), { cheapest: 256, fastest: 512, balanced: 512, isAllTheSame: false });
  const sizes = tunedSizes(all, rates);
  assert.deepEqual(
    sizes.map(({ memorySizeMB, failed, failure, refusal }) => [memorySizeMB, failed, failure, refusal]),
    [
      [128, 1, 'Runtime.OutOfMemory', undefined],
      [256, 0, undefined, undefined],
      [512, 0, undefined, undefined],
      [10_240, 0, undefined, 'at most 3008'],
    ],
  );
  assert.deepEqual(adviceOf([failing, tried(256, 90)], rates), { isAllTheSame: false });
});

test('with too few to tell by chance, medians decide', () => {
  const advice = adviceOf([tried(128, 20, 0, 2), tried(256, 11, 0, 2)], rates);
  assert.deepEqual([advice.cheapest, advice.fastest], [128, 256]);
});

test('the estimate counts every size, and never beyond the timeout', () => {
  const plan = { memorySizes: [1024, 2048], runs: 10, timeoutSeconds: 3, ...rates };
  const { invocations, most, likely } = estimateTuning({ ...plan, typicalMs: 1000 });
  const { perGbSecond, perRequest } = pricesOf('eu-west-1');
  assert.equal(invocations, 20);
  assert.ok(Math.abs((likely ?? 0) - (20 * perRequest + 10 * 3 * perGbSecond.x86_64)) < 1e-12);
  assert.ok(Math.abs(most - (20 * perRequest + 10 * 9 * perGbSecond.x86_64)) < 1e-12);
  assert.equal(estimateTuning({ ...plan, typicalMs: 9000 }).likely, most);
  assert.ok(!('likely' in estimateTuning(plan)));
});

test('memory sizes are whole numbers of MB that Lambda gives', () => {
  assert.deepEqual([127, 128, 128.5, 10_240, 10_241, Number.NaN].filter(isMemorySize), [128, 10_240]);
  assert.ok(usualMemorySizes.every(isMemorySize));
  assert.deepEqual(inOrder([512, 128, 512]), [128, 512]);
});
