import type { IncomingMessage, ServerResponse } from 'node:http';
import { endWith } from '../http/body.ts';
import type { RuntimeEvent } from './runtime-api.ts';

/** The event as the answer to GET /runtime/invocation/next. */
export function send(event: RuntimeEvent, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': event.payload.length,
    'lambda-runtime-aws-request-id': event.requestId,
    'lambda-runtime-deadline-ms': String(event.deadlineMs),
    'lambda-runtime-invoked-function-arn': event.functionArn,
    'lambda-runtime-trace-id': event.traceId,
    ...(event.clientContext && { 'lambda-runtime-client-context': event.clientContext }),
  });
  endWith(response, event.payload);
}

/** An answer of the API itself. */
export function answer(response: ServerResponse, status: number, errorType?: string, errorMessage?: string): void {
  const body = JSON.stringify(errorType ? { errorType, errorMessage } : { status: 'OK' });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

export function errorTypeOf(request: IncomingMessage): string | undefined {
  const value = request.headers['lambda-runtime-function-error-type'];
  return Array.isArray(value) ? value[0] : value;
}
