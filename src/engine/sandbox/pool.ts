import type { FunctionRecord } from '../store/function-store.ts';
import type { Environment } from './environment.ts';
import type { FunctionMetrics } from '../metrics/function-metrics.ts';
import type { InvocationCount, ProvisionedUse } from '../metrics/invocation-count.ts';
import { InvocationLimits, type LimitsOptions } from './invocation-limits.ts';
import type { InvocationEvent, InvocationFailure, InvocationOutcome } from './outcome.ts';
import type { InitializationType } from './platform-events.ts';

export interface PoolOptions {
  readonly createEnvironment: (record: FunctionRecord, type: InitializationType) => Promise<Environment>;
  readonly limits: LimitsOptions;
  readonly metrics: FunctionMetrics;
  /** How long an environment on demand is kept without work, ms. */
  readonly idleMs: number;
}

interface Pool {
  readonly record: FunctionRecord;
  /** The most recently used last; those that go when they are not needed with the time when, by the clock of `performance`. */
  readonly idle: { readonly environment: Environment; readonly until?: number }[];
  /** Those that are initialised before they are needed, idle or busy. */
  readonly provisioned: Set<Environment>;
  /** How many of them there are to be. */
  wanted: number;
  /** Being initialised. */
  preparing: number;
  /** Why the last one could not be initialised. */
  failure?: string | undefined;
}

