// The engine's one door: every request is read, held against the guards, given to its service, and answered.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { BriefWaits } from '../brief-waits.ts';
import { endWith, readBody } from './body.ts';
import type { ApiRequest, ApiResponse, Service } from './exchange.ts';
import { refuseForeignRequest } from './guards.ts';
import { InvokeConnection } from './invoke-connection.ts';
import { ServiceError } from './service-error.ts';
import { signedService, type SignatureChecker } from './signature.ts';
import type { RequestHead } from './whole-request.ts';

export interface ApiServerOptions {
  readonly port: number;
  readonly services: readonly Service[];
  /** Absent: any credentials are accepted. */
  readonly signatures?: SignatureChecker;
  /** Requests of the engine's own clients (health, lease, package download), below `/_engine/`. */
  readonly own: (request: ApiRequest, checkSignature: () => void) => Promise<ApiResponse>;
  readonly waits: BriefWaits;
  /** Called when a request begins, returns the call for its end: keeps the engine alive meanwhile. */
  readonly onRequest: () => () => void;
}

interface Incoming {
  readonly head: RequestHead;
  readonly readBody: () => Buffer | Promise<Buffer>;
  /** Aborts when the client goes away. */
  readonly signal: () => AbortSignal;
}

/** Largest request body of any operation: a 50 MB zip in base64 and its JSON around it. */
const maxBodyBytes = 70_167_211;

export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #server: Server;
  /** Those that node:http does not have. */
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor(options: ApiServerOptions) {
    this.#options = options;
    // Its clients end connections: one that is closed here may just be taken for the next request there.
    this.#server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
      void this.#serve(request, response);
    });
    this.#meetConnections();
  }

  /** Listens on loopback. Rejects with EADDRINUSE where the port is taken. */
  static async listen(options: ApiServerOptions): Promise<ApiServer> {
    const server = new ApiServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(options.port, '127.0.0.1', resolve);
    });
    server.#port = (server.#server.address() as AddressInfo).port; // a TCP server that listens has a TCP address
    return server;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
      for (const socket of this.#sockets) socket.destroy();
    });
  }

  /** Every connection is one for invocations first, until something else comes over it. */
  #meetConnections(): void {
    const ofNode = this.#server.listeners('connection');
    this.#server.removeAllListeners('connection');
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      const forget = (): void => void this.#sockets.delete(socket);
      socket.once('close', forget);
      InvokeConnection.open(socket, {
        waits: this.#options.waits,
        serve: async ({ body, ...head }) => {
          const done = this.#options.onRequest();
          const answer = await this.#answer({ head, readBody: () => body, signal: () => socketSignal(socket) });
          done();
          return answer;
        },
        giveAway: (read) => {
          socket.off('close', forget);
          forget();
          for (const listener of ofNode) listener.call(this.#server, socket);
          socket.unshift(read);
        },
      });
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('close', this.#options.onRequest());
    const readWhole = async (): Promise<Buffer> => readBody(request, maxBodyBytes, 'CreateFunction');
    const answer = await this.#answer({ head: request, readBody: readWhole, signal: () => goneSignal(response) });
    send(response, answer);
  }

  /** With a request id, which is an invocation's own where it is one. */
  async #answer(incoming: Incoming): Promise<ApiResponse> {
    let requestId: string | undefined;
    const answer = await this.#judge(incoming, () => (requestId ??= randomUUID()));
    if (answer.headers?.['x-amzn-requestid'] !== undefined) return answer;
    return { ...answer, headers: { 'x-amzn-requestid': (requestId ??= randomUUID()), ...answer.headers } };
  }

  async #judge({ head, readBody: read, signal }: Incoming, requestId: () => string): Promise<ApiResponse> {
    let served: { readonly service: Service; readonly request: ApiRequest } | undefined;
    try {
      refuseForeignRequest(head, this.#port);
      const given = read();
      const body = given instanceof Promise ? await given : given;
      const request = toApiRequest(head, body, signal);
      const checkSignature = (): void => this.#options.signatures?.check(head, body);
      if (request.path.startsWith('/_engine/')) return await this.#options.own(request, checkSignature);
      const service = this.#serviceOf(request);
      served = { service, request };
      checkSignature();
      return await service.handle(request);
    } catch (error) {
      return served ? served.service.describeError(error, requestId(), served.request) : plainError(error);
    }
  }

  #serviceOf(request: ApiRequest): Service {
    const byName = (name: string | undefined): Service | undefined =>
      this.#options.services.find((service) => service.signingName === name);
    const target = String(request.headers['x-amz-target'] ?? '');
    const byPath = request.path === '/' ? 'sts' : 'lambda';
    const guess = target.startsWith('Logs_') ? 'logs' : isForMetrics(target, request.path) ? 'monitoring' : byPath;
    const signed = signedService(request.headers.authorization);
    const service = byName(signed ?? guess);
    if (!service)
      throw new ServiceError(
        'UnknownOperationException',
        404,
        `The local Lambda does not serve ${signed}. Use AWS for it.`,
      );
    return service;
  }
}

const isForMetrics = (target: string, path: string): boolean =>
  target.startsWith('GraniteServiceVersion') || path.startsWith('/service/GraniteServiceVersion');

function toApiRequest(head: RequestHead, body: Buffer, goneSignalOf: () => AbortSignal): ApiRequest {
  const url = head.url ?? '/';
  const mark = url.indexOf('?');
  let query: URLSearchParams | undefined;
  let signal: AbortSignal | undefined;
  return {
    method: head.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    get query() {
      return (query ??= new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)));
    },
    headers: head.headers,
    body,
    // Few operations ask for it.
    get signal() {
      return (signal ??= goneSignalOf());
    },
  };
}

function socketSignal(socket: Socket): AbortSignal {
  const gone = new AbortController();
  if (socket.destroyed) gone.abort();
  socket.once('close', () => gone.abort());
  return gone.signal;
}

function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  if (response.destroyed) gone.abort();
  response.once('close', () => {
    if (!response.writableEnded) gone.abort();
  });
  return gone.signal;
}

function send(response: ServerResponse, answer: ApiResponse): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    ...(answer.stream ? {} : { 'content-length': String(Buffer.byteLength(answer.body ?? '')) }),
    ...answer.headers,
  });
  if (answer.stream) answer.stream(response);
  else endWith(response, answer.body);
}

function plainError(error: unknown): ApiResponse {
  const known = error instanceof ServiceError;
  return {
    status: known ? error.status : 500,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': known ? error.code : 'ServiceException' },
    body: JSON.stringify({ message: known ? error.message : 'The local Lambda failed to serve this request.' }),
  };
}
