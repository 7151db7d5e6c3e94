import { connect } from 'node:net';

/** What came back for the bytes of a request. */
export interface RawAnswer {
  /** Absent where the connection ended without an answer. */
  readonly status: number | undefined;
  readonly text: string;
}

const limitMs = 20_000;

/**
 * Sends bytes as they are and reads to the end of the connection; with `end` it says that no more will come. Rejects where nothing
 * ends the connection.
 */
export async function sendRaw(port: number, bytes: Buffer, end: boolean): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let failed: Error | undefined;
    const timer = setTimeout(() => socket.destroy(new Error(`It has not ended in ${limitMs} ms`)), limitMs);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server may close while it is still being written to.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') failed = error;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      if (failed) return reject(failed);
      const text = Buffer.concat(chunks).toString('latin1');
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      resolve({ status: status === undefined ? undefined : Number(status), text });
    });
    if (end) socket.end(bytes);
    else socket.write(bytes);
  });
}
