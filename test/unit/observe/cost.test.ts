import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  costOf,
  costOfMillion,
  costOfMonth,
  costOfReady,
  dollars,
  pricedRegions,
  pricesOf,
} from '../../../src/observe/cost.ts';

const one = { billedDurationMs: 1000, memorySizeMB: 1024 };
const near = (actual: number | undefined, expected: number): void =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < expected * 1e-9, `${actual} is not ${expected}`);

test('each region has prices of its own, with their month and source; one without has those of us-east-1', () => {
  assert.ok(pricedRegions.length > 20);
  for (const region of pricedRegions) {
    const { asOf, source, perGbSecond, perRequest, perStorageGbSecond } = pricesOf(region);
    assert.equal(pricesOf(region).region, region);
    assert.match(asOf, /^20\d\d-\d\d$/);
    assert.notEqual(source, '');
    // Within what the service has ever asked: a digit too few or too many stands out.
    assert.ok(perGbSecond.x86_64 > 0.000014 && perGbSecond.x86_64 < 0.000025, region);
    assert.ok(Math.abs(perGbSecond.arm64 / perGbSecond.x86_64 - 0.8) < 0.002, region);
    assert.ok(perRequest >= 0.00000018 && perRequest <= 0.0000003, region);
    assert.ok(perStorageGbSecond > 0.00000003 && perStorageGbSecond < 0.00000006, region);
    const { ready, duration, asOf: since } = pricesOf(region).provisioned;
    assert.match(since, /^20\d\d-\d\d$/);
    assert.ok(ready.x86_64 > 0.000004 && ready.x86_64 < 0.000007, region);
    // The service asks for both in one proportion, everywhere.
    assert.ok(Math.abs(duration.x86_64 / ready.x86_64 - 7 / 3) < 0.005, region);
    assert.ok(duration.x86_64 < perGbSecond.x86_64 && ready.arm64 < ready.x86_64, region);
  }
  assert.equal(pricesOf('xx-north-1').region, 'us-east-1');
});

test('an invocation costs by region, architecture, and ephemeral storage beyond 512 MB', () => {
  const costs = (region: string, architecture: 'x86_64' | 'arm64', ephemeralStorageMB?: number) =>
    costOf(one, { prices: pricesOf(region), billedAs: () => ({ architecture, ephemeralStorageMB }) });
  near(costs('us-east-1', 'x86_64'), 0.0000002 + 0.0000166667);
  near(costs('us-east-1', 'arm64', 512), 0.0000002 + 0.0000133334);
  near(costs('us-east-1', 'arm64', 2560), 0.0000002 + 0.0000133334 + 2 * 0.0000000309);
  near(costs('eu-south-1', 'x86_64'), 0.00000023 + 0.0000195172);
  assert.equal(
    costOf({ memorySizeMB: 128 }, { prices: pricesOf('us-east-1'), billedAs: () => ({ architecture: 'arm64' }) }),
    undefined,
  );
});

test('a month has each part at the price of its tier, and what is free goes off', () => {
  const rates = { prices: pricesOf('us-east-1'), billedAs: () => ({ architecture: 'x86_64' as const }) };
  const month = costOfMonth([one], 16e9, rates);
  const duration = 6e9 * 0.0000166667 + 9e9 * 0.000015 + 1e9 * 0.0000133334;
  near(month?.full, 16e9 * 0.0000002 + duration);
  near(month?.beyondFree, (16e9 - 1e6) * 0.0000002 + duration - 400_000 * 0.0000133334);
  assert.equal(costOfMonth([one], 400_000, rates)?.beyondFree, 0);
  assert.equal(costOfMonth([], 1, rates), undefined);
});

test('storage is paid for also where requests and duration are free', () => {
  const rates = {
    prices: pricesOf('us-east-1'),
    billedAs: () => ({ architecture: 'arm64' as const, ephemeralStorageMB: 1536 }),
  };
  near(costOfMonth([one], 1000, rates)?.beyondFree, 1000 * 0.0000000309);
});

test('what provisioned concurrency answers has a price of its own, and nothing of it is free', () => {
  const rates = {
    prices: pricesOf('us-east-1'),
    billedAs: ({ version }: { readonly version?: string }) => ({ architecture: 'x86_64' as const, isProvisioned: version === '3' }), // prettier-ignore
  };
  near(costOf({ ...one, version: '3' }, rates), 0.0000002 + 0.0000097222);
  near(costOf({ ...one, version: '4' }, rates), 0.0000002 + 0.0000166667);
  const month = costOfMonth([{ ...one, version: '3' }, { ...one, version: '4' }], 2_000_000, rates); // prettier-ignore
  near(month?.full, 0.4 + 9.7222 + 16.6667);
  near(month?.beyondFree, 0.2 + 9.7222 + 0.6 * 16.6667);
});

test('what is kept ready costs by its memory and number, all the month', () => {
  const { provisioned } = pricesOf('us-east-1');
  near(provisioned.ready.arm64, 0.00000333336);
  const kept = [
    { count: 2, memorySizeMB: 512, architecture: 'x86_64' as const },
    { count: 1, memorySizeMB: 1024, architecture: 'arm64' as const },
  ];
  near(costOfReady(kept, pricesOf('us-east-1')), 2_628_000 * 0.0000041667 * 1.8);
  assert.equal(costOfReady([], pricesOf('us-east-1')), 0);
});

test('functions of two architectures are each billed at their own price', () => {
  const rates = {
    prices: pricesOf('us-east-1'),
    billedAs: ({ functionName }: { readonly functionName?: string }) => ({
      architecture: functionName === 'arm' ? ('arm64' as const) : ('x86_64' as const),
    }),
  };
  const both = [
    { ...one, functionName: 'arm' },
    { ...one, functionName: 'intel' },
  ];
  near(costOfMillion(both, rates), 0.2 + (16.6667 + 13.3334) / 2);
  near(costOfMonth(both, 1_000_000, rates)?.full, 0.2 + (16.6667 + 13.3334) / 2);
});

test('dollars have the digits that tell something', () => {
  assert.deepEqual([0, 0.0000023, 0.23, 12.4, 1234.5].map(dollars), [
    '$0.00',
    '$0.0000023',
    '$0.23',
    '$12.40',
    '$1,235',
  ]);
});
