import { isTime, type MetricName, type Samples } from '../metrics/samples.ts';
import { invalidValue } from './metrics-errors.ts';

/** A statistic of a span of time. */
export type Statistic = (samples: Samples) => number;

const simple: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

export const isSimple = (name: string): boolean => Object.hasOwn(simple, name);

/** Throws InvalidParameterValue for what is no statistic, or is none that is kept here. */
export function statisticOf(name: string, metric: MetricName | undefined): Statistic {
  const known = Object.hasOwn(simple, name) ? simple[name] : undefined;
  if (known) return known;
  const percent = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1];
  if (percent !== undefined && Number(percent) <= 100) {
    if (metric !== undefined && !isTime(metric))
      throw invalidValue(
        `The local Lambda keeps percentiles of Duration and AsyncEventAge, not of ${metric}. Ask for Sum, Average, Minimum, Maximum or SampleCount.`,
      );
    return (samples) => samples.percentile(Number(percent));
  }
  if (/^(?:tm|tc|ts|wm|pr)\d|^(?:TM|TC|TS|WM|PR)\(|^IQM$/i.test(name))
    throw invalidValue(
      `The local Lambda has no trimmed statistics such as ${name}. Ask for a percentile such as p90, or use AWS for them.`,
    );
  throw invalidValue(
    `The value ${name} for parameter Statistic is not supported: it is one of ${Object.keys(simple).join(', ')}, or a percentile from p0 to p100.`,
  );
}
