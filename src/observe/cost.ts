import file from './lambda-prices.json' with { type: 'json' };
import type { InvocationTiming } from './timing.ts';

export type Architecture = 'x86_64' | 'arm64';
export const architectures: readonly Architecture[] = ['x86_64', 'arm64'];

/** A lower price for what is beyond so many GB-seconds of a month. */
interface Tier {
  readonly beyondGbSeconds: number;
  readonly price: number;
}

/** What provisioned concurrency costs, US dollars for each GB-second. */
export interface ProvisionedPrices {
  /** Of each environment that is kept ready. */
  readonly ready: Readonly<Record<Architecture, number>>;
  /** Of the duration of what they answer, in the place of the usual price. */
  readonly duration: Readonly<Record<Architecture, number>>;
  readonly asOf: string;
  readonly source: string;
}

/** Prices of one region, US dollars. */
export interface RegionPrices {
  readonly region: string;
  /** The month that they were published in (or the earliest it can be), and where. */
  readonly asOf: string;
  readonly source: string;
  readonly perGbSecond: Readonly<Record<Architecture, number>>;
  /** Empty where they are not known. */
  readonly tiers: Readonly<Record<Architecture, readonly Tier[]>>;
  readonly perRequest: number;
  /** For each GB-second of ephemeral storage beyond what comes with a function. */
  readonly perStorageGbSecond: number;
  readonly provisioned: ProvisionedPrices;
}

/** What is free each month for an account, over all its regions. */
export const freeEachMonth: { readonly requests: number; readonly gbSeconds: number } = file.free;

/** Ephemeral storage that costs nothing, MB. */
const freeStorageMB = 512;
export const fallbackRegion = 'us-east-1';

const known = new Map<string, RegionPrices>(
  Object.entries(file.regions).map(([region, prices]) => {
    const { name, asOf } = prices.source === 'price-list' ? file.sources['price-list'] : file.sources.calculator;
    const { x86_64, arm64, request: perRequest, storage: perStorageGbSecond } = prices;
    const tiers = 'tiers' in prices ? prices.tiers : { x86_64: [], arm64: [] };
    return [
      region,
      {
        region,
        asOf,
        source: name,
        perGbSecond: { x86_64, arm64 },
        tiers,
        perRequest,
        perStorageGbSecond,
        provisioned: provisionedOf(prices.provisioned),
      },
    ];
  }),
);

function provisionedOf({ ready, duration }: { readonly ready: number; readonly duration: number }): ProvisionedPrices {
  const { name: source, asOf } = file.sources.calculator;
  const each = (x86_64: number): Record<Architecture, number> => ({ x86_64, arm64: x86_64 * file.provisionedArm64 });
  return { ready: each(ready), duration: each(duration), source, asOf };
}

/** By name. */
export const pricedRegions: readonly string[] = [...known.keys()];

/** The prices of a region; of us-east-1, as `region` then says, where none are known. */
export function pricesOf(region: string): RegionPrices {
  const prices = known.get(region) ?? known.get(fallbackRegion);
  if (!prices) throw new Error(`lambda-prices.json has no prices of ${fallbackRegion}`);
  return prices;
}

export type Billed = Pick<
  InvocationTiming,
  'functionName' | 'version' | 'coldStart' | 'billedDurationMs' | 'memorySizeMB'
>;

/** What of a function's configuration its cost depends on, beside what its REPORT lines say. */
export interface BilledAs {
  readonly architecture: Architecture;
  /** MB */
  readonly ephemeralStorageMB?: number | undefined;
  /** An environment of provisioned concurrency answered. */
  readonly isProvisioned?: boolean;
}

/** By what invocations are billed. */
export interface Rates {
  readonly prices: RegionPrices;
  readonly billedAs: (invocation: Billed) => BilledAs;
}

/** What is billed of one invocation beside the request itself; undefined where its REPORT does not tell. */
export function gbSecondsOf({ billedDurationMs, memorySizeMB }: Billed): number | undefined {
  if (billedDurationMs === undefined || memorySizeMB === undefined) return undefined;
  return (billedDurationMs / 1000) * (memorySizeMB / 1024);
}

const storageGbSecondsOf = ({ billedDurationMs = 0 }: Billed, { ephemeralStorageMB = 0 }: BilledAs): number =>
  (billedDurationMs / 1000) * (Math.max(0, ephemeralStorageMB - freeStorageMB) / 1024);

