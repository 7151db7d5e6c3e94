// The Lambda API: requests are matched and judged by the published service model, then handed to their operation.
import lambdaModel from '../model/lambda.json' with { type: 'json' };
import type { ApiRequest, ApiResponse, Service } from '../http/exchange.ts';
import { RestJsonInput } from '../http/rest-json-input.ts';
import { restJson, restJsonError } from '../http/rest-json.ts';
import { ServiceError } from '../http/service-error.ts';
import { RouteTable } from '../model/route.ts';
import { asServiceModel } from '../model/service-model.ts';
import { wrongType } from '../model/types.ts';
import { InputValidator } from '../model/validate.ts';
import type { Functions } from './functions.ts';
import type { InvokeOperation } from './invoke.ts';
import type { StreamedInvokeOperation } from './invoke-streamed.ts';
import type { OperationTable } from './operation.ts';

export interface LambdaServiceOptions {
  readonly functions: Functions;
  /** What belongs to functions: configurations, URLs, policies. */
  readonly resources: readonly { readonly operations: OperationTable }[];
  readonly invoke: InvokeOperation;
  readonly invokeStreamed: StreamedInvokeOperation;
  readonly reportFault: (error: unknown) => void;
}

const model = asServiceModel(lambdaModel);

export class LambdaService implements Service {
  readonly signingName = 'lambda';
  readonly #routes = new RouteTable(model);
  readonly #inputs = new RestJsonInput(model);
  readonly #validator = new InputValidator(model);
  readonly #operations: OperationTable;
  readonly #invoke: InvokeOperation;
  readonly #invokeStreamed: StreamedInvokeOperation;
  readonly #reportFault: (error: unknown) => void;

  constructor({ functions, resources, invoke, invokeStreamed, reportFault }: LambdaServiceOptions) {
    this.#invoke = invoke;
    this.#invokeStreamed = invokeStreamed;
    this.#reportFault = reportFault;
    this.#operations = {
      CreateFunction: async (input) => functions.create(input),
      GetFunction: (input) => functions.get(input),
      GetFunctionConfiguration: (input) => functions.getConfiguration(input),
      ListFunctions: (input) => functions.list(input),
      UpdateFunctionCode: async (input) => functions.updateCode(input),
      UpdateFunctionConfiguration: async (input) => functions.updateConfiguration(input),
      DeleteFunction: (input) => functions.delete(input),
      ...Object.assign({}, ...resources.map(({ operations }) => operations)),
    };
  }

  async handle(request: ApiRequest): Promise<ApiResponse> {
    const match = this.#routes.match(request.method, request.path, () => request.query);
    const operation = match && model.operations[match.operation];
    if (!match || !operation)
      throw new ServiceError(
        'UnknownOperationException',
        404,
        `Lambda has no operation at ${request.method} ${request.path}`,
      );
    if (!operation.input) {
      throw new ServiceError(
        'NotImplementedException',
        501,
        `The local Lambda does not serve ${match.operation} yet. Use AWS for it.`,
      );
    }
    const input = this.#inputs.read(operation.input, request, match.labels);
    const mistyped = wrongType(model, operation.input, input);
    if (mistyped) throw new ServiceError('SerializationException', 400, mistyped);
    const broken = this.#validator.check(operation.input, input);
    if (broken) throw new ServiceError('ValidationException', 400, broken);
    const given = request.headers['x-amzn-trace-id'];
    const trace = Array.isArray(given) ? given[0] : given;
    if (match.operation === 'Invoke') return this.#invoke.invoke(input, trace);
    if (match.operation === 'InvokeWithResponseStream')
      return this.#invokeStreamed.invoke(input, { gone: request.signal, trace });
    const handler = this.#operations[match.operation];
    if (!handler) throw new Error(`${match.operation} has an input model but no handler`);
    const output = await handler(input);
    // DeleteFunction answers without a body; its model's 200 is for durable functions.
    return output === undefined ? { status: 204 } : restJson(operation.status, output);
  }

  describeError(error: unknown): ApiResponse {
    if (!(error instanceof ServiceError)) this.#reportFault(error);
    return restJsonError(error);
  }
}
