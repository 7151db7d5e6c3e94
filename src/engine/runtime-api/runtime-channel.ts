import type { Duplex } from 'node:stream';

/**
 * What a bootstrap of ours says. `response` and `error` ask for the next event as well, `fatal` does not: the runtime ends when it is
 * told that it was heard.
 */
export interface ChannelMessage {
  readonly kind: 'next' | 'response' | 'error' | 'fatal' | 'init-error';
  readonly requestId?: string;
  readonly errorType?: string;
}

export interface ChannelListener {
  /** The first bytes of a message are there. */
  onBegun(): void;
  /** `bytes`: of the body as it was sent, of which no more than was to be kept is there. */
  onMessage(message: ChannelMessage, body: Buffer, bytes: number): void;
}

const headerBytes = 8;

/**
 * The Runtime API for bootstraps of ours, over the socket pair that their process is born with: a message is one write and one read,
 * where HTTP has two and a connection. A message is eight bytes (two lengths, big-endian), its head in JSON, and its body.
 */
export class RuntimeChannel {
  readonly #socket: Duplex;
  readonly #listener: ChannelListener;
  readonly #mostBodyBytes: number;
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes to wait for. */
  #needed = headerBytes;

  constructor(socket: Duplex, options: { readonly mostBodyBytes: number; readonly listener: ChannelListener }) {
    this.#socket = socket;
    this.#listener = options.listener;
    this.#mostBodyBytes = options.mostBodyBytes;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => socket.destroy()); // the runtime has ended, and its exit says so
  }

  send(head: object, body: Buffer): void {
    const text = JSON.stringify(head);
    const headBytes = Buffer.byteLength(text);
    const message = Buffer.allocUnsafe(headerBytes + headBytes + body.length);
    message.writeUInt32BE(headBytes, 0);
    message.writeUInt32BE(body.length, 4);
    message.write(text, headerBytes);
    message.set(body, headerBytes + headBytes);
    this.#socket.write(message);
  }

  /** Says no more, and hears no more. */
  close(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    if (this.#length === 0) this.#listener.onBegun();
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#needed) return;
    let bytes = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (;;) {
      this.#needed = bytes.length < headerBytes ? headerBytes : messageBytes(bytes);
      if (bytes.length < this.#needed) break;
      const bodyAt = headerBytes + bytes.readUInt32BE(0);
      const message = parse(bytes.toString('utf8', headerBytes, bodyAt));
      if (!message) return this.close();
      const bodyBytes = this.#needed - bodyAt;
      const body = bytes.subarray(bodyAt, bodyAt + Math.min(bodyBytes, this.#mostBodyBytes));
      bytes = bytes.subarray(this.#needed);
      this.#listener.onMessage(message, body, bodyBytes);
    }
    this.#chunks = bytes.length === 0 ? [] : [bytes];
    this.#length = bytes.length;
  }
}

const messageBytes = (bytes: Buffer): number => headerBytes + bytes.readUInt32BE(0) + bytes.readUInt32BE(4);

const usual = /^\{"kind":"response","requestId":"([\w-]+)"\}$/;

/** Nothing for what no bootstrap of ours has written. */
function parse(text: string): ChannelMessage | undefined {
  const requestId = usual.exec(text)?.[1];
  if (requestId !== undefined) return { kind: 'response', requestId };
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
