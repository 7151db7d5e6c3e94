import { minuteMs } from '../metrics/meter.ts';
import { isMetricName } from '../metrics/samples.ts';
import type { MetricStore } from '../store/metric-store.ts';
import { dimensionsOf, keyOf, lambdaNamespace, type Dimension } from './metric-dimensions.ts';
import { pageFrom, tokenOf } from './metrics-page.ts';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly Dimension[];
}

const pageSize = 500;
const recentMs = 3 * 60 * minuteMs;

/** ListMetrics: what has had samples in the last 15 days, by name and dimensions. */
export function listMetrics(store: MetricStore, input: Readonly<Record<string, unknown>>): object {
  const { Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken } = input;
  // Of the model's types by now; a filter without a value takes any.
  const filters = Dimensions as readonly { readonly Name: string; readonly Value?: string }[];
  const least = RecentlyActive === undefined ? 0 : Math.floor((Date.now() - recentMs) / minuteMs);
  const found = new Map<string, Metric>();
  for (const series of store.series) {
    for (const [name, last] of Object.entries(series.last)) {
      if (last < least || !isMetricName(name) || (MetricName ?? name) !== name) continue;
      for (const dimensions of dimensionsOf(series, name)) {
        const has = (filter: (typeof filters)[number]): boolean =>
          dimensions.some(({ Name, Value }) => Name === filter.Name && (filter.Value ?? Value) === Value);
        if (!filters.every(has)) continue;
        const metric = { Namespace: lambdaNamespace, MetricName: name, Dimensions: dimensions };
        found.set(`${name}\n${keyOf(dimensions)}`, metric);
      }
    }
  }
  const all = (Namespace ?? lambdaNamespace) === lambdaNamespace ? [...found.values()] : [];
  const from = pageFrom(NextToken, all.length);
  const next = from + pageSize;
  return {
    Metrics: all.slice(from, next),
    NextToken: next < all.length ? tokenOf(next) : undefined,
  };
}
