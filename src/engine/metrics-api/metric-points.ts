import { minuteMs } from '../metrics/meter.ts';
import { isMetricName, isTime, Samples, type MetricName } from '../metrics/samples.ts';
import type { MetricStore } from '../store/metric-store.ts';
import { lambdaNamespace, seriesOf, type Dimension } from './metric-dimensions.ts';
import { invalidValue } from './metrics-errors.ts';

export interface PointsQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: readonly Dimension[];
  readonly unit: string | undefined;
  /** Seconds since the epoch: the first counts, the second does not. */
  readonly start: number;
  readonly end: number;
  /** Seconds. */
  readonly period: number;
}

export interface Point {
  /** When its period begins, ms since the epoch. */
  readonly time: number;
  readonly samples: Samples;
}

const shortPeriods = [1, 5, 10, 20, 30];

/** Throws InvalidParameterValue for what CloudWatch has no periods of. */
export function checkPeriod(period: number): void {
  if (shortPeriods.includes(period) || (period > 0 && period % 60 === 0)) return;
  throw invalidValue(`The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60 seconds, not ${period}.`);
}

export const unitOf = (metric: MetricName): string => (isTime(metric) ? 'Milliseconds' : 'Count');

/**
 * The samples of a metric by period, in their order, without periods that have none. Periods begin with the start, to the whole minute:
 * as on AWS, what is counted by the minute has nothing finer, whichever period is asked for.
 */
export function pointsOf(store: MetricStore, query: PointsQuery): Point[] {
  const { namespace, metric, dimensions, unit, start, end, period } = query;
  if (namespace !== lambdaNamespace || !isMetricName(metric)) return [];
  if (unit !== undefined && unit !== unitOf(metric)) return [];
  const first = Math.floor(start / 60);
  const points = new Map<number, Samples>();
  const series = seriesOf(store.series, metric, dimensions);
  for (const { minute, samples } of store.samples(series, metric, first, Math.ceil(end / 60))) {
    const at = Math.floor(((minute - first) * 60) / period);
    const time = first * minuteMs + at * period * 1000;
    let point = points.get(time);
    if (!point) {
      point = new Samples(metric);
      points.set(time, point);
    }
    point.take(samples);
  }
  return [...points].map(([time, samples]) => ({ time, samples })).sort((a, b) => a.time - b.time);
}
