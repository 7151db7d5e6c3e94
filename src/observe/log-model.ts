import { parsePlatformLine, type PlatformLine } from './parse-report.ts';
import type { InvocationTiming, LogEvent } from './timing.ts';

/** A log line with its place: the invocation that wrote it, and who did. */
export interface ModelLine {
  /** Grows in the order of arrival. */
  readonly key: number;
  readonly timestamp: number;
  readonly message: string;
  readonly logStream: string;
  readonly requestId?: string;
  readonly source: 'platform' | 'function';
}

export interface ModelChange {
  readonly lines: readonly ModelLine[];
  /** Invocations that are new or have changed, each once. */
  readonly invocations: readonly InvocationTiming[];
}

/**
 * Untangles a function's log: within a log stream (an execution environment) one invocation runs at a time, from its START line to
 * the next, so that each line finds its invocation however the streams interleave. Keeps the newest `maxLines` lines.
 */
export class LogModel {
  readonly #maxLines: number;
  readonly #invocations = new Map<string, InvocationTiming>();
  readonly #running = new Map<string, string>();
  #lines: ModelLine[] = [];
  #nextKey = 0;

  constructor({ maxLines = 50_000 }: { readonly maxLines?: number } = {}) {
    this.#maxLines = maxLines;
  }

  get lines(): readonly ModelLine[] {
    return this.#lines;
  }

  get invocations(): readonly InvocationTiming[] {
    return [...this.#invocations.values()];
  }

  append(events: readonly LogEvent[]): ModelChange {
    const lines: ModelLine[] = [];
    const changed = new Set<string>();
    for (const event of events) {
      const platform = parsePlatformLine(event.message);
      const requestId = this.#place(event, platform, changed);
      const source = platform ? 'platform' : 'function';
      const { timestamp, message, logStream } = event;
      lines.push({ key: this.#nextKey++, timestamp, message, logStream, source, ...(requestId && { requestId }) });
    }
    this.#lines = this.#lines.concat(lines);
    if (this.#lines.length > this.#maxLines) this.#forget(this.#lines.length - this.#maxLines);
    const invocations = [...changed].flatMap((id) => this.#invocations.get(id) ?? []);
    return { lines, invocations };
  }

  clear(): void {
    this.#lines = [];
    this.#invocations.clear();
  }

  #place(event: LogEvent, platform: PlatformLine | undefined, changed: Set<string>): string | undefined {
    const { logStream } = event;
    if (platform?.kind === 'init-start') {
      this.#running.delete(logStream);
      return undefined;
    }
    if (platform?.kind === 'start') {
      const { requestId, version } = platform;
      this.#running.set(logStream, requestId);
      // A retried event comes back under its request id: the row then tells of the latest attempt.
      this.#invocations.set(requestId, {
        requestId,
        logStream,
        startedAt: event.timestamp,
        status: 'running',
        ...(version && { version }),
      });
      changed.add(requestId);
      return requestId;
    }
    if (platform?.kind === 'report') {
      this.#report(event, platform, changed);
      return platform.requestId;
    }
    if (platform?.kind === 'end') return platform.requestId;
    const requestId = this.#running.get(logStream);
    if (requestId && !platform && isFailure(event.message))
      this.#update(requestId, { status: failureKind(event.message) }, changed);
    return requestId;
  }

  #report(event: LogEvent, line: Extract<PlatformLine, { kind: 'report' }>, changed: Set<string>): void {
    const { requestId, figures, status, errorType } = line;
    const known = this.#invocations.get(requestId) ?? {
      requestId,
      logStream: event.logStream,
      startedAt: event.timestamp,
      status: 'running' as const,
    };
    const ended =
      status === 'timeout' ? 'timeout' : status ? 'error' : known.status === 'running' ? 'ok' : known.status;
    this.#invocations.set(requestId, {
      ...known,
      ...figures,
      status: ended,
      coldStart: figures.initDurationMs !== undefined || figures.restoreDurationMs !== undefined,
      ...(errorType && { errorType }),
    });
    changed.add(requestId);
  }

  #update(requestId: string, change: Partial<InvocationTiming>, changed: Set<string>): void {
    const known = this.#invocations.get(requestId);
    if (!known || known.status !== 'running') return;
    this.#invocations.set(requestId, { ...known, ...change });
    changed.add(requestId);
  }

  /** Lets go of the oldest lines, and of invocations that ended before all lines that are left. */
  #forget(count: number): void {
    this.#lines = this.#lines.slice(count);
    const oldest = this.#lines[0]?.timestamp ?? 0;
    for (const [requestId, invocation] of this.#invocations) {
      const left =
        invocation.status !== 'running' &&
        invocation.startedAt < oldest &&
        !this.#lines.some((line) => line.requestId === requestId);
      if (!left) break;
      this.#invocations.delete(requestId);
    }
  }
}

const isFailure = (message: string): boolean =>
  /\tERROR\t(Invoke Error|Uncaught Exception|Unhandled Promise Rejection) |^\[ERROR\] \w[\w.]*: |Task timed out after [\d.]+ seconds/.test(
    message,
  );

const failureKind = (message: string): 'timeout' | 'error' =>
  message.includes('Task timed out after') ? 'timeout' : 'error';
