// STS, as far as every AWS tool asks it before anything else: who am I?
import type { ApiRequest, ApiResponse, Service } from '../http/exchange.ts';
import { queryError, queryResponse, readForm } from '../http/query-xml.ts';
import { ServiceError } from '../http/service-error.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

export class StsService implements Service {
  readonly signingName = 'sts';
  readonly #accountId: string;

  constructor(accountId: string) {
    this.#accountId = accountId;
  }

  async handle(request: ApiRequest): Promise<ApiResponse> {
    const action = readForm(request).get('Action') ?? request.query.get('Action');
    if (action !== 'GetCallerIdentity') {
      throw new ServiceError(
        'InvalidAction',
        400,
        `The local Lambda's STS serves GetCallerIdentity, not ${action ?? 'a request without Action'}.`,
      );
    }
    return queryResponse(action, namespace, {
      Arn: `arn:aws:iam::${this.#accountId}:user/local`,
      UserId: 'AIDALOCALLAMBDA00000',
      Account: this.#accountId,
    });
  }

  describeError(error: unknown, requestId: string): ApiResponse {
    return queryError(error, requestId, namespace);
  }
}
