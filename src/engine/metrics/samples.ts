/** What is kept of a function's metrics. Source: "Types of metrics for Lambda functions" in the AWS Lambda Developer Guide. */
export const metricNames = [
  'Invocations',
  'Errors',
  'Throttles',
  'Duration',
  'ConcurrentExecutions',
  'AsyncEventsReceived',
  'AsyncEventAge',
  'AsyncEventsDropped',
  'DestinationDeliveryFailures',
  'RecursiveInvocationsDropped',
  'ProvisionedConcurrencyInvocations',
  'ProvisionedConcurrencySpilloverInvocations',
  'ProvisionedConcurrentExecutions',
  'ProvisionedConcurrencyUtilization',
] as const;
export type MetricName = (typeof metricNames)[number];

/** Those whose percentiles are known: times, in milliseconds. */
const times: ReadonlySet<string> = new Set<MetricName>(['Duration', 'AsyncEventAge']);

export const isMetricName = (name: string): name is MetricName => (metricNames as readonly string[]).includes(name);
export const isTime = (name: MetricName): boolean => times.has(name);

/** As a row of the store has them. */
export interface SamplesDocument {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Of times: how many there are by their step of 1 percent. */
  readonly steps?: Readonly<Record<string, number>>;
}

const step = Math.log(1.01);
/** Of times, which are told to a hundredth of a millisecond. */
const leastMs = 0.01;

/** What a span of time has of one metric. */
export class Samples {
  count = 0;
  sum = 0;
  min = Infinity;
  max = -Infinity;
  readonly #steps: Map<number, number> | undefined;

  constructor(name: MetricName) {
    this.#steps = isTime(name) ? new Map() : undefined;
  }

  add(value: number): void {
    this.count += 1;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (!this.#steps) return;
    const at = Math.round(Math.log(Math.max(value, leastMs)) / step);
    this.#steps.set(at, (this.#steps.get(at) ?? 0) + 1);
  }

  take(other: SamplesDocument): void {
    this.count += other.count;
    this.sum += other.sum;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    for (const [at, count] of Object.entries(other.steps ?? {}))
      this.#steps?.set(Number(at), (this.#steps.get(Number(at)) ?? 0) + count);
  }

  /** Of times alone, to half a percent; `percent` from 0 to 100. */
  percentile(percent: number): number {
    const wanted = (percent / 100) * this.count;
    if (wanted === this.count) return this.max;
    let passed = 0;
    for (const [at, count] of [...(this.#steps ?? [])].sort(([a], [b]) => a - b)) {
      passed += count;
      if (passed >= wanted) return Math.min(this.max, Math.max(this.min, Math.exp(at * step)));
    }
    return this.max;
  }

  toJSON(): SamplesDocument {
    const { count, sum, min, max } = this;
    return { count, sum, min, max, ...(this.#steps && { steps: Object.fromEntries(this.#steps) }) };
  }
}
