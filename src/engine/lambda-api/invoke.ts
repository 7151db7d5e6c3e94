import { randomUUID } from 'node:crypto';
import { ServiceError } from '../http/service-error.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { AsyncQueue } from '../events/async-queue.ts';
import type { InvocationEvent } from '../sandbox/outcome.ts';
import type { EnvironmentPools } from '../sandbox/pool.ts';
import type { FunctionRoute, Functions } from './functions.ts';
import type { Recursion } from './recursion.ts';

export interface InvokeOperationOptions {
  readonly functions: Functions;
  readonly pools: EnvironmentPools;
  readonly queue: AsyncQueue;
  readonly recursion: Recursion;
}

export const maxSyncBytes = 6_291_456;
const maxAsyncBytes = 1_048_576;
const maxClientContextBytes = 3583;

/** The Invoke operation: RequestResponse, Event and DryRun. */
export class InvokeOperation {
  readonly #options: InvokeOperationOptions;

  constructor(options: InvokeOperationOptions) {
    this.#options = options;
  }

  /** `trace` is the caller's X-Amzn-Trace-Id. */
  async invoke(input: Readonly<Record<string, unknown>>, trace?: string): Promise<ApiResponse> {
    const { record, functionArn, qualifier } = routeOf(this.#options.functions, input);
    const type = input['InvocationType'] ?? 'RequestResponse';
    const payload = checkPayload(input['Payload'], type === 'Event' ? maxAsyncBytes : maxSyncBytes);
    const traced = this.#options.recursion.trace(record, trace);
    const event: InvocationEvent = {
      requestId: randomUUID(),
      functionArn,
      payload,
      traceId: traced.header,
      clientContext: readClientContext(input['ClientContext']),
      isAnsweredAtOnce: type === 'RequestResponse' && input['LogType'] !== 'Tail',
    };
    const requestIdHeader = { 'x-amzn-requestid': event.requestId };
    if (type === 'DryRun') return { status: 204, headers: requestIdHeader };
    if (type === 'Event') {
      this.#options.queue.accept(record.name, event, qualifier);
      return { status: 202, headers: { ...requestIdHeader, 'x-amzn-trace-id': event.traceId } };
    }
    this.#options.recursion.refuseLoop(record.name, traced);
    const outcome = await this.#options.pools.invoke(record, event);
    return {
      status: 200,
      headers: {
        ...requestIdHeader,
        'content-type': 'application/json',
        'x-amz-executed-version': record.version,
        'x-amzn-trace-id': event.traceId,
        ...(outcome.functionError && { 'x-amz-function-error': outcome.functionError }),
        ...(input['LogType'] === 'Tail' && { 'x-amz-log-result': outcome.logTail().toString('base64') }),
      },
      body: outcome.payload,
    };
  }
}

/** What an input asks to run. Throws ResourceNotFoundException, which names `$LATEST` where no qualifier was given. */
export function routeOf(
  functions: Functions,
  input: Readonly<Record<string, unknown>>,
): FunctionRoute & { readonly qualifier: string | undefined } {
  const { name, qualifier } = functions.reference(input);
  const route = functions.route(name, qualifier);
  if (route) {
    functions.snapshots.checkInvocable(route.record);
    return { ...route, qualifier };
  }
  functions.find({ ...input, Qualifier: input['Qualifier'] ?? qualifier ?? '$LATEST' });
  throw new Error(`${name} was found, and has no version to run`);
}

/** Throws where the payload is too large or no JSON; an empty one is `{}`. */
export function checkPayload(value: unknown, maxBytes: number): Buffer {
  const payload = value instanceof Buffer && value.length > 0 ? value : Buffer.from('{}');
  if (payload.length > maxBytes) {
    throw new ServiceError(
      'RequestTooLargeException',
      413,
      `Request must be smaller than ${maxBytes} bytes for the InvokeFunction operation`,
    );
  }
  try {
    JSON.parse(payload.toString('utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'invalid JSON';
    throw new ServiceError(
      'InvalidRequestContentException',
      400,
      `Could not parse request body into json: Could not parse payload into json: ${reason}`,
    );
  }
  return payload;
}

/** The decoded JSON of a client context, in ASCII. */
export function readClientContext(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const refuse = (message: string): ServiceError => new ServiceError('InvalidRequestContentException', 400, message);
  if (value.length > maxClientContextBytes)
    throw refuse(`Client context must be no more than ${maxClientContextBytes} bytes.`);
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  try {
    return JSON.stringify(JSON.parse(decoded)).replace(
      /[\u007f-\uffff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  } catch {
    throw refuse('Client context must be a valid Base64-encoded JSON object.');
  }
}
