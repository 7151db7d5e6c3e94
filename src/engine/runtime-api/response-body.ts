// A function's response as its runtime sends it: whole, or in pieces while the function is still writing.
// Source: "Response streaming" in "Building a custom runtime for AWS Lambda", AWS Lambda Developer Guide.
import type { IncomingMessage } from 'node:http';
import { readWhole as readAll, type WholeBody } from '../http/body.ts';

/** Where the pieces of a streamed response go as they come. */
export interface ResponseSink {
  /** Called once, before the first piece. */
  begin(contentType: string): void;
  /** Resolves when there is room for the next piece. */
  write(piece: Buffer): Promise<void>;
}

/** Its `body` is empty where the pieces went to a sink. */
export type ReceivedBody = WholeBody;

/** Of a whole response: one is read further than its limit, to say its size. */
const maxReadBytes = 64 * 1024 * 1024;
/** Of a streamed response. */
export const maxStreamedBytes = 209_715_200;

const modeHeader = 'lambda-runtime-function-response-mode';

export const isStreamed = (request: IncomingMessage): boolean => request.headers[modeHeader] === 'streaming';

/** There is only one mode to name; a response as a whole names none. */
export const hasInvalidMode = (request: IncomingMessage): boolean =>
  Boolean(request.headers[modeHeader]) && !isStreamed(request);

/** Reads a body to its end into memory. */
export function readWhole(request: IncomingMessage): Promise<ReceivedBody> {
  return readAll(request, maxReadBytes);
}

/** Passes a body on as it comes, up to `maxStreamedBytes`; the rest is read and dropped. */
export async function passOn(request: IncomingMessage, sink: ResponseSink): Promise<ReceivedBody> {
  sink.begin(request.headers['content-type'] ?? 'application/octet-stream');
  const { bytes, complete } = await readPieces(request, async (piece, end) => {
    if (end <= maxStreamedBytes) await sink.write(piece);
  });
  return { body: Buffer.alloc(0), bytes, complete };
}

async function readPieces(
  request: IncomingMessage,
  take: (piece: Buffer, end: number) => Promise<void>,
): Promise<{ bytes: number; complete: boolean }> {
  let bytes = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length;
      await take(piece, bytes);
    }
  } catch (error) {
    if (request.complete) throw error;
    // The runtime broke off: what becomes of the invocation is told by what it does next.
  }
  return { bytes, complete: request.complete };
}

/** The error that a runtime reports after a response it had begun, in the trailers behind its last piece. */
export function errorInTrailers(request: IncomingMessage): { errorType: string; body: Buffer } | undefined {
  const errorType = request.trailers['lambda-runtime-function-error-type'];
  if (!errorType) return undefined;
  const encoded = request.trailers['lambda-runtime-function-error-body'] ?? '';
  const body = Buffer.from(encoded, 'base64');
  return { errorType, body: body.length > 0 ? body : Buffer.from(JSON.stringify({ errorType })) };
}
