// IAM, as far as tools that deploy functions need it: roles and their policies. They are kept and shown; nothing is enforced by them.
import type { ApiRequest, ApiResponse, Service } from '../http/exchange.ts';
import { queryError, queryResponse, readForm } from '../http/query-xml.ts';
import { ServiceError } from '../http/service-error.ts';
import { readInput, type IamInput } from './iam-input.ts';

const namespace = 'https://iam.amazonaws.com/doc/2010-05-08/';

/** What a resource of IAM answers, by the operations' names; `undefined` is an answer without a result. */
export type IamOperations = Readonly<Record<string, (input: IamInput) => object | undefined>>;

export interface IamServiceOptions {
  readonly operations: IamOperations;
  readonly reportFault: (error: unknown) => void;
}

export class IamService implements Service {
  readonly signingName = 'iam';
  readonly #options: IamServiceOptions;

  constructor(options: IamServiceOptions) {
    this.#options = options;
  }

  async handle(request: ApiRequest): Promise<ApiResponse> {
    const form = readForm(request);
    const action = form.get('Action') ?? '';
    const operation = Object.hasOwn(this.#options.operations, action) ? this.#options.operations[action] : undefined;
    if (!operation) {
      throw new ServiceError(
        'InvalidAction',
        400,
        `The local Lambda's IAM does not serve ${action || 'a request without Action'}, but ${Object.keys(this.#options.operations).join(', ')}. Use AWS for others.`,
      );
    }
    return queryResponse(action, namespace, operation(readInput(action, form)));
  }

  describeError(error: unknown, requestId: string): ApiResponse {
    if (!(error instanceof ServiceError)) this.#options.reportFault(error);
    return queryError(error, requestId, namespace);
  }
}
