import type { InvocationTiming } from '../src/observe/timing.ts';

/** On-demand prices of the Lambda service as it publishes them: us-east-1, x86_64, without the free tier. */
export const prices = {
  region: 'us-east-1',
  architecture: 'x86_64',
  asOf: '2026-11',
  perGbSecond: 0.0000166667,
  perRequest: 0.0000002,
};

/** US dollars for one invocation by what its REPORT says; undefined where that does not tell what is billed. */
export function costOf({ billedDurationMs, memorySizeMB }: InvocationTiming): number | undefined {
  if (billedDurationMs === undefined || memorySizeMB === undefined) return undefined;
  return prices.perRequest + (billedDurationMs / 1000) * (memorySizeMB / 1024) * prices.perGbSecond;
}

/** US dollars for a million invocations such as these, cold starts in their proportion; undefined of none. */
export function costOfMillion(invocations: readonly InvocationTiming[]): number | undefined {
  const costs = invocations.flatMap((invocation) => costOf(invocation) ?? []);
  if (costs.length === 0) return undefined;
  return (costs.reduce((sum, cost) => sum + cost, 0) / costs.length) * 1_000_000;
}

/** $0.23, $12.40, $1,234. */
export const dollars = (value: number): string =>
  `$${value.toLocaleString('en-US', value < 1000 ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumFractionDigits: 0 })}`;
