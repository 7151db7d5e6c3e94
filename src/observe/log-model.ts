import { parsePlatformLine, type PlatformLine } from './parse-report.ts';
import type { InvocationStatus, InvocationTiming, LogEvent } from './timing.ts';

/** A log line with its place: the invocation that wrote it, and who did. */
export interface ModelLine {
  /** Grows in the order of arrival. */
  readonly key: number;
  readonly timestamp: number;
  readonly message: string;
  readonly logStream: string;
  /** Where several functions are followed together. */
  readonly functionName?: string;
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
 * the next, so that each line finds its invocation however the streams interleave. Keeps the newest `maxLines` lines. Of a log that
 * was filtered at its source START lines may be missing: there a line is of the invocation that it names itself.
 */
export class LogModel {
  readonly #maxLines: number;
  readonly #isFiltered: boolean;
  readonly #invocations = new Map<string, InvocationTiming>();
  /** The invocation that runs in each log stream. */
  readonly #running = new Map<string, string>();
  /** How many lines are held of each invocation: with the last of them the invocation goes too. */
  readonly #held = new Map<string, number>();
  #lines: ModelLine[] = [];
  #nextKey = 0;

  constructor({
    maxLines = 100_000,
    isFiltered = false,
  }: { readonly maxLines?: number; readonly isFiltered?: boolean } = {}) {
    this.#maxLines = maxLines;
    this.#isFiltered = isFiltered;
  }

  get lines(): readonly ModelLine[] {
    return this.#lines;
  }

  get invocations(): readonly InvocationTiming[] {
    return [...this.#invocations.values()];
  }

  has(requestId: string): boolean {
    return this.#invocations.has(requestId);
  }

  append(events: readonly LogEvent[]): ModelChange {
    const lines: ModelLine[] = [];
    const changed = new Set<string>();
    for (const event of events) {
      const platform = parsePlatformLine(event.message);
      const requestId = this.#place(event, platform, changed);
      const source = platform ? 'platform' : 'function';
      if (requestId) this.#held.set(requestId, (this.#held.get(requestId) ?? 0) + 1);
      const { timestamp, message, logStream, functionName } = event;
      const key = this.#nextKey++;
      lines.push({
        key,
        timestamp,
        message,
        logStream,
        source,
        ...(functionName !== undefined && { functionName }),
        ...(requestId && { requestId }),
      });
    }
    this.#lines = this.#lines.concat(lines);
    if (this.#lines.length > this.#maxLines) this.#forget(this.#lines.length - this.#maxLines);
    const invocations = [...changed].flatMap((id) => this.#invocations.get(id) ?? []);
    return { lines, invocations };
  }

  clear(): void {
    this.#lines = [];
    this.#held.clear();
    this.#invocations.clear();
  }

  #place(event: LogEvent, platform: PlatformLine | undefined, changed: Set<string>): string | undefined {
    const { logStream, functionName } = event;
    const environment = `${functionName ?? ''}\n${logStream}`;
    if (platform?.kind === 'init-start') {
      this.#running.delete(environment);
      return undefined;
    }
    if (platform?.kind === 'start') {
      const { requestId, version } = platform;
      this.#running.set(environment, requestId);
      // A retried event comes back under its request id: the row then tells of the latest attempt, as the newest.
      this.#invocations.delete(requestId);
      this.#invocations.set(requestId, {
        requestId,
        logStream,
        startedAt: event.timestamp,
        status: 'running',
        ...(functionName !== undefined && { functionName }),
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
    const requestId = this.#isFiltered ? requestIdIn(event.message) : this.#running.get(environment);
    const failure = requestId && !platform && failureOf(event.message);
    if (failure) this.#update(requestId, { status: failure }, changed);
    return requestId;
  }

  #report(event: LogEvent, line: Extract<PlatformLine, { kind: 'report' }>, changed: Set<string>): void {
    const { requestId, figures, status, errorType } = line;
    const known = this.#invocations.get(requestId) ?? {
      requestId,
      logStream: event.logStream,
      startedAt: event.timestamp,
      status: 'running' as const,
      ...(event.functionName !== undefined && { functionName: event.functionName }),
    };
    this.#invocations.set(requestId, {
      ...known,
      ...figures,
      status: endedAs(status, known.status),
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

  /** Lets go of the oldest lines, and of each invocation that has no line left. */
  #forget(count: number): void {
    for (const { requestId } of this.#lines.slice(0, count)) {
      if (requestId === undefined) continue;
      const left = (this.#held.get(requestId) ?? 0) - 1;
      if (left > 0) this.#held.set(requestId, left);
      else {
        this.#held.delete(requestId);
        this.#invocations.delete(requestId);
      }
    }
    this.#lines = this.#lines.slice(count);
  }
}

const id = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
// Between tabs as Node.js and Python write it, as a member of JSON, or in what Lambda says of a timeout or an exit.
const ownId = new RegExp(
  `\\t(${id})\\t|"(?:requestId|AWSRequestId|awsRequestId|aws_request_id|function_request_id)": ?"(${id})"|^\\S+ (${id}) Task timed out|^RequestId: (${id}) `,
);
const requestIdIn = (message: string): string | undefined =>
  ownId
    .exec(message.slice(0, 4000))
    ?.slice(1)
    .find((found) => found !== undefined);

// As the runtimes and the platform write them. The code itself may print words like these: only whole beginnings count.
const invokeError = /\tERROR\t(?:Invoke Error|Uncaught Exception|Unhandled Promise Rejection) /;
const pythonError = /^\[ERROR\] \w[\w.]*: /;
const timedOut = /^\S+ [0-9a-fA-F-]{36} Task timed out after [\d.]+ seconds/;

/** A handler that throws has no Status in its REPORT: what its error line said before stands. */
function endedAs(reported: string | undefined, known: InvocationStatus): InvocationStatus {
  if (reported !== undefined) return reported === 'timeout' ? 'timeout' : 'error';
  return known === 'running' ? 'ok' : known;
}

function failureOf(message: string): 'error' | 'timeout' | undefined {
  if (timedOut.test(message)) return 'timeout';
  return invokeError.test(message) || pythonError.test(message) ? 'error' : undefined;
}
