// What clients do with their connections: each request gets its own answer, in its order, however its bytes come.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder } from './engine-process.ts';
import { sendRaw } from './raw-http.ts';

const echo = `export const handler = async (event) => {
  if (event.say) console.log(event.say);
  if (event.ask) await fetch(event.ask).then((response) => response.text());
  if (event.waitMs) await new Promise((resolve) => setTimeout(resolve, event.waitMs));
  return event;
};`;

describe('a connection', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let port: number;
  before(async () => {
    engine = await EngineProcess.start(data.path, '--auth', 'none');
    port = Number(new URL(engine.connection.endpoint).port);
    await createNodeFunction(clientsOf(engine.connection), 'echo', echo);
  });
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const invocation = (event: object, ...headers: string[]): string => {
    const body = JSON.stringify(event);
    const lines = [`Host: 127.0.0.1:${port}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers, '', body];
    return `POST /2015-03-31/functions/echo/invocations HTTP/1.1\r\n${lines.join('\r\n')}`;
  };
  const list = (): string => `GET /2015-03-31/functions HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;

  /** The bodies of so many answers, in their order. */
  async function answers(socket: Socket, count: number): Promise<unknown[]> {
    let received = Buffer.alloc(0);
    const bodies: unknown[] = [];
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      received = Buffer.concat([received, chunk as Buffer]); // a socket without an encoding gives buffers
      for (;;) {
        const end = received.indexOf('\r\n\r\n');
        const head = received.toString('latin1', 0, Math.max(0, end));
        const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
        if (end < 0 || received.length < end + 4 + length) break;
        bodies.push(JSON.parse(received.toString('utf8', end + 4, end + 4 + length)));
        received = received.subarray(end + 4 + length);
      }
      if (bodies.length === count) return bodies;
    }
    throw new Error(`The connection ended after ${bodies.length} answers`);
  }

  async function open(): Promise<Socket> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  }

  it('carries requests of all kinds, one after the other', async () => {
    const socket = await open();
    socket.write(invocation({ n: 1 }));
    assert.deepEqual(await answers(socket, 1), [{ n: 1 }]);
    socket.write(invocation({ n: 2 }));
    assert.deepEqual(await answers(socket, 1), [{ n: 2 }]);
    socket.write(list());
    const [functions] = (await answers(socket, 1)) as { Functions: { FunctionName: string }[] }[]; // the engine's own JSON
    assert.deepEqual(
      functions?.Functions.map(({ FunctionName }) => FunctionName),
      ['echo'],
    );
    socket.write(invocation({ n: 3 }));
    assert.deepEqual(await answers(socket, 1), [{ n: 3 }]);
    socket.destroy();
  });

  it('whose client does not wait for its answers gets all of them, in order', async () => {
    const socket = await open();
    socket.write(invocation({ n: 1, waitMs: 50 }));
    socket.write(invocation({ n: 2, waitMs: 1 }) + invocation({ n: 3 }));
    socket.write(invocation({ n: 4 }));
    const bodies = (await answers(socket, 4)) as { n: number }[]; // what went in
    assert.deepEqual(
      bodies.map(({ n }) => n),
      [1, 2, 3, 4],
    );
    socket.destroy();
  });

  it('that asks for the log in the same breath is told of all that was answered before', async (t) => {
    const asking = createServer().listen(0, '127.0.0.1');
    await once(asking, 'listening');
    t.after(() => {
      asking.close();
      asking.closeAllConnections();
    });
    for (let round = 0; round < 5; round += 1) {
      const socket = await open();
      const body = JSON.stringify({ logGroupName: '/aws/lambda/echo', limit: 10_000 });
      const query = [
        'POST / HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Content-Type: application/x-amz-json-1.1',
        'X-Amz-Target: Logs_20140328.FilterLogEvents',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n');
      const bodies = answers(socket, 2);
      const url = `http://127.0.0.1:${(asking.address() as AddressInfo).port}/`; // a listening TCP server has a TCP address
      socket.write(invocation({ say: 'something', ask: url }));
      const [, answer] = (await once(asking, 'request')) as [IncomingMessage, ServerResponse]; // as the event has it
      // It comes while the function waits, and is read in the moment when the invocation is answered.
      socket.write(query, () => answer.end());
      const [, log] = (await bodies) as { events: { message: string }[] }[]; // the engine's own JSON
      const messages = log?.events.map(({ message }) => message) ?? [];
      assert.match(messages.at(-1) ?? '', /^REPORT /);
      assert.equal(messages.filter((message) => message.includes('something')).length, round + 1);
      socket.destroy();
    }
  });

  it('may bring a request in pieces, at whatever byte they end', async () => {
    const socket = await open();
    const bytes = Buffer.from(invocation({ text: 'é'.repeat(20) }));
    for (const at of [10, 60, bytes.length - 30, bytes.length - 1]) {
      socket.write(bytes.subarray(0, at));
      await new Promise((resolve) => setImmediate(resolve));
      socket.write(bytes.subarray(at));
      assert.deepEqual(await answers(socket, 1), [{ text: 'é'.repeat(20) }]);
    }
    socket.destroy();
  });

  it('that is closed on one side gets its answer, and is closed on the other', async () => {
    const { status, text } = await sendRaw(port, Buffer.from(invocation({ n: 1, waitMs: 20 })), true);
    assert.equal(status, 200);
    assert.match(text, /\{"n":1,"waitMs":20\}$/);
  });

  it('is closed after its answer where the client asks for it', async () => {
    const { status } = await sendRaw(port, Buffer.from(invocation({ n: 1 }, 'Connection: close')), false);
    assert.equal(status, 200);
  });

  it('that breaks while its request is served leaves the others alone', async () => {
    const gone = await open();
    gone.write(invocation({ n: 1, waitMs: 20 }));
    const socket = await open();
    gone.destroy();
    socket.write(invocation({ n: 2, waitMs: 30 }));
    assert.deepEqual(await answers(socket, 1), [{ n: 2, waitMs: 30 }]);
    socket.destroy();
  });

  it('takes a web page’s request no more here than elsewhere', async () => {
    for (const header of ['Origin: https://example.com', 'Sec-Fetch-Site: cross-site']) {
      const socket = await open();
      socket.write(invocation({}, header));
      const [refusal] = (await answers(socket, 1)) as { message: string }[]; // the engine's own JSON
      assert.match(refusal?.message ?? '', /does not answer web pages/);
      socket.destroy();
    }
    const { status } = await sendRaw(
      port,
      Buffer.from(invocation({}).replace(/Host: [^\r]*/, 'Host: example.com')),
      true,
    );
    assert.equal(status, 403);
  });

  it('has errors in the service’s own shape', async () => {
    const lost = Buffer.from(invocation({}).replace('/echo/', '/nobody/'));
    const { status, text } = await sendRaw(port, lost, true);
    assert.equal(status, 404);
    assert.match(text, /^x-amzn-errortype: ResourceNotFoundException\r$/m);
    assert.match(text, /"Message":"Function not found: arn:aws:lambda:[^"]+:function:nobody[:$A-Z]*"/);
  });
});
