// Asynchronous invocations: durable from the moment they are accepted, tried again as Lambda does, until handled or given up.
import { ServiceError } from '../http/service-error.ts';
import type { InvocationEvent } from '../sandbox/outcome.ts';
import type { EnvironmentPools } from '../sandbox/pool.ts';
import type { AsyncEvent, EventStore } from '../store/event-store.ts';
import type { FunctionStore } from '../store/function-store.ts';

export interface AsyncQueueOptions {
  readonly store: EventStore;
  readonly functions: FunctionStore;
  readonly pools: EnvironmentPools;
  readonly newTraceId: () => string;
  readonly reportFault: (error: unknown) => void;
  /** Waits before the second and third attempt, ms. */
  readonly retryDelaysMs?: readonly number[];
}

/** Lambda's defaults: two retries, after one and two minutes, and an age of six hours. */
const defaultRetryDelaysMs = [60_000, 120_000];
const maxAgeMs = 21_600_000;
const throttleBackoffMs = 1000;
const maxThrottleBackoffMs = 300_000;

export class AsyncQueue {
  readonly #options: AsyncQueueOptions;
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #throttles = new Map<number, number>();
  #closed = false;

  constructor(options: AsyncQueueOptions) {
    this.#options = options;
  }

  /** Events that wait or run: the engine stays for them. */
  get size(): number {
    return this.#timers.size + this.#running.size;
  }

  /** Takes up what an earlier engine had accepted and not finished. */
  resume(): void {
    for (const event of this.#options.store.all()) this.#schedule(event);
  }

  /** The event is on disk when this returns. */
  accept(functionName: string, event: InvocationEvent): void {
    const now = Date.now();
    const { requestId, payload, clientContext } = event;
    this.#schedule(
      this.#options.store.add({ requestId, functionName, payload, clientContext, accepted: now, due: now }),
    );
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #schedule(event: AsyncEvent): void {
    if (this.#closed) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(event.id);
        const attempt = this.#attempt(event)
          .catch(this.#options.reportFault)
          .finally(() => this.#running.delete(attempt));
        this.#running.add(attempt);
      },
      Math.max(0, event.due - Date.now()),
    );
    this.#timers.set(event.id, timer);
  }

  async #attempt(event: AsyncEvent): Promise<void> {
    const record = this.#options.functions.get(event.functionName);
    if (!record || Date.now() - event.accepted > maxAgeMs) {
      this.#options.store.remove(event);
      return;
    }
    const { requestId, payload, clientContext } = event;
    let failed: boolean;
    try {
      const outcome = await this.#options.pools.invoke(record, {
        requestId,
        payload,
        clientContext,
        traceId: this.#options.newTraceId(),
      });
      failed = outcome.functionError !== undefined;
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'TooManyRequestsException')) throw error;
      // A throttle is no attempt: the event waits and comes back.
      const backoff = Math.min((this.#throttles.get(event.id) ?? throttleBackoffMs / 2) * 2, maxThrottleBackoffMs);
      this.#throttles.set(event.id, backoff);
      this.#schedule({ ...event, due: Date.now() + backoff });
      return;
    }
    this.#throttles.delete(event.id);
    if (this.#closed) return; // ended with the engine in the middle: the next one runs it again
    const delays = this.#options.retryDelaysMs ?? defaultRetryDelaysMs;
    const delay = delays[event.attempts];
    if (!failed || delay === undefined) {
      this.#options.store.remove(event);
      return;
    }
    const next = { ...event, attempts: event.attempts + 1, due: Date.now() + delay };
    this.#options.store.reschedule(next);
    this.#schedule(next);
  }
}
