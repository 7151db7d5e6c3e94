import { wallClock } from './platform-events.ts';
import type { InitResult } from './run-result.ts';

/** Where a runtime stands at the end of its init, when a snapshot of it would be taken. */
export class SnapshotPoint {
  /** Resolves when the runtime has come there. */
  readonly reached: Promise<InitResult>;
  readonly #reach: (result: InitResult) => void;
  #isHeld: boolean;
  #goOn: (() => void) | undefined;
  #passedAt: number | undefined;

  /** Held, it waits there until `restore`; else it goes on at once. */
  constructor(isHeld: boolean) {
    this.#isHeld = isHeld;
    const { promise, resolve } = Promise.withResolvers<InitResult>();
    this.reached = promise;
    this.#reach = resolve;
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** When it went on from there, ms since the epoch. */
  get passedAt(): number | undefined {
    return this.#passedAt;
  }

  arrive(goOn: () => void): void {
    this.#goOn = goOn;
    this.#reach({ kind: 'ready' });
    if (!this.#isHeld) this.#pass();
  }

  restore(): void {
    this.#isHeld = false;
    this.#pass();
  }

  #pass(): void {
    if (!this.#goOn) return;
    this.#passedAt = wallClock();
    this.#goOn();
    this.#goOn = undefined;
  }
}
