import { ServiceError } from '../http/service-error.ts';

export interface LimitsOptions {
  /** Invocations at the same time, over all functions. */
  readonly total: number;
  /** Of a function that has its own. */
  readonly reservedOf: (functionName: string) => number | undefined;
  readonly reservedTotal: () => number;
}

/** How many invocations run, of each function and in all. */
export class InvocationLimits {
  readonly #options: LimitsOptions;
  readonly #running = new Map<string, number>();
  #all = 0;

  constructor(options: LimitsOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#all;
  }

  runningOf(functionName: string): number {
    return this.#running.get(functionName) ?? 0;
  }

  /** Room for one invocation until it is disposed of. Throws TooManyRequestsException (429) where there is none. */
  enter(functionName: string): Disposable {
    const { total, reservedOf, reservedTotal } = this.#options;
    const own = this.#running.get(functionName) ?? 0;
    const reserved = reservedOf(functionName);
    if (reserved !== undefined && own >= reserved) throw throttled('ReservedFunctionConcurrentInvocationLimitExceeded');
    if (reserved === undefined && this.#sum((name) => reservedOf(name) === undefined) >= total - reservedTotal())
      throw throttled('ConcurrentInvocationLimitExceeded');
    this.#running.set(functionName, own + 1);
    this.#all += 1;
    return {
      [Symbol.dispose]: () => {
        this.#all -= 1;
        const left = (this.#running.get(functionName) ?? 0) - 1;
        if (left > 0) this.#running.set(functionName, left);
        else this.#running.delete(functionName);
      },
    };
  }

  #sum(counts: (functionName: string) => boolean): number {
    let sum = 0;
    for (const [name, running] of this.#running) if (counts(name)) sum += running;
    return sum;
  }
}

const throttled = (Reason: string): ServiceError =>
  new ServiceError('TooManyRequestsException', 429, 'Rate Exceeded.', { Reason });
