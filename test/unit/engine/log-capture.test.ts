import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, it } from 'node:test';
import { LogCapture } from '../../../src/engine/sandbox/log-capture.ts';

const maxEventBytes = 1_048_576 - 26;

describe('what a function writes', () => {
  const captured = async (
    pieces: readonly (string | Buffer)[],
    as: 'lines' | 'frames' = 'lines',
  ): Promise<string[]> => {
    const events: string[] = [];
    const capture = new LogCapture((message) => events.push(message));
    const source = new PassThrough();
    capture[as](source);
    for (const piece of pieces) source.write(piece);
    await capture.drain();
    return events;
  };
  const frame = (type: number, message: string): Buffer => {
    const head = Buffer.alloc(16);
    head.writeUInt32BE(type, 0);
    head.writeUInt32BE(Buffer.byteLength(message), 4);
    return Buffer.concat([head, Buffer.from(message)]);
  };

  it('is an event a line, wherever it is cut on its way, and the rest one too', async () => {
    const bytes = Buffer.from('süß\r\n\nlast');
    const each = [...bytes].map((byte) => Buffer.from([byte]));
    assert.deepEqual(await captured(each), ['süß', '', 'last']);
    assert.deepEqual(await captured(['no end']), ['no end']);
  });

  it('is read with a sign in the place of what is no UTF-8', async () => {
    assert.deepEqual(await captured([Buffer.from([0x61, 0xff, 0x62, 0x0a, 0xc3])]), ['a\ufffdb', '\ufffd']);
  });

  it('becomes several events where a line is too long for one, between two characters', async () => {
    const line = '€'.repeat(1_000_000);
    for (const pieces of [[`${line}\n`], [line.slice(0, 7), line.slice(7), '\n'], [line]]) {
      const events = await captured(pieces);
      assert.equal(events.join(''), line);
      const sizes = events.map((event) => Buffer.byteLength(event));
      const whole = Math.floor(maxEventBytes / 3) * 3;
      assert.deepEqual(sizes, [whole, whole, 3_000_000 - 2 * whole]);
    }
    assert.deepEqual(await captured([`${'x'.repeat(maxEventBytes)}\n`]), ['x'.repeat(maxEventBytes)]);
  });

  it('is an event a frame, and what is not framed is shown as it is', async () => {
    const text = frame(0xa55a0003, 'two\nlines');
    const sent = [
      text.subarray(0, 5),
      text.subarray(5, 20),
      text.subarray(20),
      frame(0xa55a0002, '{"a":1}'),
      'plain text, long',
    ];
    assert.deepEqual(await captured(sent, 'frames'), ['two\nlines', '{"a":1}', 'plain text, long']);
  });
});
