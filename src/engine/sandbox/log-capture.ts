import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** CloudWatch Logs takes events of up to 1 MiB with 26 bytes of overhead; a longer line becomes several. */
const maxEventBytes = 1_048_576 - 26;
const frameHeaderBytes = 16;

/** `isStructured`: the runtime says that it is JSON, and has judged its level. */
export type WriteEvent = (message: string, timestamp: number, isStructured?: boolean) => void;

/**
 * Makes log events of what a function writes: a line each for stdout and stderr, a frame each for runtimes that frame their
 * messages on the descriptor in _LAMBDA_TELEMETRY_LOG_FD (0xa55a, type: 2 for JSON and 3 for text in its low bits, length, time in
 * µs), so that a message of several lines stays one event.
 */
export class LogCapture {
  readonly #write: WriteEvent;
  readonly #flushes: (() => void)[] = [];
  #reads = 0;

  constructor(write: WriteEvent) {
    this.#write = write;
  }

  lines(source: Readable): void {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    source.on('data', (chunk: Buffer) => {
      this.#reads += 1;
      const pieces = (rest + decoder.write(chunk)).split('\n');
      rest = pieces.pop() ?? '';
      for (const line of pieces) this.#emit(line, Date.now());
      while (Buffer.byteLength(rest) > maxEventBytes) {
        const [event, left] = cut(rest);
        this.#emit(event, Date.now());
        rest = left;
      }
    });
    this.#flushes.push(() => {
      rest += decoder.end(); // half a character
      if (rest) this.#emit(rest, Date.now());
      rest = '';
    });
  }

  frames(source: Readable): void {
    let buffered: Buffer = Buffer.alloc(0);
    source.on('data', (chunk: Buffer) => {
      this.#reads += 1;
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk]);
      let at = 0;
      while (buffered.length - at >= frameHeaderBytes) {
        if (buffered.readUInt16BE(at) !== 0xa55a) {
          this.#emit(buffered.toString('utf8', at), Date.now()); // not framed after all: shown as it is
          at = buffered.length;
          break;
        }
        const end = at + frameHeaderBytes + buffered.readUInt32BE(at + 4);
        if (buffered.length < end) break;
        const timestamp = Number(buffered.readBigUInt64BE(at + 8) / 1000n);
        const isStructured = (buffered.readUInt16BE(at + 2) & 3) === 2;
        this.#emit(buffered.toString('utf8', at + frameHeaderBytes, end), timestamp, isStructured);
        at = end;
      }
      buffered = buffered.subarray(at);
    });
  }

  /**
   * Resolves when everything the function has written so far has become events. It was written before its response was sent, so
   * it lies in the pipes, and they are read in the turn of the event loop that brought the response; more turns follow until one
   * brings nothing new.
   */
  async drain(): Promise<void> {
    let before;
    do {
      before = this.#reads;
      await nextTurn();
    } while (before !== this.#reads);
    for (const flush of this.#flushes) flush();
  }

  #emit(text: string, timestamp: number, isStructured = false): void {
    let message = text.endsWith('\r') ? text.slice(0, -1) : text;
    while (Buffer.byteLength(message) > maxEventBytes) {
      const [event, left] = cut(message);
      this.#write(event, timestamp, isStructured);
      message = left;
    }
    this.#write(message, timestamp, isStructured);
  }
}

/** What fits into an event, and the rest, between two characters. */
function cut(text: string): [event: string, rest: string] {
  const bytes = Buffer.from(text);
  let end = maxEventBytes;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return [bytes.toString('utf8', 0, end), bytes.toString('utf8', end)];
}

async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
