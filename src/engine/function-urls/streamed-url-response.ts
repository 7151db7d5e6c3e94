import type { ServerResponse } from 'node:http';
import { writePiece } from '../http/write-piece.ts';
import type { ResponseSink } from '../runtime-api/response-body.ts';
import { isRecord, readHead, type HttpAnswer } from './url-response.ts';

type Head = Omit<HttpAnswer, 'body'>;

const preludeType = 'application/vnd.awslambda.http-integration-response';
const separator = Buffer.alloc(8);

/** Turns a streamed response into an HTTP one: its prelude gives status, headers and cookies, the rest is the body. */
export class StreamedUrlResponse implements ResponseSink {
  readonly #response: ServerResponse;
  readonly #writeHead: (head: Head) => void;
  /** What has come of the prelude; undefined once it is complete, or where there is none. */
  #prelude: Buffer | undefined;

  constructor(response: ServerResponse, writeHead: (head: Head) => void) {
    this.#response = response;
    this.#writeHead = writeHead;
  }

  begin(contentType: string): void {
    if (contentType === preludeType) this.#prelude = Buffer.alloc(0);
    else this.#writeHead({ status: 200, headers: { 'content-type': contentType }, cookies: [] });
  }

  async write(piece: Buffer): Promise<void> {
    if (this.#prelude === undefined) return writePiece(this.#response, piece);
    const read = Buffer.concat([this.#prelude, piece]);
    const end = read.indexOf(separator);
    this.#prelude = end < 0 ? read : undefined;
    if (end < 0) return;
    this.#writeHead(readPrelude(read.subarray(0, end)) ?? { status: 502, headers: {}, cookies: [] });
    this.#response.flushHeaders();
    if (read.length > end + separator.length) await writePiece(this.#response, read.subarray(end + separator.length));
  }
}

function readPrelude(text: Buffer): Head | undefined {
  try {
    const parsed: unknown = JSON.parse(text.toString('utf8'));
    return isRecord(parsed) ? readHead(parsed) : undefined;
  } catch {
    return undefined;
  }
}
