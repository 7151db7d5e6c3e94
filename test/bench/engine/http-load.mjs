// @ts-check
// A client that costs little itself: bytes made ahead over connections that stay, one request at a time on each.
import { once } from 'node:events';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

/**
 * @typedef {{ port: number, bytes: Buffer }} Request Whole, with its head.
 * @typedef {{ status: number, body: Buffer }} Response
 */

const headEnd = Buffer.from('\r\n\r\n');

/** One connection of HTTP/1.1. */
export class Connection {
  /** @type {import('node:net').Socket} */
  #socket;
  /** @type {Buffer} */
  #received = Buffer.alloc(0);
  /** @type {{ resolve: (response: Response) => void, reject: (error: unknown) => void } | undefined} */
  #waiting;

  /** @param {import('node:net').Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      const response = parse(this.#received);
      if (!response) return;
      this.#received = Buffer.alloc(0);
      this.#waiting?.resolve(response);
    });
    const end = () => this.#waiting?.reject(new Error('The connection was closed before the response.'));
    socket.on('error', end).on('close', end);
  }

  /** @param {number} port */
  static async open(port) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /**
   * @param {Buffer} bytes
   * @returns {Promise<Response>}
   */
  send(bytes) {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(bytes);
    });
  }

  close() {
    this.#waiting = undefined;
    this.#socket.destroy();
  }
}

/**
 * @param {Buffer} bytes
 * @returns {Response | undefined} Nothing while it is not whole.
 */
function parse(bytes) {
  const at = bytes.indexOf(headEnd);
  if (at < 0) return undefined;
  const head = bytes.toString('latin1', 0, at);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error(`A response without a length: ${head}`);
  const body = bytes.subarray(at + headEnd.length);
  if (body.length < Number(length)) return undefined;
  return { status: Number(head.slice(9, 12)), body };
}

/**
 * As many requests as asked for, spread over some connections, each with one request under way at a time.
 * @param {Request} request
 * @param {{ clients: number, requests: number, expect: string }} options `expect`: the body of every response.
 * @returns {Promise<{ latencies: Float64Array, perSecond: number }>} Latencies in ms, the shortest first.
 */
export async function load({ port, bytes }, { clients, requests, expect }) {
  const connections = await Promise.all(Array.from({ length: clients }, () => Connection.open(port)));
  const latencies = new Float64Array(requests);
  let next = 0;
  const begin = performance.now();
  try {
    await Promise.all(
      connections.map(async (connection) => {
        while (next < requests) {
          const at = next++;
          const start = performance.now();
          const { status, body } = await connection.send(bytes);
          latencies[at] = performance.now() - start;
          if (status !== 200 || body.toString() !== expect)
            throw new Error(`Answered with ${status}: ${body.toString()}`);
        }
      }),
    );
  } finally {
    for (const connection of connections) connection.close();
  }
  const seconds = (performance.now() - begin) / 1000;
  return { latencies: latencies.sort(), perSecond: requests / seconds };
}

/**
 * @param {Float64Array} sorted
 * @param {number} share 0…1
 */
export const quantile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
