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
  #timer: NodeJS.Timeout | undefined;

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
    clearTimeout(this.#timer);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#users -= 1;
      if (this.#users === 0) this.#wait();
    };
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#options.idleMs === undefined) return;
    this.#timer = setTimeout(() => {
      if (this.#options.isBusy()) this.#wait();
      else this.#resolveIdle();
    }, this.#options.idleMs);
  }
}
