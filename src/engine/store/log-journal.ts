import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** A log event that is on its way into the database. */
export interface JournalEvent {
  readonly group: string;
  readonly stream: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
}

export interface JournalEntry {
  /** Counts up, over restarts too. */
  readonly number: number;
  readonly event: JournalEvent;
}

/**
 * Log events that the database does not have yet, in a file: to write them there takes microseconds, and what the system has been
 * given outlives a killed engine. The database notes up to which number it has them, so that none is taken up twice.
 */
export class LogJournal implements Disposable {
  readonly #descriptor: number;
  readonly #entries: readonly JournalEntry[];
  #last: number;
  #bytes: number;

  /** `last`: the number of the last event that the database has. */
  constructor(file: string, last: number) {
    this.#descriptor = openSync(file, 'a+', 0o600);
    this.#bytes = fstatSync(this.#descriptor).size;
    this.#entries = parse(readFileSync(file, 'utf8')).filter(({ number }) => number > last);
    this.#last = this.#entries.at(-1)?.number ?? last;
    if (this.#entries.length === 0) this.clear();
  }

  /** What an engine that was killed has left for the database. */
  get left(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** Of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The number of the last event that was written. */
  get last(): number {
    return this.#last;
  }

  /** Hands events to the system. Where it does not take them all, none is written, and the error is thrown. */
  write(events: readonly JournalEvent[]): void {
    let text = '';
    let last = this.#last;
    for (const { group, stream, timestamp, message } of events) {
      last += 1;
      text += `${JSON.stringify([last, group, stream, timestamp, message])}\n`;
    }
    const bytes = Buffer.from(text);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      ftruncateSync(this.#descriptor, this.#bytes);
      throw error;
    }
    this.#bytes += bytes.length;
    this.#last = last;
  }

  /** For when the database has them all. */
  clear(): void {
    ftruncateSync(this.#descriptor, 0);
    this.#bytes = 0;
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** A line that was cut off by the engine's end, and what follows it, was told to nobody. */
function parse(text: string): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      const [number, group, stream, timestamp, message]: [number, string, string, number, string] = JSON.parse(line);
      entries.push({ number, event: { group, stream, timestamp, message } });
    } catch {
      break;
    }
  }
  return entries;
}
