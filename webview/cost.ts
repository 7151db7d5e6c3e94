import type { InvocationTiming } from '../src/observe/timing.ts';

export type Architecture = 'x86_64' | 'arm64';

/** On-demand prices of the Lambda service as it publishes them, US dollars, and what is free each month. */
export const prices = {
  region: 'us-east-1',
  asOf: '2026-11',
  perGbSecond: { x86_64: 0.0000166667, arm64: 0.0000133334 },
  perRequest: 0.0000002,
  freeGbSeconds: 400_000,
  freeRequests: 1_000_000,
} as const;

export const priceNote = (architecture: Architecture): string =>
  `${prices.region}, ${architecture}, prices of ${prices.asOf}`;

type Billed = Pick<InvocationTiming, 'billedDurationMs' | 'memorySizeMB'>;

/** What is billed of one invocation beside the request itself; undefined where its REPORT does not tell. */
export function gbSecondsOf({ billedDurationMs, memorySizeMB }: Billed): number | undefined {
  if (billedDurationMs === undefined || memorySizeMB === undefined) return undefined;
  return (billedDurationMs / 1000) * (memorySizeMB / 1024);
}

/** US dollars for one invocation; undefined where its REPORT does not tell what is billed. */
export function costOf(invocation: Billed, architecture: Architecture = 'x86_64'): number | undefined {
  const gbSeconds = gbSecondsOf(invocation);
  return gbSeconds === undefined ? undefined : prices.perRequest + gbSeconds * prices.perGbSecond[architecture];
}

/** US dollars for these invocations. */
export const costOfAll = (invocations: readonly Billed[], architecture: Architecture = 'x86_64'): number =>
  invocations.reduce((sum, invocation) => sum + (costOf(invocation, architecture) ?? 0), 0);

/** US dollars for a million invocations such as these, cold starts in their proportion; undefined of none. */
export function costOfMillion(
  invocations: readonly Billed[],
  architecture: Architecture = 'x86_64',
): number | undefined {
  const billed = invocations.filter((invocation) => gbSecondsOf(invocation) !== undefined);
  return billed.length === 0 ? undefined : (costOfAll(billed, architecture) / billed.length) * 1_000_000;
}

/** US dollars for so many invocations such as these in a month, with and without what is free; undefined of none. */
export function costOfMonth(
  invocations: readonly Billed[],
  { count, architecture }: { readonly count: number; readonly architecture: Architecture },
): { readonly full: number; readonly beyondFree: number } | undefined {
  const gbSeconds = invocations.flatMap((invocation) => gbSecondsOf(invocation) ?? []);
  if (gbSeconds.length === 0) return undefined;
  const used = (gbSeconds.reduce((sum, each) => sum + each, 0) / gbSeconds.length) * count;
  const costs = (requests: number, seconds: number): number =>
    Math.max(0, requests) * prices.perRequest + Math.max(0, seconds) * prices.perGbSecond[architecture];
  return {
    full: costs(count, used),
    beyondFree: costs(count - prices.freeRequests, used - prices.freeGbSeconds),
  };
}

/** $0.23, $12.40, $1,234; of less than a cent, two digits that are not zero: $0.0000023. */
export function dollars(value: number): string {
  if (value > 0 && value < 0.01) return `$${Number(value.toPrecision(2)).toFixed(Math.ceil(-Math.log10(value)) + 1)}`;
  const digits = value < 1000 ? 2 : 0;
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
