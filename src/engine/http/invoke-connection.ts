import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { BriefWaits } from '../brief-waits.ts';
import type { ApiResponse } from './exchange.ts';
import { readWholeInvocation, type WholeRequest } from './whole-request.ts';

export interface InvokeConnectionOptions {
  readonly waits: BriefWaits;
  /** Never rejects, and never answers with a stream. */
  readonly serve: (request: WholeRequest) => Promise<ApiResponse>;
  /** Gives the socket to node:http, with what has been read of its next request. */
  readonly giveAway: (read: Buffer) => void;
}

/** Nothing of a value ends its line. */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * A connection for as long as all that comes over it are Invoke requests, each whole in one piece, as SDKs send small ones. To read and
 * answer such a one takes a quarter of what node:http needs, which is a good part of a warm invocation. At the first request of
 * another kind, node:http has the connection for good.
 */
export class InvokeConnection {
  readonly #socket: Socket;
  readonly #options: InvokeConnectionOptions;
  readonly #onData = (chunk: Buffer): void => this.#take(chunk);
  readonly #onEnd = (): void => this.#end();
  readonly #onError = (): void => void this.#socket.destroy();
  /** Came while a request was being served: a client that does not wait for its answers. */
  #early: Buffer[] = [];
  #isServing = false;
  #hasEnded = false;

  private constructor(socket: Socket, options: InvokeConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Reads and answers what comes over `socket`. */
  static open(socket: Socket, options: InvokeConnectionOptions): void {
    const connection = new InvokeConnection(socket, options);
    socket.on('data', connection.#onData).on('end', connection.#onEnd).on('error', connection.#onError);
  }

  #take(chunk: Buffer): void {
    this.#options.waits.requested();
    if (this.#isServing) {
      this.#socket.pause();
      this.#early.push(chunk);
      return;
    }
    const request = readWholeInvocation(chunk);
    if (request) void this.#serve(request);
    else this.#giveAway(chunk);
  }

  async #serve(request: WholeRequest): Promise<void> {
    this.#isServing = true;
    const answer = await this.#options.serve(request);
    this.#isServing = false;
    if (this.#socket.destroyed) return;
    this.#socket.write(toBytes(answer));
    this.#options.waits.answered();
    if (this.#early.length > 0) {
      const early = Buffer.concat(this.#early);
      this.#early = [];
      this.#take(early);
      this.#socket.resume();
    }
    if (this.#hasEnded && !this.#isServing) this.#socket.end();
  }

  /** The client says no more, and may still wait for its answer. */
  #end(): void {
    this.#hasEnded = true;
    if (!this.#isServing) this.#socket.end();
  }

  #giveAway(read: Buffer): void {
    this.#socket.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onError);
    this.#options.giveAway(read);
  }
}

const sendable = (value: string): string =>
  unsendable.test(value) ? value.replaceAll(new RegExp(unsendable, 'g'), '?') : value;

let second = 0;
let date = '';

/** For a header, made once a second. */
function dateNow(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    date = new Date(now * 1000).toUTCString();
  }
  return date;
}

function toBytes({ status, headers = {}, body = '' }: ApiResponse): Buffer {
  const bodyBytes = Buffer.byteLength(body);
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nDate: ${dateNow()}\r\nConnection: keep-alive\r\n`;
  for (const name in headers) head += `${name}: ${sendable(headers[name] ?? '')}\r\n`;
  // A 204 has no body, and says nothing of one.
  head += status === 204 ? '\r\n' : `content-length: ${bodyBytes}\r\n\r\n`;
  const bytes = Buffer.allocUnsafe(head.length + bodyBytes);
  bytes.write(head, 'latin1');
  if (typeof body === 'string') bytes.write(body, head.length);
  else bytes.set(body, head.length);
  return bytes;
}
