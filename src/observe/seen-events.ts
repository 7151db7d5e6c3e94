import type { LogEvent } from './timing.ts';

const forgetAbove = 100_000;

/**
 * Lets each event through once, although the ways they come by overlap: a backfill gives ids, Live Tail gives none, so that an
 * event is known by its stream, time and text, and by how often those have occurred.
 */
export class SeenEvents {
  readonly #seen = new Map<string, number>();
  #newest = 0;
  #forgetAbove = forgetAbove;
  readonly #windowMs: number;

  constructor(windowMs = 60_000) {
    this.#windowMs = windowMs;
  }

  /** Time of the newest event let through, ms. */
  get newest(): number {
    return this.#newest;
  }

  /** What of a live batch is new: live events come once each, unless a backfill has brought them already. */
  live(events: readonly LogEvent[]): LogEvent[] {
    return events.filter((event) => {
      const key = keyOf(event);
      const ahead = this.#ahead.get(key) ?? 0;
      if (ahead > 0) {
        this.#ahead.set(key, ahead - 1);
        return false;
      }
      this.#count(key, event);
      return true;
    });
  }

  /** What of a backfill is new: of events alike, as many as it has more than were let through before. */
  backfill(events: readonly LogEvent[]): LogEvent[] {
    const inBatch = new Map<string, number>();
    return events.filter((event) => {
      const key = keyOf(event);
      const occurrence = (inBatch.get(key) ?? 0) + 1;
      inBatch.set(key, occurrence);
      if (occurrence <= (this.#seen.get(key) ?? 0)) return false;
      this.#count(key, event);
      this.#ahead.set(key, (this.#ahead.get(key) ?? 0) + 1);
      return true;
    });
  }

  /** Brought by a backfill while Live Tail may still bring them too. */
  readonly #ahead = new Map<string, number>();

  #count(key: string, event: LogEvent): void {
    this.#seen.set(key, (this.#seen.get(key) ?? 0) + 1);
    this.#newest = Math.max(this.#newest, event.timestamp);
    if (this.#seen.size > this.#forgetAbove) this.#forgetOld();
  }

  #forgetOld(): void {
    const oldest = this.#newest - this.#windowMs;
    for (const key of this.#seen.keys()) {
      if (Number(key.slice(0, key.indexOf('\n'))) < oldest) {
        this.#seen.delete(key);
        this.#ahead.delete(key);
      }
    }
    // A burst leaves nothing to forget: then the next look comes after as many again, not at the next event.
    this.#forgetAbove = Math.max(forgetAbove, this.#seen.size * 2);
  }
}

const keyOf = ({ timestamp, functionName = '', logStream, message }: LogEvent): string =>
  `${timestamp}\n${functionName}\n${logStream}\n${message}`;
