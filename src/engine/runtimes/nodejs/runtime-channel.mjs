// The Runtime API over the socket that the engine has given this process: a message is one write, where HTTP is two calls.
import net from 'node:net';
import { httpCalls } from './runtime-client.mjs';

const descriptor = 4;
const headerBytes = 8;
/** What is larger goes by HTTP, whose socket takes more at a time. */
const mostBytes = 65_536;

/** { next, respond, fail, failFatally, failInit }, each with the next event where there is one. Throws without such a socket. */
export function openChannel() {
  const socket = new net.Socket({ fd: descriptor, readable: true, writable: true });
  let chunks = [];
  let length = 0;
  let needed = headerBytes;
  let told;
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < needed) return;
    const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    needed = headerBytes + bytes.readUInt32BE(0) + bytes.readUInt32BE(4);
    if (length < needed) {
      chunks = [bytes];
      return;
    }
    const bodyAt = headerBytes + bytes.readUInt32BE(0);
    chunks = [];
    length = 0;
    needed = headerBytes;
    told?.({ ...JSON.parse(bytes.toString('utf8', headerBytes, bodyAt)), body: bytes.toString('utf8', bodyAt) });
  });
  const gone = () => process.exit(0); // the engine is
  socket.on('error', gone).on('close', gone);

  /** Resolves with what the engine says to it. */
  const say = (head, body = '') => {
    const text = JSON.stringify(head);
    const headBytes = Buffer.byteLength(text);
    const bodyBytes = Buffer.byteLength(body);
    const message = Buffer.allocUnsafe(headerBytes + headBytes + bodyBytes);
    message.writeUInt32BE(headBytes, 0);
    message.writeUInt32BE(bodyBytes, 4);
    message.write(text, headerBytes);
    message.write(body, headerBytes + headBytes);
    return new Promise((resolve) => {
      told = resolve;
      socket.write(message);
    });
  };
  const withLarge = async (said) => {
    const event = await said;
    return event.isLarge ? httpCalls.next() : event;
  };
  return {
    next: () => withLarge(say({ kind: 'next' })),
    async respond(requestId, body) {
      if (body.length <= mostBytes) return withLarge(say({ kind: 'response', requestId }, body));
      await httpCalls.respondAlone(requestId, body);
      return withLarge(say({ kind: 'next' }));
    },
    fail: (requestId, errorType, body) => withLarge(say({ kind: 'error', requestId, errorType }, body)),
    failFatally: (requestId, errorType, body) => say({ kind: 'fatal', requestId, errorType }, body),
    failInit: (errorType, body) => say({ kind: 'init-error', errorType }, body),
  };
}
