import { ServiceError } from '../http/service-error.ts';
import type { FunctionRecord } from '../store/function-store.ts';
import type { Environment } from './environment.ts';
import type { InvocationEvent, InvocationOutcome } from './outcome.ts';

export interface PoolOptions {
  readonly createEnvironment: (record: FunctionRecord) => Promise<Environment>;
  /** Invocations at the same time, over all functions. */
  readonly concurrency: number;
  /** How long an environment is kept without work, ms. */
  readonly idleMs: number;
}

interface Pool {
  readonly idle: { readonly environment: Environment; readonly timer: NodeJS.Timeout }[];
  readonly busy: Set<Promise<unknown>>;
}

/** Execution environments per function revision: one invocation each, the most recently used first, new ones as needed. */
export class EnvironmentPools {
  readonly #options: PoolOptions;
  readonly #pools = new Map<string, Pool>();
  readonly #ending = new Set<Promise<void>>();
  readonly #live = new Set<Environment>();
  #running = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  /** Throws TooManyRequestsException (429) when the concurrency limit is reached. */
  async invoke(record: FunctionRecord, event: InvocationEvent): Promise<InvocationOutcome> {
    if (this.#running >= this.#options.concurrency) {
      throw new ServiceError('TooManyRequestsException', 429, 'Rate Exceeded.', {
        Reason: 'ConcurrentInvocationLimitExceeded',
      });
    }
    this.#running += 1;
    const pool = this.#pool(record);
    const work = this.#work(pool, record, event);
    pool.busy.add(work);
    try {
      return await work;
    } finally {
      this.#running -= 1;
      pool.busy.delete(work);
    }
  }

  /** Ends the environments of a version's earlier revisions, or of all versions: idle ones now, busy ones after their invocation. */
  retire(functionName: string, version?: string): void {
    const prefix = version === undefined ? `${functionName}\n` : `${functionName}\n${version}\n`;
    for (const [key, pool] of this.#pools) {
      if (!key.startsWith(prefix)) continue;
      this.#pools.delete(key);
      for (const { environment, timer } of pool.idle.splice(0)) {
        clearTimeout(timer);
        this.#end(environment);
      }
    }
  }

  /** Ends every environment, in the middle of an invocation if need be. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const key of this.#pools.keys()) this.retire(key.split('\n')[0] ?? '');
    for (const environment of this.#live) this.#end(environment);
    await Promise.all(this.#ending);
  }

  async #work(pool: Pool, record: FunctionRecord, event: InvocationEvent): Promise<InvocationOutcome> {
    const reused = this.#takeIdle(pool);
    const environment = reused ?? (await this.#options.createEnvironment(record));
    this.#live.add(environment);
    try {
      return await environment.invoke(event);
    } finally {
      const current = this.#pools.get(keyOf(record)) === pool && !this.#closed;
      if (current && environment.warm) this.#keep(pool, environment);
      else this.#end(environment);
    }
  }

  #takeIdle(pool: Pool): Environment | undefined {
    for (let kept = pool.idle.pop(); kept; kept = pool.idle.pop()) {
      clearTimeout(kept.timer);
      if (kept.environment.warm) return kept.environment;
      this.#end(kept.environment);
    }
    return undefined;
  }

  #keep(pool: Pool, environment: Environment): void {
    const timer = setTimeout(() => {
      pool.idle.splice(
        pool.idle.findIndex((kept) => kept.environment === environment),
        1,
      );
      this.#end(environment);
    }, this.#options.idleMs);
    pool.idle.push({ environment, timer });
  }

  #end(environment: Environment): void {
    this.#live.delete(environment);
    const ended = environment.shutdown().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  #pool(record: FunctionRecord): Pool {
    const key = keyOf(record);
    let pool = this.#pools.get(key);
    if (!pool) {
      pool = { idle: [], busy: new Set() };
      this.#pools.set(key, pool);
    }
    return pool;
  }
}

const keyOf = (record: FunctionRecord): string => `${record.name}\n${record.version}\n${record.revisionId}`;
