// The Lambda Runtime API (2018-06-01) as one execution environment sees it, on a port of its own, and over a channel.
// Source: "Using the Lambda runtime API for custom runtimes" in the AWS Lambda Developer Guide.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ExtensionsApi } from './extensions-api.ts';
import {
  errorInTrailers,
  hasInvalidMode,
  isStreamed,
  maxStreamedBytes,
  passOn,
  readWhole,
  type ResponseSink,
} from './response-body.ts';
import { answer, errorTypeOf, send } from './runtime-answers.ts';
import { RuntimeChannel, type ChannelMessage } from './runtime-channel.ts';
import { InvalidStateTransition, RuntimeState } from './runtime-state.ts';

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
  /** The runtime is ready for a snapshot, and goes on, as one that is restored from it, when it is told to. */
  onRestoreNext(goOn: () => void): void;
  /** The first bytes of a response have come. */
  onResponseBegun(): void;
  /** `body` is empty where the response went to the event's stream. */
  onResponse(requestId: string, body: Buffer): void;
  /** The connection broke inside the response: the runtime is dying, or gave it up. */
  onTruncatedResponse(requestId: string): void;
  onInvocationError(requestId: string, body: Buffer, errorType: string | undefined): void;
  onInitError(body: Buffer, errorType: string | undefined): void;
}

/** A response of one byte more than this is Function.ResponseSizeTooLarge. */
export const maxResponseBytes = 6_291_556;

/**
 * A socket pair takes some 200 kB at a time, and then both sides have to run again; TCP takes megabytes. What is larger than this is
 * fetched, and answered, by HTTP.
 */
const mostOverChannel = 65_536;
const prefix = '/2018-06-01/runtime/';
const routes: readonly { readonly method: string; readonly path: RegExp }[] = [
  { method: 'GET', path: /^invocation\/next$/ },
  { method: 'POST', path: /^invocation\/[^/]+\/(?:response|error)$/ },
  { method: 'POST', path: /^(?:init|restore)\/error$/ },
  { method: 'GET', path: /^restore\/next$/ },
];

