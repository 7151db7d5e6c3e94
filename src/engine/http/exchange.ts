import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** One request, read whole, that has passed the host and signature checks. */
export interface ApiRequest {
  readonly method: string;
  /** As sent, before percent-decoding. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborts when the client goes away before the answer is complete. */
  readonly signal: AbortSignal;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Instead of `body`: writes the answer piece by piece and ends it. */
  readonly stream?: (response: ServerResponse) => void;
}

/** One AWS service behind the shared port. */
export interface Service {
  /** The name in a request's credential scope: `lambda`, `logs`, `sts`, `monitoring`. */
  readonly signingName: string;
  handle(request: ApiRequest): Promise<ApiResponse>;
  /** Puts an error in this service's own wire format, which may be the request's choice. */
  describeError(error: unknown, requestId: string, request: ApiRequest): ApiResponse;
}
