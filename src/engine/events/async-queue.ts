// Asynchronous invocations: durable from the moment they are accepted, tried again as Lambda does, until handled or given up.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ServiceError } from '../http/service-error.ts';
import type { FunctionMetrics } from '../metrics/function-metrics.ts';
import { isNoRoom } from '../no-room.ts';
import type { InvocationEvent, InvocationOutcome } from '../sandbox/outcome.ts';
import type { EnvironmentPools } from '../sandbox/pool.ts';
import type { AsyncEvent, EventStore, NewEvent } from '../store/event-store.ts';
import type { FunctionRecord } from '../store/function-store.ts';
import { deadLetterEvent, deadLetterLine, readDeadLetterTarget } from './dead-letter.ts';
import { destinationRecord, type Handled } from './destination-record.ts';
import { Lane } from './lane.ts';
import { maxVisits, traceOf, visitOf } from './lineage.ts';

/** What runs, and the ARN by which it was asked for. */
export interface FunctionRoute {
  readonly record: FunctionRecord;
  readonly functionArn: string;
}

/** How a function wants its events handled. */
export interface AsyncSettings {
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  /** ARNs of functions; absent: no record is sent. */
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
  /** Its chains of invocations are stopped when they come back too often. */
  readonly stopsLoops: boolean;
}

export interface AsyncQueueOptions {
  readonly store: EventStore;
  /** What runs for a function and qualifier; nothing where it is gone. */
  readonly route: (functionName: string, qualifier?: string) => FunctionRoute | undefined;
  readonly pools: EnvironmentPools;
  readonly metrics: FunctionMetrics;
  readonly settingsOf: (functionName: string, qualifier?: string) => AsyncSettings;
  readonly arnOf: (functionName: string) => string;
  readonly writeLog: (group: string, stream: string, message: string) => void;
  readonly reportFault: (error: unknown) => void;
  /** Waits before the second and third attempt, ms. */
  readonly retryDelaysMs?: readonly number[];
}

/** Lambda's waits before the first and the second retry. */
const defaultRetryDelaysMs = [60_000, 120_000];
/** After what could not be written for lack of room is tried again. */
const againAfterMs = 1000;
/** Each has a process of its own, so that a burst of events must not become a burst of processes. */
const eventsAtOnce = 10;

export class AsyncQueue {
  readonly #options: AsyncQueueOptions;
  /** Events that are not due yet. */
  readonly #timers = new Map<number, NodeJS.Timeout>();
  readonly #lanes = new Map<string, Lane>();
  #closed = false;

  constructor(options: AsyncQueueOptions) {
    this.#options = options;
  }

