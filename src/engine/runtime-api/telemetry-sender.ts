import http from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Destination } from './telemetry-request.ts';

/** Takes batches to where a subscriber listens; the next one when this one has arrived. */
export interface TelemetrySender {
  /** JSON records. Rejects where they have not arrived, as far as that can be known. */
  send(records: readonly string[]): Promise<void>;
  close(): void;
}

export const senderTo = (destination: Destination): TelemetrySender =>
  destination.protocol === 'HTTP' ? new HttpSender(destination) : new TcpSender(destination.port);

/** A JSON array a request. */
class HttpSender implements TelemetrySender {
  readonly #destination: Extract<Destination, { protocol: 'HTTP' }>;
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  constructor(destination: Extract<Destination, { protocol: 'HTTP' }>) {
    this.#destination = destination;
  }

  async send(records: readonly string[]): Promise<void> {
    const body = Buffer.from(`[${records.join(',')}]`);
    const { url, method } = this.#destination;
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const request = http.request(url, { method, agent: this.#agent, headers }, (response) => {
      response.resume();
      response.once('error', reject);
      const { statusCode = 0 } = response;
      response.once('end', () => {
        if (statusCode >= 200 && statusCode < 300) resolve();
        else reject(new Error(`The subscriber answered ${statusCode}`));
      });
    });
    request.once('error', reject);
    request.end(body);
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** A JSON record a line, over a connection that stays. */
class TcpSender implements TelemetrySender {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async send(records: readonly string[]): Promise<void> {
    const socket = (this.#socket ??= this.#connect());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const failed = (): void => reject(new Error('The subscriber’s connection has ended'));
    socket.once('close', failed);
    socket.write(records.map((record) => `${record}\n`).join(''), (error) => (error ? reject(error) : resolve()));
    try {
      await promise;
    } finally {
      socket.off('close', failed);
    }
  }

  close(): void {
    this.#socket?.destroy();
  }

  #connect(): Socket {
    const socket = connect(this.#port, '127.0.0.1');
    socket.on('error', () => undefined); // told to send() by its callback
    socket.once('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
    return socket;
  }
}
