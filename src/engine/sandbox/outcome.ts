// What an invocation can come to, in the shapes the service answers with.
import type { ResponseSink } from '../runtime-api/response-body.ts';
import { maxResponseBytes } from '../runtime-api/runtime-api.ts';
import type { ExtensionFailure } from './extensions.ts';
import type { EventStatus } from './platform-events.ts';
import type { RuntimeError, RuntimeExit, RunResult } from './run-result.ts';

export interface InvocationEvent {
  readonly requestId: string;
  /** By which it was asked for, with its qualifier. */
  readonly functionArn: string;
  readonly payload: Buffer;
  readonly traceId: string;
  /** Base64 JSON is decoded by the service; this is the JSON. */
  readonly clientContext?: string | undefined;
  /** Takes the response piece by piece where the function streams it; the outcome's payload is then empty. */
  readonly stream?: ResponseSink;
  /** Nobody waits for more than the response: it goes out before the log of the invocation is whole. */
  readonly isAnsweredAtOnce?: boolean;
}

export interface InvocationOutcome {
  readonly functionError?: 'Unhandled';
  readonly payload: Buffer;
  /** As REPORT tells it, before it is rounded. */
  readonly durationMs: number;
  /** The last 4 KB of what the invocation logged. */
  readonly logTail: () => Buffer;
}

export interface InvocationFailure {
  readonly kind: 'failure';
  readonly payload: Buffer;
  /** As the REPORT line carries it; a handler's own error leaves it out. */
  readonly status: 'error' | 'timeout';
  readonly errorType?: string | undefined;
  /** The runtime process cannot go on after it. */
  readonly endsRuntime: boolean;
  readonly logLine?: string;
}

/** What of an invocation counts in the end. */
export type Result = { readonly kind: 'response'; readonly body: Buffer } | InvocationFailure;

/** A response that is none too large. */
export const isWhole = (result: RunResult | 'passed'): result is { readonly kind: 'response'; readonly body: Buffer } =>
  result !== 'passed' && result.kind === 'response' && result.body.length <= maxResponseBytes;

export const failure = {
  timeout(requestId: string, timeoutSeconds: number): InvocationFailure {
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
    return {
      kind: 'failure',
      payload: json({ errorType: 'Sandbox.Timedout', errorMessage }),
      status: 'timeout',
      endsRuntime: true,
      logLine: `${new Date().toISOString()} ${requestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds\n`,
    };
  },
  exit(requestId: string, reason: RuntimeExit | string, inInvoke: boolean): InvocationFailure {
    const message = typeof reason === 'string' ? reason : exitMessage(reason);
    const errorType = typeof reason === 'string' ? 'Runtime.ExitError' : exitType(reason);
    const errorMessage = `RequestId: ${requestId} Error: ${message}`;
    return {
      kind: 'failure',
      payload: json({ errorType, errorMessage }),
      status: 'error',
      errorType,
      endsRuntime: true,
      ...(inInvoke && { logLine: errorMessage }),
    };
  },
  /** A custom runtime's package without a program that can be started. */
  invalidEntrypoint(
    requestId: string,
    reason = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]",
  ): InvocationFailure {
    const errorMessage = `RequestId: ${requestId} Error: ${reason}`;
    return {
      kind: 'failure',
      payload: json({ errorType: 'Runtime.InvalidEntrypoint', errorMessage }),
      status: 'error',
      errorType: 'Runtime.InvalidEntrypoint',
      endsRuntime: true,
    };
  },
  /** AWS_LAMBDA_EXEC_WRAPPER names no program that can be started. */
  noExecWrapper(requestId: string, file: string): InvocationFailure {
    return failure.exit(
      requestId,
      `AWS_LAMBDA_EXEC_WRAPPER names no executable file: ${file}. Check the layers of the function, and the file's mode in its zip.`,
      false,
    );
  },
  extension(requestId: string, { errorType, message }: ExtensionFailure): InvocationFailure {
    const payload = json({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` });
    return { kind: 'failure', payload, status: 'error', errorType, endsRuntime: true };
  },
  reported(error: RuntimeError): InvocationFailure {
    return {
      kind: 'failure',
      payload: error.body,
      status: 'error',
      errorType: error.errorType ?? errorTypeOf(error.body),
      endsRuntime: false,
    };
  },
  responseTooLarge(bytes: number): InvocationFailure {
    return {
      kind: 'failure',
      payload: json({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
      }),
      status: 'error',
      errorType: 'Function.ResponseSizeTooLarge',
      endsRuntime: false,
    };
  },
};

/** As the platform's events say what became of an init or an invocation. */
export interface EventOutcome {
  readonly status: EventStatus;
  readonly errorType?: string;
}

export function outcomeOf(result: { readonly kind: 'response' } | InvocationFailure): EventOutcome {
  if (result.kind === 'response') return { status: 'success' };
  return { status: result.status, ...(result.errorType !== undefined && { errorType: result.errorType }) };
}

/** Of the runtime's part in an invocation alone. */
export function statusOf(result: RunResult | 'passed'): EventOutcome {
  if (result === 'passed') return { status: 'timeout' };
  if (result.kind === 'response') return { status: 'success' };
  if (result.kind === 'exit') return { status: 'error', errorType: exitType(result) };
  return outcomeOf(result.kind === 'error' ? failure.reported(result) : failure.extension('', result));
}

const exitType = ({ outOfMemory }: RuntimeExit): string => (outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError');

function exitMessage(exit: RuntimeExit): string {
  if (exit.signal) return `Runtime exited with error: signal: ${exit.signal === 'SIGKILL' ? 'killed' : exit.signal}`;
  return exit.code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${exit.code}`;
}

function errorTypeOf(body: Buffer): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'errorType' in parsed) return String(parsed.errorType);
  } catch {
    // a runtime of the user's own may send anything
  }
  return undefined;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** How an attempt to initialise ended. */
export type InitAttempt =
  | { readonly ok: true; readonly durationMs: number; readonly hooksMs: number }
  | { readonly ok: false; readonly durationMs: number; readonly failure: InvocationFailure };
