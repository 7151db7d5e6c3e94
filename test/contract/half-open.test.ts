// A connection whose other side vanishes without a word, as after a laptop's sleep or behind a router that forgot it.
import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { createPipeline } from '../../src/pipeline.ts';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder } from './engine-process.ts';

/** A request under the host name that the engine answers to. */
const addressed = (piece: Buffer, port: number): Buffer =>
  Buffer.from(piece.toString('latin1').replace(/^(host: 127\.0\.0\.1:)\d+/im, `$1${port}`), 'latin1');

/** Passes connections on to a port, until it swallows what comes and goes on those that are open; none of them is closed. */
class SilentNetwork {
  readonly #server: Server;
  #open = new Set<Socket>();

  constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1');
      const both = [near, far] as const;
      for (const [from, to] of [both, [far, near]] as const) {
        this.#open.add(from);
        from.on(
          'data',
          (piece) => void (this.#open.has(from) && to.write(from === near ? addressed(piece, port) : piece)),
        );
        from.on('close', () => void (this.#open.has(from) && to.destroy()));
        from.on('error', () => {});
      }
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port; // it listens on TCP
  }

  /** From now on: of what is open; connections that come later are passed on. */
  swallow(): number {
    const { size } = this.#open;
    this.#open = new Set();
    return size;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }
}

test('a tail whose other side has vanished notices it by its silence, and brings what was missed, each line once', async () => {
  using data = temporaryFolder();
  const engine = await EngineProcess.start(data.path, '--auth', 'none');
  const { endpoint, region, accessKeyId, secretAccessKey } = engine.connection;
  const network = new SilentNetwork(Number(new URL(endpoint).port));
  const clients = clientsOf(engine.connection);
  const say = (line: string) =>
    clients.lambda.send(new InvokeCommand({ FunctionName: 'talker', Payload: JSON.stringify({ line }) }));
  try {
    await createNodeFunction(clients, 'talker', 'export const handler = async ({ line }) => console.log(line);');
    await say('before');
    const target = {
      label: 'Local Lambda',
      endpoint: `http://127.0.0.1:${await network.listen()}`,
      region,
      credentials: { accessKeyId, secretAccessKey },
    };
    const abort = new AbortController();
    const lines: string[] = [];
    const states: string[] = [];
    let swallowed: Promise<unknown> | undefined;
    await createPipeline().followLogs({
      target,
      functionNames: ['talker'],
      since: 0,
      signal: abort.signal,
      onStatus: ({ state }) => {
        states.push(state);
        if (state !== 'live' || swallowed) return;
        assert.ok(network.swallow() > 0);
        swallowed = say('missed').then(() => say('missed too'));
      },
      onEvents: (events) => {
        lines.push(...events.flatMap(({ message }) => /\t(before|missed|missed too)\n?$/.exec(message)?.[1] ?? []));
        if (lines.includes('missed too')) abort.abort();
      },
    });
    await swallowed;
    assert.deepEqual(lines, ['before', 'missed', 'missed too']);
    assert.deepEqual(states, ['connecting', 'live', 'reconnecting', 'live', 'stopped']);
  } finally {
    network.close();
    await engine.end();
  }
});
