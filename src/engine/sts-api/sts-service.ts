// STS, as far as every AWS tool asks it before anything else: who am I?
import type { ApiRequest, ApiResponse, Service } from '../http/exchange.ts';
import { internal } from '../http/rest-json.ts';
import { ServiceError } from '../http/service-error.ts';

const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';

export class StsService implements Service {
  readonly signingName = 'sts';
  readonly #accountId: string;

  constructor(accountId: string) {
    this.#accountId = accountId;
  }

  async handle(request: ApiRequest): Promise<ApiResponse> {
    const form = new URLSearchParams(request.body.toString('utf8'));
    const action = form.get('Action') ?? request.query.get('Action');
    if (action !== 'GetCallerIdentity') {
      throw new ServiceError(
        'InvalidAction',
        400,
        `The local Lambda's STS serves GetCallerIdentity, not ${action ?? 'a request without Action'}.`,
      );
    }
    return xml(
      200,
      `<GetCallerIdentityResponse xmlns="${namespace}"><GetCallerIdentityResult>` +
        `<Arn>arn:aws:iam::${this.#accountId}:user/local</Arn><UserId>AIDALOCALLAMBDA00000</UserId><Account>${this.#accountId}</Account>` +
        '</GetCallerIdentityResult></GetCallerIdentityResponse>',
    );
  }

  describeError(error: unknown, requestId: string): ApiResponse {
    const known = error instanceof ServiceError ? error : internal();
    return xml(
      known.status,
      `<ErrorResponse xmlns="${namespace}"><Error><Type>Sender</Type><Code>${escape(known.code)}</Code>` +
        `<Message>${escape(known.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  }
}

const xml = (status: number, body: string): ApiResponse => ({ status, headers: { 'content-type': 'text/xml' }, body });
const escape = (text: string): string => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