/** Execution environments per function revision: one invocation each, the most recently used first, new ones as needed. */
export class EnvironmentPools {
  readonly #options: PoolOptions;
  readonly #pools = new Map<string, Pool>();
  readonly #ending = new Set<Promise<void>>();
  readonly #live = new Set<Environment>();
  readonly #limits: InvocationLimits;
  /** Until the first idle environment may go. */
  #sweep: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#limits = new InvocationLimits(options.limits);
  }

  get running(): number {
    return this.#limits.running;
  }

  /** Throws TooManyRequestsException (429) where the function, or the account, has no more room. */
  async invoke(record: FunctionRecord, event: InvocationEvent): Promise<InvocationOutcome> {
    const counted = this.#options.metrics.invocation(event.functionArn, record.version);
    const room = this.#enter(record.name, counted);
    const pool = this.#pool(record);
    try {
      const environment = this.#takeIdle(pool) ?? (await this.#options.createEnvironment(record, onDemand(record)));
      return await this.#work(pool, environment, event, counted);
    } finally {
      counted.ended();
      room[Symbol.dispose]();
    }
  }

  /** Ends the environments of a version's earlier revisions, or of all versions: idle ones now, busy ones after their invocation. */
  retire(functionName: string, version?: string): void {
    const prefix = version === undefined ? `${functionName}\n` : `${functionName}\n${version}\n`;
    for (const [key, pool] of this.#pools) {
      if (!key.startsWith(prefix)) continue;
      this.#pools.delete(key);
      pool.wanted = 0;
      for (const { environment } of pool.idle.splice(0)) this.#end(environment);
    }
  }

  /** Keeps so many environments of these versions of a function initialised, and of its others none. Resolves when they are, or cannot be. */
  async provision(
    functionName: string,
    wanted: readonly { readonly record: FunctionRecord; readonly count: number }[],
  ): Promise<void> {
    const counts = new Map(wanted.map(({ record, count }) => [this.#pool(record), count]));
    const pools = [...this.#pools.values()].filter(({ record }) => record.name === functionName);
    await Promise.all(
      pools.map(async (pool) => {
        pool.wanted = counts.get(pool) ?? 0;
        pool.failure = undefined;
        this.#dropSurplus(pool);
        await this.#fill(pool);
      }),
    );
  }

  /** Initialises one of a version ahead, which stands for its snapshot, and is the first to be invoked. Tells why it could not. */
  async snapshot(record: FunctionRecord): Promise<InvocationFailure | undefined> {
    const pool = this.#pool(record);
    const environment = await this.#options.createEnvironment(record, onDemand(record));
    this.#live.add(environment);
    const failure = await environment.prepare();
    if (failure === undefined && this.#isCurrent(pool)) this.#keep(pool, environment);
    else this.#end(environment);
    return failure;
  }

  /** How many environments of a version are initialised ahead, and why there are no more. */
  provisioned(record: FunctionRecord): { readonly ready: number; readonly reason: string | undefined } {
    const pool = this.#pools.get(keyOf(record));
    return { ready: pool?.provisioned.size ?? 0, reason: pool?.failure };
  }

  /** Resolves when the log is whole of all that has been answered so far. */
  async settled(): Promise<void> {
    await Promise.all([...this.#live].map(async (environment) => environment.settled()));
  }

  /** Ends every environment, in the middle of an invocation if need be. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#sweep);
    for (const { record } of this.#pools.values()) this.retire(record.name);
    for (const environment of this.#live) this.#end(environment);
    await Promise.all(this.#ending);
  }

  #enter(functionName: string, counted: InvocationCount): Disposable {
    let room: Disposable;
    try {
      room = this.#limits.enter(functionName);
    } catch (error) {
      counted.throttled();
      throw error;
    }
    counted.began(this.#limits.runningOf(functionName), this.#limits.running);
    return room;
  }

  async #work(
    pool: Pool,
    environment: Environment,
    event: InvocationEvent,
    counted: InvocationCount,
  ): Promise<InvocationOutcome> {
    this.#live.add(environment);
    const use = pool.wanted > 0 ? provisionedUse(pool, environment) : undefined;
    try {
      const outcome = await environment.invoke(event);
      counted.ran({ isFailed: outcome.functionError !== undefined, durationMs: outcome.durationMs }, use);
      return outcome;
    } finally {
      if (this.#isCurrent(pool) && environment.warm) this.#keep(pool, environment);
      else this.#end(environment, pool);
    }
  }

  #isCurrent(pool: Pool): boolean {
    return this.#pools.get(keyOf(pool.record)) === pool && !this.#closed;
  }

  /** One that was initialised ahead, where there is one. */
  #takeIdle(pool: Pool): Environment | undefined {
    while (pool.idle.length > 0) {
      const isAhead = pool.provisioned.size > 0;
      const ahead = isAhead ? pool.idle.findLastIndex(({ environment }) => pool.provisioned.has(environment)) : -1;
      const kept = ahead < 0 ? pool.idle.pop() : pool.idle.splice(ahead, 1)[0];
      if (!kept) return undefined;
      if (kept.environment.warm) return kept.environment;
      this.#end(kept.environment, pool);
    }
    return undefined;
  }

  #keep(pool: Pool, environment: Environment): void {
    if (pool.provisioned.has(environment) && pool.provisioned.size <= pool.wanted) {
      pool.idle.push({ environment });
      return;
    }
    pool.provisioned.delete(environment);
    pool.idle.push({ environment, until: performance.now() + this.#options.idleMs });
    this.#sweep ??= setTimeout(() => this.#endUnused(), this.#options.idleMs);
  }

  #endUnused(): void {
    const now = performance.now();
    let next = Infinity;
    for (const pool of this.#pools.values()) {
      const over = pool.idle.filter(({ until = Infinity }) => until <= now);
      for (const kept of over) {
        pool.idle.splice(pool.idle.indexOf(kept), 1);
        this.#end(kept.environment);
      }
      for (const { until = Infinity } of pool.idle) next = Math.min(next, until);
    }
    this.#sweep = next === Infinity ? undefined : setTimeout(() => this.#endUnused(), Math.ceil(next - now));
  }

  /** Initialises as many as are missing, side by side. */
  async #fill(pool: Pool): Promise<void> {
    const missing = pool.wanted - pool.provisioned.size - pool.preparing;
    await Promise.all(Array.from({ length: Math.max(0, missing) }, async () => this.#prepare(pool)));
  }

  async #prepare(pool: Pool): Promise<void> {
    pool.preparing += 1;
    let environment: Environment | undefined;
    let failure: string | undefined;
    try {
      environment = await this.#options.createEnvironment(pool.record, 'provisioned-concurrency');
      this.#live.add(environment);
      failure = (await environment.prepare())?.payload.toString('utf8');
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    } finally {
      pool.preparing -= 1;
    }
    // It stays until others are asked for, also where one beside it has come up.
    pool.failure = failure ?? pool.failure;
    if (!environment) return;
    if (failure !== undefined || !this.#isCurrent(pool) || pool.provisioned.size >= pool.wanted) {
      this.#end(environment);
      return;
    }
    pool.provisioned.add(environment);
    pool.idle.push({ environment });
  }

  #dropSurplus(pool: Pool): void {
    const surplus = pool.idle.filter(({ environment }) => pool.provisioned.has(environment));
    for (const kept of surplus.slice(0, Math.max(0, pool.provisioned.size - pool.wanted))) {
      pool.provisioned.delete(kept.environment);
      pool.idle.splice(pool.idle.indexOf(kept), 1);
      this.#end(kept.environment);
    }
  }

  /** Of a pool where another one may have to take its place. */
  #end(environment: Environment, pool?: Pool): void {
    this.#live.delete(environment);
    const ended = environment.shutdown().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
    if (pool?.provisioned.delete(environment) && this.#isCurrent(pool)) void this.#fill(pool);
  }

  #pool(record: FunctionRecord): Pool {
    const key = keyOf(record);
    let pool = this.#pools.get(key);
    if (!pool) {
      pool = { record, idle: [], provisioned: new Set(), wanted: 0, preparing: 0 };
      this.#pools.set(key, pool);
    }
    return pool;
  }
}

function provisionedUse({ idle, provisioned, wanted }: Pool, environment: Environment): ProvisionedUse {
  const ready = idle.filter((kept) => provisioned.has(kept.environment)).length;
  return { isAhead: provisioned.has(environment), busy: provisioned.size - ready, wanted };
}

const keyOf = (record: FunctionRecord): string => `${record.name}\n${record.version}\n${record.revisionId}`;

const onDemand = ({ snapStart, version }: FunctionRecord): InitializationType =>
  snapStart && version !== '$LATEST' ? 'snap-start' : 'on-demand';
