import { isMetricName } from '../metrics/samples.ts';
import type { MetricStore } from '../store/metric-store.ts';
import type { Dimension } from './metric-dimensions.ts';
import { checkPeriod, pointsOf } from './metric-points.ts';
import { statisticOf } from './metric-statistics.ts';
import { invalid } from './metrics-errors.ts';
import { pageFrom, tokenOf } from './metrics-page.ts';

/** As the model has it. */
interface MetricDataQuery {
  readonly Id: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace?: string;
      readonly MetricName?: string;
      readonly Dimensions?: readonly Dimension[];
    };
    readonly Period: number;
    readonly Stat: string;
    readonly Unit?: string;
  };
  readonly Expression?: string;
  readonly Label?: string;
  readonly ReturnData?: boolean;
}

interface Result {
  readonly Id: string;
  readonly Label: string;
  readonly points: readonly { readonly time: number; readonly value: number }[];
}

const mostQueries = 500;
const mostPoints = 100_800;

/** GetMetricData, of metrics alone: expressions are refused. */
export function metricData(store: MetricStore, input: Readonly<Record<string, unknown>>): object {
  const queries = input['MetricDataQueries'] as readonly MetricDataQuery[]; // checked by the model
  const span = { start: Number(input['StartTime']), end: Number(input['EndTime']) };
  if (span.start >= span.end) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  if (queries.length === 0 || queries.length > mostQueries)
    throw invalid(`The collection MetricDataQueries must have from 1 to ${mostQueries} items, not ${queries.length}.`);
  checkIds(queries);
  const most = Number(input['MaxDatapoints'] ?? mostPoints);
  if (most < 1 || most > mostPoints) throw invalid(`The parameter MaxDatapoints is from 1 to ${mostPoints}.`);
  const results = queries.map((query) => resultOf(store, query, span));
  const isAscending = input['ScanBy'] === 'TimestampAscending';
  const shown = results
    .filter((_, at) => queries[at]?.ReturnData !== false)
    .map((result) => (isAscending ? result : { ...result, points: result.points.toReversed() }));
  const total = shown.reduce((sum, { points }) => sum + points.length, 0);
  const from = pageFrom(input['NextToken'], total);
  return {
    MetricDataResults: page(shown, from, from + most),
    NextToken: from + most < total ? tokenOf(from + most) : undefined,
    Messages: [],
  };
}

function checkIds(queries: readonly MetricDataQuery[]): void {
  const ids = queries.map(({ Id }) => Id);
  const wrong = ids.find((id) => !/^[a-z]\w*$/.test(id));
  if (wrong !== undefined)
    throw invalid(
      `The value ${wrong} for parameter Id is not valid: it begins with a small letter, and has letters, digits and underscores.`,
    );
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw invalid(`The values for parameter Id in MetricDataQueries are not unique: ${twice}.`);
}

function resultOf(
  store: MetricStore,
  { Id, MetricStat, Expression, Label }: MetricDataQuery,
  span: { readonly start: number; readonly end: number },
): Result {
  if (Expression !== undefined)
    throw invalid(
      `The local Lambda computes no expressions, as ${Id} is. Ask for its metrics with MetricStat, or use AWS for it.`,
    );
  if (!MetricStat) throw invalid(`The query ${Id} needs a MetricStat.`);
  const { Metric, Period: period, Stat, Unit: unit } = MetricStat;
  const { Namespace: namespace, MetricName: metric, Dimensions: dimensions = [] } = Metric;
  if (namespace === undefined || metric === undefined)
    throw invalid(`The metric of the query ${Id} needs a Namespace and a MetricName.`);
  checkPeriod(period);
  const statistic = statisticOf(Stat, isMetricName(metric) ? metric : undefined);
  const points = pointsOf(store, { namespace, metric, dimensions, unit, period, ...span });
  return {
    Id,
    Label: Label ?? metric,
    points: points.map(({ time, samples }) => ({ time, value: statistic(samples) })),
  };
}

/** Of all points, one result after the other, those from the first to before the second position. */
function page(results: readonly Result[], from: number, to: number): object[] {
  let before = 0;
  return results.map(({ Id, Label, points }) => {
    const its = points.slice(Math.max(0, from - before), Math.max(0, to - before));
    before += points.length;
    return {
      Id,
      Label,
      Timestamps: its.map(({ time }) => new Date(time)),
      Values: its.map(({ value }) => value),
      StatusCode: before > to ? 'PartialData' : 'Complete',
    };
  });
}
