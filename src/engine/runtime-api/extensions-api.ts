// The Lambda Extensions API (2020-01-01) of one execution environment, on the port of its Runtime API.
// Source: "Using the Lambda Extensions API to create extensions" in the AWS Lambda Developer Guide.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readWhole } from './response-body.ts';
import type { TelemetryApi } from './telemetry-api.ts';
import type { TelemetryApiName } from './telemetry-request.ts';

export type ExtensionEventType = 'INVOKE' | 'SHUTDOWN';

/** What GET /extension/event/next answers. */
export type ExtensionEvent = { readonly eventType: ExtensionEventType; readonly deadlineMs: number } & Readonly<
  Record<string, unknown>
>;

export interface ExtensionsListener {
  /** One has registered, or asks for its next event. */
  onChange(): void;
  onError(name: string, phase: 'init' | 'exit', errorType: string): void;
}

export interface AboutFunction {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly handler: string;
  /** Told to those who ask for it. */
  readonly accountId: string;
}

export interface ExtensionsApiOptions {
  readonly about: AboutFunction;
  /** Those with a program of their own; others register from within the runtime, for INVOKE alone. */
  readonly external: ReadonlySet<string>;
  readonly listener: ExtensionsListener;
  readonly telemetry: TelemetryApi;
}

const maxExtensions = 10;
const subscriptionPaths: Readonly<Record<string, TelemetryApiName>> = {
  '/2022-07-01/telemetry': 'Telemetry',
  '/2020-08-15/logs': 'Logs',
};

interface Registered {
  readonly name: string;
  readonly events: readonly ExtensionEventType[];
  waiting: ServerResponse | undefined;
  /** It has asked for an event at least once. */
  asked: boolean;
  pending: ExtensionEvent | undefined;
}

export class ExtensionsApi {
  readonly #about: AboutFunction;
  readonly #external: ReadonlySet<string>;
  readonly #listener: ExtensionsListener;
  readonly #telemetry: TelemetryApi;
  readonly #registered = new Map<string, Registered>();
  #closed = false;

  constructor(options: ExtensionsApiOptions) {
    this.#about = options.about;
    this.#external = options.external;
    this.#listener = options.listener;
    this.#telemetry = options.telemetry;
  }

  get registered(): readonly Pick<Registered, 'name' | 'events' | 'asked'>[] {
    return [...this.#registered.values()];
  }

  /** Whether every one that has registered waits for its next event. */
  get idle(): boolean {
    for (const { waiting } of this.#registered.values()) if (waiting === undefined) return false;
    return true;
  }

  /** No extension can register from now on. */
  closeRegistration(): void {
    this.#closed = true;
  }

  /** The init is over, of extensions as well: nobody can subscribe from now on. */
  closeSubscription(): void {
    this.#telemetry.closeSubscription();
  }

  /** To all that have registered for it; one that does not wait gets it when it asks. */
  deliver(event: ExtensionEvent): void {
    for (const extension of this.#registered.values()) {
      if (!extension.events.includes(event.eventType)) continue;
      extension.pending = event;
      this.#send(extension);
    }
  }

  /** False where the request is for another API. */
  serves(request: IncomingMessage, response: ServerResponse): boolean {
    const path = request.url ?? '';
    const telemetry = request.method === 'PUT' ? subscriptionPaths[path.replace(/\/$/, '')] : undefined;
    if (!telemetry && !path.startsWith('/2020-01-01/extension/')) return false;
    void this.#serve(
      telemetry ?? `${request.method} ${path.slice('/2020-01-01/extension/'.length)}`,
      request,
      response,
    );
    return true;
  }

  async #serve(what: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { body } = await readWhole(request);
    if (what === 'POST register') return this.#register(request, body, response);
    const id = header(request, 'lambda-extension-identifier');
    if (!id) return refuse(response, 'MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header');
    const extension = this.#registered.get(id);
    if (!extension) return refuse(response, 'UnknownExtensionIdentifier', `Unknown extension ${id}`);
    if (what === 'Telemetry' || what === 'Logs') {
      const { status, body: answered } = this.#telemetry.subscribe(what, extension.name, body);
      return answer(response, status, answered);
    }
    if (what === 'GET event/next') {
      extension.waiting = response;
      extension.asked = true;
      response.once('close', () => {
        if (extension.waiting === response) extension.waiting = undefined;
      });
      this.#send(extension);
      return this.#listener.onChange();
    }
    const phase = /^POST (init|exit)\/error$/.exec(what)?.[1];
    if (phase !== 'init' && phase !== 'exit') {
      const errorMessage = 'No such path in the Extensions API';
      return answer(response, 404, { errorType: 'NotFound', errorMessage });
    }
    answer(response, 202, { status: 'OK' });
    const errorType = header(request, 'lambda-extension-function-error-type') ?? 'Extension.Unknown';
    this.#listener.onError(extension.name, phase, errorType);
  }

  #register(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const name = header(request, 'lambda-extension-name');
    if (!name) return refuse(response, 'InvalidExtensionName', 'Empty extension name');
    if (this.registered.some((other) => other.name === name))
      return refuse(response, 'AlreadyRegistered', `Extension with name ${name} is already registered`);
    if (this.#closed) return refuse(response, 'RegistrationClosed', 'Extension registration closed already');
    if (this.#registered.size >= maxExtensions)
      return refuse(response, 'TooManyExtensions', `Extension limit (${maxExtensions}) reached`);
    const events = readEvents(body);
    if (!events) return refuse(response, 'InvalidEventType', 'Events are INVOKE and SHUTDOWN');
    if (!this.#external.has(name) && events.includes('SHUTDOWN')) {
      const reason = `${name} is no file of /opt/extensions, and an internal extension has no SHUTDOWN event`;
      return refuse(response, 'ShutdownEventNotSupportedForInternalExtension', reason);
    }
    const id = randomUUID();
    this.#registered.set(id, { name, events, waiting: undefined, asked: false, pending: undefined });
    const { accountId, ...about } = this.#about;
    const features = (header(request, 'lambda-extension-accept-feature') ?? '').split(',').map((one) => one.trim());
    const answered = features.includes('accountId') ? { ...about, accountId } : about;
    answer(response, 200, answered, { 'lambda-extension-identifier': id });
    this.#listener.onChange();
  }

  #send(extension: Registered): void {
    const { waiting, pending } = extension;
    if (!waiting || !pending) return;
    extension.waiting = undefined;
    extension.pending = undefined;
    answer(waiting, 200, pending, { 'lambda-extension-event-identifier': randomUUID() });
  }
}

function readEvents(body: Buffer): ExtensionEventType[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString() || '{}');
  } catch {
    return undefined;
  }
  const given: unknown = typeof parsed === 'object' && parsed !== null && 'events' in parsed ? parsed.events : [];
  if (!Array.isArray(given)) return undefined;
  const events = given.filter((event): event is ExtensionEventType => event === 'INVOKE' || event === 'SHUTDOWN');
  return events.length === given.length ? events : undefined;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const refuse = (response: ServerResponse, errorType: string, errorMessage: string): void =>
  answer(response, 403, { errorType: `Extension.${errorType}`, errorMessage });

function answer(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
