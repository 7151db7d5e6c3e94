import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

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

  /** `last`: the number of the last event that the database has. */
  constructor(file: string, last: number) {
    this.#descriptor = openSync(file, 'a+', 0o600);
    this.#entries = parse(readFileSync(file, 'utf8')).filter(({ number }) => number > last);
    this.#last = this.#entries.at(-1)?.number ?? last;
    if (this.#entries.length === 0) this.clear();
  }

  /** What an engine that was killed has left for the database. */
  get left(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** The number of the last event that was written. */
  get last(): number {
    return this.#last;
  }

  /** Hands events to the system. */
  write(events: readonly JournalEvent[]): void {
    let text = '';
    for (const { group, stream, timestamp, message } of events) {
      this.#last += 1;
      text += `${JSON.stringify([this.#last, group, stream, timestamp, message])}\n`;
    }
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(this.#descriptor, bytes, at);
  }

  /** The database has them all. */
  clear(): void {
    ftruncateSync(this.#descriptor, 0);
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
