import { Alarm } from './alarm.ts';

export interface LifetimeOptions {
  /** Absent: for ever. */
  readonly idleMs: number | undefined;
  /** Work that nobody waits for, such as asynchronous events: keeps the engine as well. */
  readonly isBusy: () => boolean;
}

/** Knows when the engine's last user has gone: no open request or lease for `idleMs`, and no work under way. */
export class Lifetime {
  readonly idle: Promise<void>;
  readonly #options: LifetimeOptions;
  readonly #resolveIdle: () => void;
  #users = 0;
  readonly #alarm = new Alarm(() => this.#look());

  constructor(options: LifetimeOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.idle = promise;
    this.#resolveIdle = resolve;
    this.#wait();
  }

  /** Somebody uses the engine until the returned function is called. */
  begin(): () => void {
    this.#users += 1;
    this.#alarm.clear();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#users -= 1;
      if (this.#users === 0) this.#wait();
    };
  }

  dispose(): void {
    this.#alarm[Symbol.dispose]();
  }

  #wait(): void {
    if (this.#options.idleMs !== undefined) this.#alarm.set(this.#options.idleMs);
  }

  #look(): void {
    if (this.#options.isBusy()) this.#wait();
    else this.#resolveIdle();
  }
}