export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  readonly #state = new RuntimeState();
  /** The first of them gets the next event; a runtime may ask over several connections. */
  readonly #waiting: ServerResponse[] = [];
  /** Of a bootstrap of ours. */
  #channel: RuntimeChannel | undefined;
  #channelWaits = false;
  /** The one that runs, or has been answered while the runtime has not asked for another one yet. */
  #event: RuntimeEvent | undefined;
  /** Resolves when the response or error that is on its way has come to its end. */
  #received: Promise<void> = Promise.resolve();

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

  /** Serves a bootstrap of ours over its socket as well. */
  serveChannel(socket: Duplex): void {
    this.#channel = new RuntimeChannel(socket, {
      mostBodyBytes: maxResponseBytes,
      listener: {
        onBegun: () => this.#state.name === 'Running' && this.#listener.onResponseBegun(),
        onMessage: (message, body, bytes) => this.#hear(message, body, bytes),
      },
    });
  }

  /** Hands an event to the runtime, which must have asked for one; should its connection be gone, when it asks again. */
  deliver(event: RuntimeEvent): void {
    this.#state.move('Running');
    this.#event = event;
    if (this.#channelWaits) {
      this.#channelWaits = false;
      const { payload, requestId, deadlineMs, functionArn, traceId, clientContext } = event;
      const head = { requestId, deadlineMs, functionArn, traceId, clientContext };
      if (payload.length > mostOverChannel) this.#channel?.send({ isLarge: true }, Buffer.alloc(0));
      else this.#channel?.send(head, payload);
      return;
    }
    const response = this.#waiting.shift();
    if (response) send(event, response);
  }

  /** The runtime has ended: whoever still calls in its name is refused. Extensions go on being served. */
  end(): void {
    this.#state.move('Ended');
  }

  close(): void {
    this.#channel?.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    const rest = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    const route = routes.find((one) => one.path.test(rest));
    if (route?.method !== request.method) {
      request.resume();
      if (!route) return answer(response, 404, 'NotFound', 'No such path in the Runtime API');
      response.setHeader('allow', route.method);
      return answer(response, 405, 'MethodNotAllowed', `This path takes ${route.method} alone`);
    }
    try {
      if (rest === 'invocation/next') return await this.#next(response);
      if (rest === 'restore/next') return this.#restore(response);
      if (rest === 'init/error') return await this.#takeInitError(request, response, 'InitError');
      if (rest === 'restore/error') return await this.#takeInitError(request, response, 'RestoreError');
      const [, requestId = '', what] = rest.split('/');
      if (requestId !== this.#event?.requestId) {
        await readWhole(request);
        return answer(response, 400, 'InvalidRequestID', 'Invalid request ID');
      }
      const taking = what === 'error' ? this.#takeError(request, response) : this.#takeResponse(request, response);
      this.#received = taking.catch(() => undefined);
      await taking;
    } catch (error) {
      if (!(error instanceof InvalidStateTransition)) throw error;
      request.resume();
      answer(response, 403, 'InvalidStateTransition', error.message);
    }
  }

  /** Throws nothing: what breaks the rules has been written there by somebody else than our bootstrap. */
  #hear({ kind, requestId, errorType }: ChannelMessage, body: Buffer, bytes: number): void {
    try {
      if (kind === 'init-error') {
        this.#state.move('InitError');
        this.#listener.onInitError(body, errorType);
        this.#channel?.send({}, Buffer.alloc(0));
        return;
      }
      this.#channelWaits = kind !== 'fatal';
      if (kind === 'next') return this.#ready();
      if (requestId === undefined || requestId !== this.#event?.requestId) return this.#channel?.close();
      this.#state.move(kind === 'response' ? 'InvocationResponse' : 'InvocationErrorResponse');
      if (bytes > maxResponseBytes) this.#failedTooLarge(maxResponseBytes);
      else if (kind === 'response') this.#answered(() => this.#listener.onResponse(requestId, body));
      else this.#answered(() => this.#listener.onInvocationError(requestId, body, errorType));
      if (kind === 'fatal') this.#channel?.send({}, Buffer.alloc(0));
    } catch (error) {
      if (!(error instanceof InvalidStateTransition)) throw error;
      this.#channel?.close();
    }
  }

  async #next(response: ServerResponse): Promise<void> {
    await this.#received; // the two may come over two connections
    if (response.destroyed) return;
    this.#state.check('Ready');
    // Asked again before it has answered: the same event once more.
    if (this.#state.name === 'Running' && this.#event) return send(this.#event, response);
    this.#waiting.push(response);
    response.once('close', () => {
      const place = this.#waiting.indexOf(response);
      if (place >= 0) this.#waiting.splice(place, 1);
    });
    this.#ready();
  }

  #ready(): void {
    this.#state.move('Ready');
    this.#event = undefined;
    this.#listener.onNext();
  }

  #restore(response: ServerResponse): void {
    this.#state.move('RestoreReady');
    this.#listener.onRestoreNext(() => answer(response, 200));
  }

  async #takeInitError(
    request: IncomingMessage,
    response: ServerResponse,
    state: 'InitError' | 'RestoreError',
  ): Promise<void> {
    this.#state.move(state);
    const { body } = await readWhole(request);
    answer(response, 202);
    this.#listener.onInitError(body, errorTypeOf(request));
  }

  async #takeError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#state.move('InvocationErrorResponse');
    const { body, bytes, complete } = await readWhole(request);
    if (bytes > maxResponseBytes) return this.#tooLarge(response, maxResponseBytes);
    if (complete) answer(response, 202);
    // Most runtimes send no type.
    this.#answered((requestId) =>
      complete
        ? this.#listener.onInvocationError(requestId, body, errorTypeOf(request))
        : this.#listener.onTruncatedResponse(requestId),
    );
  }

  async #takeResponse(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#state.move('InvocationResponse');
    this.#listener.onResponseBegun();
    if (hasInvalidMode(request)) {
      await readWhole(request);
      answer(response, 400, 'InvalidFunctionResponseMode', 'Invalid function response mode');
      return this.#failed('Runtime.InvalidResponseModeHeader', 'Invalid function response mode');
    }
    const sink = isStreamed(request) ? this.#event?.stream : undefined;
    const { body, bytes, complete } = sink ? await passOn(request, sink) : await readWhole(request);
    if (!complete) return this.#answered((requestId) => this.#listener.onTruncatedResponse(requestId));
    const failed = isStreamed(request) ? errorInTrailers(request) : undefined;
    const limit = sink ? maxStreamedBytes : maxResponseBytes;
    if (bytes > limit && sink && !failed) return this.#tooLarge(response, limit);
    if (bytes > limit) answer(response, 413, 'RequestEntityTooLarge', exceeds(limit));
    else answer(response, 202);
    this.#answered((requestId) =>
      failed
        ? this.#listener.onInvocationError(requestId, failed.body, failed.errorType)
        : this.#listener.onResponse(requestId, body),
    );
  }

  #tooLarge(response: ServerResponse, limit: number): void {
    answer(response, 413, 'RequestEntityTooLarge', exceeds(limit));
    this.#failedTooLarge(limit);
  }

  #failedTooLarge(limit: number): void {
    this.#failed('Function.ResponseSizeTooLarge', `Response payload size: ${exceeds(limit)}`);
  }

  #failed(errorType: string, errorMessage: string): void {
    const body = Buffer.from(JSON.stringify({ errorType, errorMessage }));
    this.#answered((requestId) => this.#listener.onInvocationError(requestId, body, errorType));
  }

  #answered(tell: (requestId: string) => void): void {
    if (this.#state.name === 'Ended' || !this.#event) return;
    this.#state.move('RuntimeResponseSentState');
    tell(this.#event.requestId);
    // It has asked already, over another connection.
    if (this.#waiting.length > 0 || this.#channelWaits) this.#ready();
  }
}

const exceeds = (limit: number): string => `Exceeded maximum allowed payload size (${limit} bytes).`;
