import type { AsyncEvent } from '../store/event-store.ts';

export interface LaneOptions {
  /** Events of one function at the same time. */
  readonly width: number;
  /** Handles an event; `again` where Lambda had no room for it. Never rejects. */
  readonly run: (event: AsyncEvent) => Promise<'done' | 'again'>;
}

/** Waits after a throttle, doubled with each: from one second to five minutes, as on AWS. */
const firstPauseMs = 1000;
const longestPauseMs = 300_000;

/** The events of one function that are due: begun in order, few at a time, with pauses while they are throttled. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #waiting: AsyncEvent[] = [];
  #running = 0;
  #pauseMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.length + this.#running;
  }

  push(event: AsyncEvent): void {
    this.#waiting.push(event);
    this.#begin();
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    clearTimeout(this.#timer);
  }

  #begin(): void {
    while (!this.#timer && !this.#closed && this.#running < this.#options.width) {
      const event = this.#waiting.shift();
      if (!event) return;
      this.#running += 1;
      void this.#options.run(event).then((result) => {
        this.#running -= 1;
        if (result === 'again') this.#pause(event);
        else this.#resume();
      });
    }
  }

  #pause(event: AsyncEvent): void {
    // Back to its place: several may have been throttled at once.
    const after = this.#waiting.findIndex(({ id }) => id > event.id);
    this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, event);
    if (this.#timer || this.#closed) return;
    this.#pauseMs = Math.min(this.#pauseMs === 0 ? firstPauseMs : this.#pauseMs * 2, longestPauseMs);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#begin();
    }, this.#pauseMs);
  }

  /** One that ran has left room for another. */
  #resume(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pauseMs = 0;
    this.#begin();
  }
}
