// Records of asynchronous invocations, as Lambda sends them to destinations.
// Source: "Capturing records of Lambda asynchronous invocations" in the AWS Lambda Developer Guide.
import type { InvocationOutcome } from '../sandbox/outcome.ts';
import type { AsyncEvent } from '../store/event-store.ts';

export interface Handled {
  readonly event: AsyncEvent;
  readonly functionArn: string;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  readonly invokeCount: number;
  /** Absent where the function was not run at last. */
  readonly outcome?: InvocationOutcome;
}

/** The JSON a destination receives as its event. */
export function destinationRecord({ event, functionArn, condition, invokeCount, outcome }: Handled): Buffer {
  const record = {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    requestPayload: parsed(event.payload),
    ...(outcome && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(outcome.functionError && { functionError: outcome.functionError }),
      },
      responsePayload: parsed(outcome.payload),
    }),
  };
  return Buffer.from(JSON.stringify(record));
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