/** US dollars for one invocation at the first tier's price; undefined where its REPORT does not tell what is billed. */
export function costOf(invocation: Billed, { prices, billedAs }: Rates): number | undefined {
  const gbSeconds = gbSecondsOf(invocation);
  if (gbSeconds === undefined) return undefined;
  const how = billedAs(invocation);
  const storage = storageGbSecondsOf(invocation, how) * prices.perStorageGbSecond;
  const perGbSecond = how.isProvisioned === true ? prices.provisioned.duration : prices.perGbSecond;
  return prices.perRequest + gbSeconds * perGbSecond[how.architecture] + storage;
}

/** Environments of a version that are kept ready. */
export interface KeptReady {
  readonly count: number;
  readonly memorySizeMB: number;
  readonly architecture: Architecture;
}

const monthSeconds = 730 * 3600;

/** US dollars for a month (730 hours) of environments that are kept ready, whether anything is invoked or not. */
export const costOfReady = (kept: readonly KeptReady[], { provisioned }: RegionPrices): number =>
  kept.reduce(
    (sum, { count, memorySizeMB, architecture }) =>
      sum + count * (memorySizeMB / 1024) * monthSeconds * provisioned.ready[architecture],
    0,
  );

/** US dollars for these invocations. */
export const costOfAll = (invocations: readonly Billed[], rates: Rates): number =>
  invocations.reduce((sum, invocation) => sum + (costOf(invocation, rates) ?? 0), 0);

/** US dollars for a million invocations such as these, cold starts in their proportion; undefined of none. */
export function costOfMillion(invocations: readonly Billed[], rates: Rates): number | undefined {
  const billed = invocations.filter((invocation) => gbSecondsOf(invocation) !== undefined);
  return billed.length === 0 ? undefined : (costOfAll(billed, rates) / billed.length) * 1_000_000;
}

/** US dollars for so many invocations such as these in a month, with and without what is free; undefined of none. */
export function costOfMonth(
  invocations: readonly Billed[],
  count: number,
  { prices, billedAs }: Rates,
): { readonly full: number; readonly beyondFree: number } | undefined {
  const billed = invocations.filter((invocation) => gbSecondsOf(invocation) !== undefined);
  if (billed.length === 0) return undefined;
  const each = count / billed.length;
  const used = { x86_64: 0, arm64: 0 };
  /** US dollars that nothing goes off: storage, and all of what provisioned concurrency answers. */
  let fixed = 0;
  let requests = 0;
  for (const invocation of billed) {
    const how = billedAs(invocation);
    if (how.isProvisioned === true) {
      fixed += (costOf(invocation, { prices, billedAs }) ?? 0) * each;
      continue;
    }
    requests += each;
    used[how.architecture] += (gbSecondsOf(invocation) ?? 0) * each;
    fixed += storageGbSecondsOf(invocation, how) * each * prices.perStorageGbSecond;
  }
  const costs = (freeRequests: number, freeGbSeconds: number): number => {
    // What is free goes off both in their proportion.
    const left = 1 - Math.min(1, freeGbSeconds / (used.x86_64 + used.arm64 || 1));
    const duration = architectures.reduce((sum, one) => sum + costOfGbSeconds(used[one] * left, prices, one), 0);
    return Math.max(0, requests - freeRequests) * prices.perRequest + duration + fixed;
  };
  return { full: costs(0, 0), beyondFree: costs(freeEachMonth.requests, freeEachMonth.gbSeconds) };
}

/** Each part of it at the price of its tier. */
function costOfGbSeconds(gbSeconds: number, prices: RegionPrices, architecture: Architecture): number {
  const tiers = [{ beyondGbSeconds: 0, price: prices.perGbSecond[architecture] }, ...prices.tiers[architecture]];
  return tiers.reduce((sum, { beyondGbSeconds, price }, at) => {
    const until = tiers[at + 1]?.beyondGbSeconds ?? Number.POSITIVE_INFINITY;
    return sum + Math.max(0, Math.min(gbSeconds, until) - beyondGbSeconds) * price;
  }, 0);
}

/** Digits behind the point with which an amount of dollars is said: two, none from 1,000 on; of less than a cent, up to two that are not zero. */
export function dollarDigits(value: number): number {
  if (value > 0 && value < 0.01) return Math.ceil(-Math.log10(value)) + 1;
  return value < 1000 ? 2 : 0;
}

/** $0.23, $12.40, $1,234; of less than a cent, two digits that are not zero: $0.0000023. */
export function dollars(value: number): string {
  const digits = dollarDigits(value);
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
