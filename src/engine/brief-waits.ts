import { availableParallelism } from 'node:os';

/** The longest wait that the event loop stays awake for, ms. */
const mostMs = 0.15;

interface Kind {
  beganAt: number;
  /** Whether the last one of its kind was over in time. */
  wasBrief: boolean;
}

/**
 * Keeps the event loop turning instead of sleeping while something is about to come: a response of a small function, the next request
 * of a client that sends one after the other. Whoever sleeps has to be woken, and leaves its processor to the one it waits for, which
 * then waits for the rest of the engine's work there. It stays awake only where the last wait of the kind was brief, for one thing at
 * a time, and a fraction of a millisecond at most: else, and with one processor, others need the processor more.
 */
export class BriefWaits {
  readonly #hasRoom: boolean;
  readonly #now: () => number;
  readonly #responses: Kind = { beganAt: 0, wasBrief: false };
  readonly #requests: Kind = { beganAt: 0, wasBrief: false };
  /** Events that functions have. */
  #out = 0;
  #until = 0;
  #isTurning = false;
  readonly #turn = (): void => {
    if (this.#now() < this.#until) setImmediate(this.#turn);
    else this.#isTurning = false;
  };

  constructor(processors = availableParallelism(), now = (): number => performance.now()) {
    this.#hasRoom = processors > 1;
    this.#now = now;
  }

  /** A function has been given an event. */
  eventOut(): void {
    this.#out += 1;
    if (this.#out === 1) this.#begin(this.#responses);
    else this.#until = 0;
  }

  /** It has responded, or ended. */
  eventBack(): void {
    this.#out -= 1;
    this.#end(this.#responses);
  }

  /** A client has been answered. */
  answered(): void {
    if (this.#out === 0) this.#begin(this.#requests);
  }

  /** A client has sent a request. */
  requested(): void {
    this.#end(this.#requests);
  }

  #begin(kind: Kind): void {
    kind.beganAt = this.#now();
    if (!kind.wasBrief || !this.#hasRoom) return;
    this.#until = kind.beganAt + mostMs;
    if (this.#isTurning) return;
    this.#isTurning = true;
    setImmediate(this.#turn);
  }

  #end(kind: Kind): void {
    kind.wasBrief = this.#now() - kind.beganAt <= mostMs;
    this.#until = 0;
  }
}
