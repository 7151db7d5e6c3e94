import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { RuntimeChannel, type ChannelMessage } from '../../../src/engine/runtime-api/runtime-channel.ts';

type Heard = [message: ChannelMessage, body: string, bytes: number];

const frame = (head: object, body: string): Buffer => {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(text.length, 0);
  lengths.writeUInt32BE(Buffer.byteLength(body), 4);
  return Buffer.concat([lengths, text, Buffer.from(body)]);
};

describe('the channel of a runtime', () => {
  let server: net.Server;
  let runtime: Socket;
  let channel: RuntimeChannel;
  let heard: Heard[];
  let begun: number;
  let onHeard: () => void = () => undefined;

  beforeEach(async () => {
    heard = [];
    begun = 0;
    server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    runtime = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = await once(server, 'connection');
    channel = new RuntimeChannel(socket, {
      mostBodyBytes: 100_000,
      listener: {
        onBegun: () => (begun += 1),
        onMessage: (message, body, bytes) => {
          heard.push([message, body.toString(), bytes]);
          onHeard();
        },
      },
    });
  });
  afterEach(() => {
    channel.close();
    runtime.destroy();
    server.close();
  });

  const untilHeard = async (count: number): Promise<void> =>
    new Promise((resolve) => {
      onHeard = () => heard.length >= count && resolve();
      onHeard();
    });

  it('hears messages however they are cut', async () => {
    const messages: [ChannelMessage, string][] = [
      [{ kind: 'next' }, ''],
      [{ kind: 'response', requestId: 'ä' }, '"é"'],
      [{ kind: 'response', requestId: 'b' }, 'x'.repeat(90_000)],
      [{ kind: 'error', requestId: 'c', errorType: 'Mine' }, '{}'],
    ];
    const bytes = Buffer.concat(messages.map(([head, body]) => frame(head, body)));
    runtime.setNoDelay(true);
    for (let at = 0, step = 1; at < bytes.length; at += step, step = at < 300 ? 1 : 7919) {
      if (!runtime.write(bytes.subarray(at, at + step))) await once(runtime, 'drain');
    }
    await untilHeard(messages.length);
    assert.deepEqual(
      heard,
      messages.map(([head, body]) => [head, body, Buffer.byteLength(body)]),
    );
  });

  it('hears several at once, and says whole ones', async () => {
    runtime.write(Buffer.concat([frame({ kind: 'next' }, ''), frame({ kind: 'response', requestId: 'a' }, '1')]));
    await untilHeard(2);
    assert.ok(begun > 0);
    channel.send({ requestId: 'a' }, Buffer.from('{"é":1}'));
    const [said] = await once(runtime, 'data');
    assert.deepEqual(said, frame({ requestId: 'a' }, '{"é":1}'));
  });

  it('keeps no more of a body than it may, and counts all of it', async () => {
    runtime.write(frame({ kind: 'response', requestId: 'a' }, 'x'.repeat(250_000)));
    runtime.write(frame({ kind: 'next' }, ''));
    await untilHeard(2);
    assert.deepEqual(heard[0], [{ kind: 'response', requestId: 'a' }, 'x'.repeat(100_000), 250_000]);
    assert.deepEqual(heard[1], [{ kind: 'next' }, '', 0]);
  });

  it('hears no more of who writes something else', async () => {
    runtime.on('error', () => undefined);
    runtime.write(Buffer.from('\0\0\0\u0004\0\0\0\0nope'));
    await once(runtime, 'close');
    assert.deepEqual(heard, []);
  });
});
