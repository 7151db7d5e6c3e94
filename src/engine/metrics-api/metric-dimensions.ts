// Which of the counted series a metric with its dimensions stands for.
import type { MetricName } from '../metrics/samples.ts';
import type { Series } from '../store/metric-store.ts';

export const lambdaNamespace = 'AWS/Lambda';

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

/** It is no sum over ways to invoke a function: each level has its own. */
const isOfLevels = (name: MetricName): boolean => name === 'ConcurrentExecutions';

/**
 * Dimensions are a metric's name, too: what has others is another metric, of which there is nothing.
 * Source: "Understanding the CloudWatch metrics dimensions" in the AWS Lambda Developer Guide.
 */
export function seriesOf(all: readonly Series[], name: MetricName, dimensions: readonly Dimension[]): Series[] {
  const wanted = keyOf(dimensions);
  const functionName = dimensions.find(({ Name }) => Name === 'FunctionName')?.Value;
  return all.filter(
    (series) =>
      name in series.last &&
      (functionName ?? series.functionName) === series.functionName &&
      dimensionsOf(series, name).some((its) => keyOf(its) === wanted),
  );
}

/** The dimensions under which the samples of a series count. */
export function dimensionsOf(
  { functionName, resource, executedVersion }: Series,
  name: MetricName,
): readonly (readonly Dimension[])[] {
  const ofFunction = { Name: 'FunctionName', Value: functionName };
  const ofResource = { Name: 'Resource', Value: resource };
  const ofVersion = { Name: 'ExecutedVersion', Value: executedVersion };
  const all = [[], [ofFunction], [ofFunction, ofResource], [ofFunction, ofResource, ofVersion]];
  const deepest = functionName === '' ? 0 : resource === '' ? 1 : executedVersion === '' ? 2 : 3;
  return all.slice(isOfLevels(name) ? deepest : 0, deepest + 1);
}

/** The same for the same dimensions, in whichever order. */
export const keyOf = (dimensions: readonly Dimension[]): string =>
  JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
