import { Alarm } from '../alarm.ts';

/** A moment after which something has taken too long. */
export class Deadline {
  /** It does not pass any more. */
  readonly cancel: () => void;
  readonly #endsAt: number;
  readonly #waiting: (() => void)[] = [];
  #hasPassed = false;

  /** Whoever makes it calls `pass` after so many ms, unless it is cancelled. */
  constructor(limitMs: number, cancel: () => void) {
    this.cancel = cancel;
    this.#endsAt = performance.now() + limitMs;
  }

  get passed(): Promise<'passed'> {
    return new Promise((resolve) => this.#whenPassed(() => resolve('passed')));
  }

  get remainingMs(): number {
    return Math.max(0, Math.round(this.#endsAt - performance.now()));
  }

  /** What `promise` comes to, or 'passed'. Not as a race, which would leave something behind at a promise until it settles. */
  async orPassed<T>(promise: Promise<T>): Promise<T | 'passed'> {
    return new Promise((resolve, reject) => {
      promise.then(resolve, reject);
      this.#whenPassed(() => resolve('passed'));
    });
  }

  pass(): void {
    this.#hasPassed = true;
    for (const tell of this.#waiting) tell();
  }

  #whenPassed(tell: () => void): void {
    if (this.#hasPassed) tell();
    else this.#waiting.push(tell);
  }
}

export function deadline(limitMs: number): Deadline {
  const timer = setTimeout(() => due.pass(), limitMs);
  const due = new Deadline(limitMs, () => clearTimeout(timer));
  return due;
}

/** Deadlines one after the other, which is cheaper than a timer each. */
export class Deadlines implements Disposable {
  #current: Deadline | undefined;
  readonly #alarm = new Alarm(() => this.#current?.pass());

  /** The one before it must be over. */
  start(limitMs: number): Deadline {
    this.#alarm.set(limitMs);
    this.#current = new Deadline(limitMs, () => this.#alarm.clear());
    return this.#current;
  }

  [Symbol.dispose](): void {
    this.#alarm[Symbol.dispose]();
  }
}
