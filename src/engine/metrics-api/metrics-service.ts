// CloudWatch, as far as it tells of functions: the metrics of the namespace AWS/Lambda, counted by the engine itself.
import cloudwatchModel from '../model/cloudwatch.json' with { type: 'json' };
import type { ApiRequest, ApiResponse, Service } from '../http/exchange.ts';
import { ServiceError } from '../http/service-error.ts';
import type { FunctionMetrics } from '../metrics/function-metrics.ts';
import { asServiceModel } from '../model/service-model.ts';
import { wrongType } from '../model/types.ts';
import { InputValidator } from '../model/validate.ts';
import type { MetricStore } from '../store/metric-store.ts';
import { metricData } from './metric-data.ts';
import { listMetrics } from './metric-list.ts';
import { metricStatistics } from './metric-statistics-operation.ts';
import { invalid, invalidValue } from './metrics-errors.ts';
import { wireOf } from './metrics-wire.ts';

export interface MetricsServiceOptions {
  readonly store: MetricStore;
  readonly metrics: Pick<FunctionMetrics, 'flush'>;
  readonly reportFault: (error: unknown) => void;
}

type Operation = (store: MetricStore, input: Readonly<Record<string, unknown>>) => object;

const model = asServiceModel(cloudwatchModel);
const operations: Readonly<Record<string, Operation>> = {
  ListMetrics: listMetrics,
  GetMetricStatistics: metricStatistics,
  GetMetricData: metricData,
};

export class MetricsService implements Service {
  readonly signingName = 'monitoring';
  readonly #options: MetricsServiceOptions;
  readonly #validator = new InputValidator(model);

  constructor(options: MetricsServiceOptions) {
    this.#options = options;
  }

  async handle(request: ApiRequest): Promise<ApiResponse> {
    const wire = wireOf(request);
    const { run, shape } = this.#find(wire.operation);
    const input = wire.input(model, shape);
    const mistyped = wrongType(model, shape, input);
    if (mistyped !== undefined) throw new ServiceError('SerializationException', 400, mistyped);
    const broken = this.#validator.check(shape, input);
    if (broken !== undefined) throw wire.operation === 'GetMetricData' ? invalid(broken) : invalidValue(broken);
    this.#options.metrics.flush();
    return wire.answer(run(this.#options.store, input));
  }

  describeError(error: unknown, requestId: string, request: ApiRequest): ApiResponse {
    if (!(error instanceof ServiceError)) this.#options.reportFault(error);
    return wireOf(request).refuse(error, requestId);
  }

  #find(name: string): { readonly run: Operation; readonly shape: string } {
    const described = Object.hasOwn(model.operations, name) ? model.operations[name] : undefined;
    if (!described)
      throw new ServiceError('InvalidAction', 400, `CloudWatch has no operation ${name || 'without a name'}.`);
    const run = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (run && described.input !== undefined) return { run, shape: described.input };
    throw new ServiceError(
      'NotImplementedException',
      501,
      `The local Lambda does not serve ${name} of CloudWatch, but ${Object.keys(operations).join(', ')}. Use AWS for others.`,
    );
  }
}
