import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import type { ApiResponse } from '../http/exchange.ts';
import { writePiece } from '../http/write-piece.ts';
import type { InvocationOutcome } from '../sandbox/outcome.ts';
import type { EnvironmentPools } from '../sandbox/pool.ts';
import type { Functions } from './functions.ts';
import { checkPayload, maxSyncBytes, readClientContext, routeOf } from './invoke.ts';
import type { Recursion } from './recursion.ts';
import { ResponsePipe } from './response-pipe.ts';

export interface StreamedInvokeOptions {
  readonly functions: Functions;
  readonly pools: EnvironmentPools;
  readonly recursion: Recursion;
}

/**
 * The InvokeWithResponseStream operation: an event stream of PayloadChunk events, and InvokeComplete at its end. What fails before
 * the function runs is an ordinary error; what fails after that, also in the middle of the response, is told by InvokeComplete.
 */
export class StreamedInvokeOperation {
  readonly #options: StreamedInvokeOptions;

  constructor(options: StreamedInvokeOptions) {
    this.#options = options;
  }

  /** `gone` aborts when the client has left; `trace` is its X-Amzn-Trace-Id. */
  async invoke(
    input: Readonly<Record<string, unknown>>,
    { gone, trace }: { gone: AbortSignal; trace?: string | undefined },
  ): Promise<ApiResponse> {
    const { record, functionArn } = routeOf(this.#options.functions, input);
    const payload = checkPayload(input['Payload'], maxSyncBytes);
    const clientContext = readClientContext(input['ClientContext']);
    const requestId = randomUUID();
    if (input['InvocationType'] === 'DryRun') return { status: 204, headers: { 'x-amzn-requestid': requestId } };
    const traceId = this.#options.recursion.enter(record, trace);
    const pipe = new ResponsePipe(gone);
    const outcome = this.#options.pools.invoke(record, {
      requestId,
      functionArn,
      payload,
      clientContext,
      traceId,
      stream: pipe,
    });
    await Promise.race([pipe.begun, outcome]);
    return {
      status: 200,
      headers: {
        'x-amzn-requestid': requestId,
        'content-type': 'application/vnd.amazon.eventstream',
        'x-amz-executed-version': record.version,
        'x-amzn-trace-id': traceId,
      },
      stream: (response) => {
        writeEvents({ response, pipe, outcome, withLog: input['LogType'] === 'Tail' }).catch((error: unknown) =>
          response.destroy(error instanceof Error ? error : undefined),
        );
      },
    };
  }
}

interface Writing {
  readonly response: ServerResponse;
  readonly pipe: ResponsePipe;
  readonly outcome: Promise<InvocationOutcome>;
  readonly withLog: boolean;
}

async function writeEvents({ response, pipe, outcome, withLog }: Writing): Promise<void> {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const event = (name: string, contentType: string, body: Uint8Array): Uint8Array =>
    codec.encode({
      headers: {
        ':message-type': { type: 'string', value: 'event' },
        ':event-type': { type: 'string', value: name },
        ':content-type': { type: 'string', value: contentType },
      },
      body,
    });
  const chunk = async (piece: Buffer): Promise<void> =>
    writePiece(response, event('PayloadChunk', 'application/octet-stream', piece));
  pipe.connect(chunk);
  const { functionError, payload, logTail } = await outcome;
  if (!functionError && payload.length > 0) await chunk(payload);
  const complete = {
    ...(functionError && { ErrorCode: functionError, ErrorDetails: payload.toString('utf8') }),
    ...(withLog && { LogResult: logTail().toString('base64') }),
  };
  await writePiece(response, event('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(complete))));
  response.end();
}
