// The Lambda Runtime API (2018-06-01) as one execution environment sees it, on a port of its own.
// Source: "Using the Lambda runtime API for custom runtimes" in the AWS Lambda Developer Guide.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExtensionsApi } from './extensions-api.ts';
import {
  errorInTrailers,
  isStreamed,
  maxStreamedBytes,
  passOn,
  readWhole,
  type ResponseSink,
} from './response-body.ts';

/** What the runtime is handed by GET /runtime/invocation/next. */
export interface RuntimeEvent {
  readonly requestId: string;
  readonly deadlineMs: number;
  readonly functionArn: string;
  readonly traceId: string;
  readonly clientContext?: string | undefined;
  readonly payload: Buffer;
  /** Takes a response that the runtime streams; absent: it is gathered, and comes as a whole. */
  readonly stream?: ResponseSink;
}

export interface RuntimeListener {
  /** The runtime asks for work: its init, or its last invocation, is over. */
  onNext(): void;
  /** `body` is empty where the response went to the event's stream. */
  onResponse(requestId: string, body: Buffer): void;
  /** The connection broke inside the response: the runtime is dying, or gave it up. */
  onTruncatedResponse(requestId: string): void;
  onInvocationError(requestId: string, body: Buffer, errorType: string | undefined): void;
  onInitError(body: Buffer, errorType: string | undefined): void;
}

/** A response of one byte more than this is Function.ResponseSizeTooLarge. */
export const maxResponseBytes = 6_291_556;

export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  #waiting: ServerResponse | undefined;
  #current: string | undefined;
  #sink: ResponseSink | undefined;

  private constructor(listener: RuntimeListener, extensions: ExtensionsApi) {
    this.#listener = listener;
    this.#server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
      if (!extensions.serves(request, response)) void this.#serve(request, response);
    });
  }

  static async listen(listener: RuntimeListener, extensions: ExtensionsApi): Promise<RuntimeApi> {
    const api = new RuntimeApi(listener, extensions);
    await new Promise<void>((resolve, reject) => {
      api.#server.once('error', reject);
      api.#server.listen(0, '127.0.0.1', resolve);
    });
    return api;
  }

  /** As AWS_LAMBDA_RUNTIME_API carries it. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // a listening TCP server has a TCP address
  }

  /** Hands an event to the runtime, which must be waiting in `next`. */
  deliver(event: RuntimeEvent): void {
    const response = this.#waiting;
    if (!response) throw new Error('The runtime is not waiting for an event');
    this.#waiting = undefined;
    this.#current = event.requestId;
    this.#sink = event.stream;
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': event.payload.length,
      'lambda-runtime-aws-request-id': event.requestId,
      'lambda-runtime-deadline-ms': String(event.deadlineMs),
      'lambda-runtime-invoked-function-arn': event.functionArn,
      'lambda-runtime-trace-id': event.traceId,
      ...(event.clientContext && { 'lambda-runtime-client-context': event.clientContext }),
    });
    response.end(event.payload);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (request.method === 'GET' && path === '/2018-06-01/runtime/invocation/next') {
      this.#current = undefined;
      this.#waiting = response;
      response.once('close', () => {
        if (this.#waiting === response) this.#waiting = undefined;
      });
      this.#listener.onNext();
      return;
    }
    const errorType = first(request.headers['lambda-runtime-function-error-type']);
    if (request.method === 'POST' && path === '/2018-06-01/runtime/init/error') {
      const { body } = await readWhole(request);
      answer(response, 202);
      this.#listener.onInitError(body, errorType);
      return;
    }
    const invocation = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path);
    if (request.method !== 'POST' || !invocation?.[1]) {
      request.resume();
      return answer(response, 404, 'NotFound', 'No such path in the Runtime API');
    }
    const requestId = invocation[1];
    if (requestId !== this.#current) {
      await readWhole(request);
      return answer(response, 400, 'InvalidRequestID', 'Invalid request ID');
    }
    if (invocation[2] === 'response') return this.#receive(requestId, request, response);
    const { body } = await readWhole(request);
    this.#current = undefined;
    answer(response, 202);
    // Most runtimes send no type.
    this.#listener.onInvocationError(requestId, body, errorType);
  }

  async #receive(requestId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sink = isStreamed(request) ? this.#sink : undefined;
    const { body, bytes, complete } = sink ? await passOn(request, sink) : await readWhole(request);
    if (!complete) return this.#listener.onTruncatedResponse(requestId);
    this.#current = undefined;
    const limit = sink ? maxStreamedBytes : maxResponseBytes;
    const refusal = `Exceeded maximum allowed payload size (${limit} bytes).`;
    if (bytes > limit) answer(response, 413, 'RequestEntityTooLarge', refusal);
    else answer(response, 202);
    const failed = isStreamed(request) ? errorInTrailers(request) : undefined;
    if (failed) return this.#listener.onInvocationError(requestId, failed.body, failed.errorType);
    if (sink && bytes > limit) {
      const errorType = 'Function.ResponseSizeTooLarge';
      const tooLarge = Buffer.from(JSON.stringify({ errorType, errorMessage: `Response payload size: ${refusal}` }));
      return this.#listener.onInvocationError(requestId, tooLarge, errorType);
    }
    this.#listener.onResponse(requestId, body);
  }
}

function answer(response: ServerResponse, status: number, errorType?: string, errorMessage?: string): void {
  const body = JSON.stringify(errorType ? { errorType, errorMessage } : { status: 'OK' });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
