// Records of asynchronous invocations, as Lambda sends them to destinations.
// Source: "Capturing records of Lambda asynchronous invocations" in the AWS Lambda Developer Guide.
import type { InvocationOutcome } from '../sandbox/outcome.ts';
import type { AsyncEvent } from '../store/event-store.ts';
import type { FunctionRecord } from '../store/function-store.ts';

export interface Handled {
  readonly event: AsyncEvent;
  readonly record: FunctionRecord;
  /** By which it was asked for. */
  readonly functionArn: string;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  readonly invokeCount: number;
  /** Absent where the function was not run at last. */
  readonly outcome?: InvocationOutcome;
}

/** The JSON a destination receives as its event. */
export function destinationRecord({ event, record, functionArn, condition, invokeCount, outcome }: Handled): Buffer {
  const document = {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: event.qualifier === undefined ? `${functionArn}:$LATEST` : functionArn,
      condition,
      approximateInvokeCount: invokeCount,
    },
    requestPayload: parsed(event.payload),
    ...(outcome && {
      responseContext: {
        statusCode: 200,
        executedVersion: record.version,
        ...(outcome.functionError && { functionError: outcome.functionError }),
      },
      responsePayload: parsed(outcome.payload),
    }),
  };
  return Buffer.from(JSON.stringify(document));
}

/** Text where it is no JSON, as a custom runtime's response may be. */
function parsed(payload: Buffer): unknown {
  const text = payload.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
