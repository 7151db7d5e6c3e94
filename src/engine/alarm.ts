/**
 * A timer for what is set all the time and hardly ever comes: to set it, or to clear it, is a comparison. It goes off up to a
 * millisecond late, as timers do, and keeps no process alive.
 */
export class Alarm implements Disposable {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** By the clock of `performance`, ms: when it is to ring, and when its timer fires. */
  #dueAt = Infinity;
  #firesAt = Infinity;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings once, so many ms from now, in place of any time that was set before. */
  set(delayMs: number): void {
    this.#dueAt = performance.now() + delayMs;
    if (this.#dueAt < this.#firesAt) this.#start(delayMs);
  }

  clear(): void {
    this.#dueAt = Infinity;
  }

  [Symbol.dispose](): void {
    this.clear();
    clearTimeout(this.#timer);
    this.#firesAt = Infinity;
  }

  #start(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#firesAt = performance.now() + delayMs;
    this.#timer = setTimeout(() => this.#fire(), delayMs).unref();
  }

  #fire(): void {
    this.#firesAt = Infinity;
    if (this.#dueAt === Infinity) return;
    const left = this.#dueAt - performance.now();
    if (left > 0) return this.#start(Math.ceil(left));
    this.#dueAt = Infinity;
    this.#ring();
  }
}
