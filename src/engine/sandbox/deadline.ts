import { Alarm } from '../alarm.ts';

/** A moment after which something has taken too long. */
export class Deadline {
  readonly #alarm: Alarm;
  readonly #endsAt: number;
  readonly #waiting: (() => void)[] = [];
  #hasPassed = false;

  /** `alarm`: rings `pass`. */
  constructor(limitMs: number, alarm: Alarm) {
    this.#alarm = alarm;
    this.#endsAt = performance.now() + limitMs;
    alarm.set(limitMs);
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

  /** It does not pass any more. */
  cancel(): void {
    this.#alarm.clear();
  }

  #whenPassed(tell: () => void): void {
    if (this.#hasPassed) tell();
    else this.#waiting.push(tell);
  }
}

export function deadline(limitMs: number): Deadline {
  return new Deadlines().start(limitMs);
}

/** Deadlines one after the other, which is cheaper than a timer each. */
export class Deadlines implements Disposable {
  #current: Deadline | undefined;
  readonly #alarm = new Alarm(() => this.#current?.pass());

  /** The one before it must be over. */
  start(limitMs: number): Deadline {
    this.#current = new Deadline(limitMs, this.#alarm);
    return this.#current;
  }

  [Symbol.dispose](): void {
    this.#alarm[Symbol.dispose]();
  }
}
