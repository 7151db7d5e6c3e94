import { isMetricName } from '../metrics/samples.ts';
import type { MetricStore } from '../store/metric-store.ts';
import type { Dimension } from './metric-dimensions.ts';
import { checkPeriod, pointsOf, unitOf } from './metric-points.ts';
import { isSimple, statisticOf } from './metric-statistics.ts';
import { invalidCombination, invalidValue, missing } from './metrics-errors.ts';

const mostPoints = 1440;

/** GetMetricStatistics. */
export function metricStatistics(store: MetricStore, input: Readonly<Record<string, unknown>>): object {
  // Of the model's types by now.
  const {
    Namespace,
    MetricName,
    Dimensions = [],
    Period,
    Statistics = [],
    ExtendedStatistics = [],
    Unit,
  } = input as {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions?: readonly Dimension[];
    readonly Period: number;
    readonly Statistics?: readonly string[];
    readonly ExtendedStatistics?: readonly string[];
    readonly Unit?: string;
  };
  const span = { start: Number(input['StartTime']), end: Number(input['EndTime']) };
  if (Statistics.length + ExtendedStatistics.length === 0)
    throw missing('At least one of the parameters Statistics and ExtendedStatistics must be specified.');
  if (span.start >= span.end) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
  checkPeriod(Period);
  const asked = Math.ceil((span.end - span.start) / Period);
  if (asked > mostPoints)
    throw invalidCombination(
      `You have requested up to ${asked} datapoints, which exceeds the limit of ${mostPoints}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  const metric = isMetricName(MetricName) ? MetricName : undefined;
  const extended = ExtendedStatistics.map((name) => {
    if (!isSimple(name)) return [name, statisticOf(name, metric)] as const;
    throw invalidValue(`The value ${name} for parameter ExtendedStatistics is not supported: name it in Statistics.`);
  });
  const simple = Statistics.map((name) => [name, statisticOf(name, metric)] as const);
  const points = pointsOf(store, {
    namespace: Namespace,
    metric: MetricName,
    dimensions: Dimensions,
    unit: Unit,
    period: Period,
    ...span,
  });
  return {
    Label: MetricName,
    Datapoints: points.map(({ time, samples }) => ({
      Timestamp: new Date(time),
      ...Object.fromEntries(simple.map(([name, statistic]) => [name, statistic(samples)])),
      Unit: metric && unitOf(metric),
      ExtendedStatistics:
        extended.length === 0 ? undefined : new Map(extended.map(([name, statistic]) => [name, statistic(samples)])),
    })),
  };
}
