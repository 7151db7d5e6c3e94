import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ServeUrl = (message: IncomingMessage, response: ServerResponse, port: number) => void;

/** One function URL's own port on loopback: an origin of its own for browsers, apart from the API and from other URLs. */
export class UrlListener {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** On `port`, or any free one where that is taken. */
  static async listen(port: number, serve: ServeUrl): Promise<UrlListener> {
    const open = async (wanted: number): Promise<UrlListener> => {
      const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 });
      const listener = new UrlListener(server);
      server.on('request', (message, response) => serve(message, response, listener.port));
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(wanted, '127.0.0.1', resolve);
      });
      return listener;
    };
    return port === 0 ? open(0) : open(port).catch(async () => open(0));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port; // a listening TCP server has a TCP address
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
