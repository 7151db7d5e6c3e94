// CloudWatch's metrics of functions: what no log holds, such as invocations that were refused.
import type { CloudWatchClient, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { withAwsProblems } from '../aws/aws-problems.ts';
import { metricsClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';

/** Each with the statistic that says it for a period; the service adds up, or takes the average, over all versions and aliases. */
const metrics = {
  invocations: ['Invocations', 'Sum'],
  errors: ['Errors', 'Sum'],
  throttles: ['Throttles', 'Sum'],
  averageMs: ['Duration', 'Average'],
  maximumMs: ['Duration', 'Maximum'],
} as const;
export type Figure = keyof typeof metrics;

/** What a period has; figures that the service has nothing of are left out. */
export interface MetricPeriod {
  readonly functionName: string;
  /** When the period begins, ms since the epoch. */
  readonly time: number;
  readonly periodMs: number;
  readonly figures: Readonly<Partial<Record<Figure, number>>>;
}

export interface MetricsQuery {
  readonly functionNames: readonly string[];
  readonly figures: readonly Figure[];
  /** ms since the epoch: periods that lie in part between the two are told whole. */
  readonly from: number;
  readonly to: number;
  /** Whole minutes. */
  readonly periodMs: number;
  readonly signal?: AbortSignal;
}

interface Asked {
  readonly functionName: string;
  readonly figure: Figure;
}

/** Reads metrics of a target as often as it is asked, over one connection. */
export class MetricReader implements Disposable {
  readonly #target: Target;
  readonly #client: CloudWatchClient;

  private constructor(target: Target, client: CloudWatchClient) {
    this.#target = target;
    this.#client = client;
  }

  static async open(target: Target): Promise<MetricReader> {
    return new MetricReader(target, await withAwsProblems(target, () => metricsClient(target)));
  }

  [Symbol.dispose](): void {
    this.#client.destroy();
  }

  /** Periods that have something, in the order of their time and of `functionNames`. Throws a Problem: AccessDenied where it is not allowed. */
  async read(query: MetricsQuery): Promise<MetricPeriod[]> {
    const { functionNames, figures, from, to, periodMs, signal } = query;
    const asked = functionNames.flatMap((functionName) => figures.map((figure): Asked => ({ functionName, figure })));
    const input = {
      MetricDataQueries: asked.map((each, at) => queryOf(each, `q${at}`, periodMs)),
      StartTime: new Date(Math.floor(from / periodMs) * periodMs),
      EndTime: new Date(Math.ceil(to / periodMs) * periodMs),
      ScanBy: 'TimestampAscending' as const,
    };
    return withAwsProblems(this.#target, async () => {
      const { paginateGetMetricData } = await import('@aws-sdk/client-cloudwatch');
      const periods = new Map<string, MetricPeriod>();
      const config = { client: this.#client };
      for await (const page of paginateGetMetricData(config, input, { ...(signal && { abortSignal: signal }) }))
        for (const result of page.MetricDataResults ?? []) take(periods, result, asked, periodMs);
      const order = (name: string): number => functionNames.indexOf(name);
      return [...periods.values()].sort((a, b) => a.time - b.time || order(a.functionName) - order(b.functionName));
    });
  }
}

function queryOf({ functionName, figure }: Asked, Id: string, periodMs: number): MetricDataQuery {
  const [MetricName, Stat] = metrics[figure];
  const Metric = { Namespace: 'AWS/Lambda', MetricName, Dimensions: [{ Name: 'FunctionName', Value: functionName }] };
  return { Id, MetricStat: { Metric, Period: periodMs / 1000, Stat } };
}

function take(
  periods: Map<string, MetricPeriod>,
  { Id = '', Timestamps = [], Values = [] }: MetricDataResult,
  asked: readonly Asked[],
  periodMs: number,
): void {
  const of = asked[Number(Id.slice(1))];
  if (!of) return;
  const { functionName, figure } = of;
  for (const [at, timestamp] of Timestamps.entries()) {
    const time = timestamp.getTime();
    const key = `${time}\n${functionName}`;
    const known = periods.get(key)?.figures;
    periods.set(key, { functionName, time, periodMs, figures: { ...known, [figure]: Values[at] } });
  }
}