  /** Events that wait or run: the engine stays for them. */
  get size(): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.size, this.#timers.size);
  }

  /** Takes up what an earlier engine had accepted and not finished. */
  resume(): void {
    for (const event of this.#options.store.all()) this.#schedule(event);
  }

  /** The event is on disk when this returns. */
  accept(functionName: string, event: InvocationEvent, qualifier?: string): void {
    const now = Date.now();
    const { requestId, payload, clientContext, traceId } = event;
    const about = { requestId, functionName, qualifier, payload, clientContext, traceId };
    const accepted = this.#options.store.add({ ...about, accepted: now, due: now });
    this.#options.metrics.of(event.functionArn).count('AsyncEventsReceived', 1);
    this.#schedule(accepted);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const lane of this.#lanes.values()) lane.close();
  }

  #schedule(event: AsyncEvent): void {
    if (this.#closed) return;
    const wait = event.due - Date.now();
    if (wait <= 0) return this.#lane(event.functionName).push(event);
    const timer = setTimeout(() => {
      this.#timers.delete(event.id);
      this.#lane(event.functionName).push(event);
    }, wait);
    this.#timers.set(event.id, timer);
  }

  #lane(functionName: string): Lane {
    let lane = this.#lanes.get(functionName);
    if (!lane) {
      lane = new Lane({ width: eventsAtOnce, run: async (event) => this.#handle(event) });
      this.#lanes.set(functionName, lane);
    }
    return lane;
  }

  async #handle(event: AsyncEvent): Promise<'done' | 'again'> {
    try {
      return await this.#attempt(event);
    } catch (error) {
      // A throttle is no attempt, nor is a fault that is not the function's: the event waits and comes back.
      if (!(error instanceof ServiceError)) this.#options.reportFault(error);
      return this.#closed ? 'done' : 'again';
    }
  }

  async #attempt(event: AsyncEvent): Promise<'done'> {
    const { route, store, settingsOf, arnOf, pools, metrics } = this.#options;
    const found = route(event.functionName, event.qualifier);
    if (!found) {
      await this.#noted(() => store.finish(event));
      return 'done';
    }
    const { record, functionArn } = found;
    const settings = settingsOf(record.name, event.qualifier);
    const about = { event, record, functionArn, invokeCount: event.attempts };
    const meter = metrics.of(functionArn);
    if (settings.stopsLoops && visitOf(arnOf(record.name), event.traceId) > maxVisits) {
      meter.count('RecursiveInvocationsDropped', 1);
      return this.#finish(settings.onFailure, { ...about, condition: 'RetriesExhausted' });
    }
    const ageMs = Date.now() - event.accepted;
    if (ageMs >= settings.maxAgeMs)
      return this.#finish(settings.onFailure, { ...about, condition: 'EventAgeExceeded' });
    const { requestId, payload, clientContext, traceId } = event;
    meter.count('AsyncEventAge', ageMs);
    const outcome = await pools.invoke(record, { requestId, functionArn, payload, clientContext, traceId });
    if (this.#closed) return 'done'; // ended with the engine in the middle: the next one runs it again
    return this.#settle({ ...about, outcome }, settings);
  }

  async #settle(
    about: Omit<Handled, 'condition'> & { readonly outcome: InvocationOutcome },
    settings: AsyncSettings,
  ): Promise<'done'> {
    const { event, outcome } = about;
    const attempts = event.attempts + 1;
    const handled = { ...about, invokeCount: attempts };
    if (!outcome.functionError) return this.#finish(settings.onSuccess, { ...handled, condition: 'Success' });
    if (attempts > settings.maxRetries)
      return this.#finish(settings.onFailure, { ...handled, condition: 'RetriesExhausted' });
    const delays = this.#options.retryDelaysMs ?? defaultRetryDelaysMs;
    const retryAt = Date.now() + (delays[event.attempts] ?? delays.at(-1) ?? 0);
    const next = { ...event, attempts, due: Math.min(retryAt, event.accepted + settings.maxAgeMs) };
    if (await this.#noted(() => this.#options.store.reschedule(next))) this.#schedule(next);
    return 'done';
  }

  /**
   * What an event has come to is written down, as soon as there is room for it: till then it must not run again, for it has run. Gives
   * nothing where the engine ended before.
   */
  async #noted<T>(write: () => T): Promise<{ readonly written: T } | undefined> {
    let isReported = false;
    while (!this.#closed) {
      try {
        return { written: write() };
      } catch (error) {
        if (!isNoRoom(error)) throw error;
        if (!isReported) this.#options.reportFault(error);
        isReported = true;
        await wait(againAfterMs, undefined, { ref: false });
      }
    }
    return undefined;
  }

  /** The event goes; its record, and what a dead-letter queue would get, become events of their functions: all or nothing. */
  async #finish(destination: string | undefined, handled: Handled): Promise<'done'> {
    const following = [this.#forDestination(destination, handled), this.#forDeadLetters(handled)];
    const given = following.filter((event) => event !== undefined);
    const { metrics, arnOf, store } = this.#options;
    if (handled.condition !== 'Success') metrics.of(handled.functionArn).count('AsyncEventsDropped', 1);
    const noted = await this.#noted(() => store.finish(handled.event, given));
    for (const sent of noted?.written ?? []) {
      const arn = arnOf(sent.functionName);
      metrics.of(sent.qualifier === undefined ? arn : `${arn}:${sent.qualifier}`).count('AsyncEventsReceived', 1);
      this.#schedule(sent);
    }
    return 'done';
  }

  #forDestination(destination: string | undefined, handled: Handled): NewEvent | undefined {
    const [functionName, qualifier] = destination?.split(':').slice(6) ?? [];
    if (functionName === undefined) return undefined;
    if (!this.#options.route(functionName, qualifier)) {
      this.#options.reportFault(new Error(`A record was lost: its destination ${functionName} does not exist.`));
      this.#options.metrics.of(handled.functionArn).count('DestinationDeliveryFailures', 1);
      return undefined;
    }
    return this.#following(handled, { functionName, qualifier, payload: destinationRecord(handled) });
  }

  /** There are no queues and topics here: a function of the same name stands for who would read them. */
  #forDeadLetters(handled: Handled): NewEvent | undefined {
    const { record, condition } = handled;
    const target = readDeadLetterTarget(record.deadLetterTarget ?? '');
    if (!target || condition === 'Success') return undefined;
    const reader = target.name !== record.name && this.#options.route(target.name) ? target.name : undefined;
    const stream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${record.version}]dead-letters`;
    this.#options.writeLog(record.logGroup, stream, deadLetterLine(target, handled, reader));
    if (reader === undefined) return undefined;
    return this.#following(handled, { functionName: reader, payload: deadLetterEvent(target, handled) });
  }

  #following(
    { event }: Handled,
    next: Pick<NewEvent, 'functionName' | 'payload'> & { readonly qualifier?: string | undefined },
  ): NewEvent {
    const now = Date.now();
    return {
      ...next,
      requestId: randomUUID(),
      clientContext: undefined,
      traceId: traceOf(this.#options.arnOf(next.functionName), event.traceId).header,
      accepted: now,
      due: now,
    };
  }
}
