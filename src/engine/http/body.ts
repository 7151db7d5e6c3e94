// Bodies of requests and responses, as wholes.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServiceError } from './service-error.ts';

export interface WholeBody {
  /** Not more than was to be kept. */
  readonly body: Buffer;
  /** All that was sent. */
  readonly bytes: number;
  /** False where the connection broke before the end. */
  readonly complete: boolean;
}

/** A small body is copied, so that it goes out with its head in one write. */
const smallBytes = 65_536;

/** Reads a body to its end. What comes beyond `mostBytes` is dropped, so that the sender gets to see the answer. */
export function readWhole(request: IncomingMessage, mostBytes: number): Promise<WholeBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const done = (): void => {
      const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      resolve({ body, bytes, complete: request.complete });
    };
    // Events, not an iterator: that takes a tenth of what serving a small request does.
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= mostBytes) chunks.push(chunk);
    });
    request.once('end', done);
    request.once('error', done); // the connection broke: not complete
  });
}

/** The body of an API request. Throws a ServiceError for one that is too large for its operation, or was broken off. */
export async function readBody(request: IncomingMessage, mostBytes: number, operation: string): Promise<Buffer> {
  const { body, bytes, complete } = await readWhole(request, mostBytes);
  if (!complete)
    throw new ServiceError('IncompleteRequest', 400, 'The connection broke before the end of the request.');
  if (bytes > mostBytes) {
    throw new ServiceError(
      'RequestEntityTooLargeException',
      413,
      `Request must be smaller than ${mostBytes} bytes for the ${operation} operation`,
    );
  }
  return body;
}

/** Ends a response whose head is written. */
export function endWith(response: ServerResponse, body: Buffer | string | undefined): void {
  // Latin-1 takes every byte as it is, and text is sent together with the head.
  if (body instanceof Buffer && body.length <= smallBytes) response.end(body.toString('latin1'), 'latin1');
  else response.end(body);
}
