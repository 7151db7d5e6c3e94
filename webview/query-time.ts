import type { QueryTime } from '../src/protocol/query.ts';
import { decimal } from './format.ts';
import { t } from './translate.ts';

/** What the page of a query remembers by itself: what is asked, never the answer. */
export interface QueryState {
  readonly query: string;
  /** One of `spans`, or 'custom'. */
  readonly span: string;
  /** Local times as the browser's fields write them: 2026-05-04T12:00. */
  readonly from: string;
  readonly to: string;
}

const minute = 60_000;
const hour = 60 * minute;

/** The choices, with their ms. */
export const spans: readonly (readonly [span: string, words: () => string, lastMs: number])[] = [
  ['15m', () => t('Last 15 minutes'), 15 * minute],
  ['1h', () => t('Last hour'), hour],
  ['3h', () => t('Last 3 hours'), 3 * hour],
  ['12h', () => t('Last 12 hours'), 12 * hour],
  ['1d', () => t('Last day'), 24 * hour],
  ['3d', () => t('Last 3 days'), 72 * hour],
  ['7d', () => t('Last 7 days'), 168 * hour],
];

/** What is asked for; or why that is no time, for people. */
export function queryTime({ span, from, to }: QueryState): QueryTime | { readonly problem: string } {
  const lastMs = spans.find(([name]) => name === span)?.[2];
  if (lastMs !== undefined) return { lastMs };
  const time = { from: Date.parse(from), to: Date.parse(to) };
  if (!Number.isFinite(time.from) || !Number.isFinite(time.to))
    return { problem: t('Choose a time from and a time to.') };
  return time.from < time.to ? time : { problem: t('The time from must lie before the time to.') };
}

/** A result's @timestamp, which is UTC, as ms since the epoch; undefined of anything else. */
export function timestampOf(value: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?$/.test(value)) return undefined;
  const time = Date.parse(`${value.replace(' ', 'T')}Z`);
  return Number.isFinite(time) ? time : undefined;
}

/** 840 B, 1.2 kB, 3.4 MB, 5.6 GB. */
export function bytesScanned(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const unit = bytes < 999_950 ? 1e3 : bytes < 999_950_000 ? 1e6 : 1e9;
  return `${decimal(bytes / unit, 1)} ${unit === 1e3 ? 'kB' : unit === 1e6 ? 'MB' : 'GB'}`;
}
