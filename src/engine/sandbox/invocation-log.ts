import type { FunctionRecord } from '../store/function-store.ts';
import type { EnvironmentLog } from './environment-log.ts';
import { outcomeOf, statusOf, type InvocationEvent, type Result } from './outcome.ts';
import {
  billed,
  milliseconds,
  responseSpans,
  startMetrics,
  tracingOf,
  wallClock,
  type InitializationType,
  type ResponseTimes,
  type Span,
  type Tracing,
} from './platform-events.ts';
import { isResponse, type RunResult } from './run-result.ts';

export interface InvocationLogOptions {
  readonly log: EnvironmentLog;
  readonly function: FunctionRecord;
  readonly initializationType: InitializationType;
  readonly event: InvocationEvent;
}

/** Of the init, or the restore, before an invocation; `hooksMs` is what is billed of a restore. */
export interface StartFigures {
  readonly durationMs: number;
  readonly hooksMs: number;
}

export interface Reported {
  readonly log: InvocationLog;
  readonly started: StartFigures | undefined;
  readonly result: Result;
  readonly durationMs: number;
}

/** What the platform itself writes of one invocation into the log of its environment. */
export class InvocationLog {
  readonly #options: InvocationLogOptions;
  readonly #tracing: { readonly tracing?: Tracing };
  #spans: readonly Span[] = [];

  constructor(options: InvocationLogOptions) {
    this.#options = options;
    this.#tracing = tracingOf(options.function.tracingMode === 'Active', options.event.traceId);
  }

  get requestId(): string {
    return this.#options.event.requestId;
  }

  start(): void {
    const { log, event, function: fn } = this.#options;
    log.platform({
      type: 'platform.start',
      record: { requestId: event.requestId, version: fn.version, ...this.#tracing },
    });
  }

  /** The runtime's part is over. */
  runtimeDone(result: RunResult | 'passed', times: ResponseTimes): void {
    const { log, event } = this.#options;
    if (!log.hasMore) return;
    const producedBytes = isResponse(result) && !event.stream ? result.body.length : undefined;
    const durationMs = milliseconds(Math.max(times.endedAt, times.askedAt ?? 0) - times.startedAt);
    log.platform({
      type: 'platform.runtimeDone',
      record: {
        requestId: event.requestId,
        ...statusOf(result),
        metrics: { durationMs, ...(producedBytes !== undefined && { producedBytes }) },
        ...(isResponse(result) && { spans: responseSpans(times) }),
        ...this.#tracing,
      },
    });
  }

  /** Extensions have been waited for, `since` then, ms since the epoch. */
  extensionsDone(since: number): void {
    const start = new Date(since).toISOString();
    this.#spans = [{ name: 'extensionOverhead', start, durationMs: milliseconds(wallClock() - since) }];
  }

  /** The last lines. */
  report(
    result: Result,
    figures: {
      readonly durationMs: number;
      readonly maxMemoryUsedMB: number;
      readonly started: StartFigures | undefined;
    },
  ): void {
    const { log, event, function: fn, initializationType: type } = this.#options;
    const { requestId } = event;
    const { durationMs, maxMemoryUsedMB, started } = figures;
    if (result.kind === 'failure' && result.logLine) {
      if (result.status === 'timeout') log.textOnly(`${result.logLine}\n`);
      else log.platform({ type: 'platform.fault', record: result.logLine });
    }
    log.platform({ type: 'platform.end', record: { requestId } });
    const metrics = {
      durationMs: milliseconds(durationMs),
      billedDurationMs: billed(durationMs, type === 'snap-start' ? started?.hooksMs : started?.durationMs),
      memorySizeMB: fn.memorySizeMB,
      maxMemoryUsedMB,
      ...startMetrics(type, started?.durationMs, started?.hooksMs ?? 0),
    };
    const spans = this.#spans.length > 0 ? { spans: this.#spans } : {};
    log.platform({
      type: 'platform.report',
      record: { requestId, metrics, ...outcomeOf(result), ...spans, ...this.#tracing },
    });
  }
}
