import type { Disposable } from 'vscode';
import type { InvocationTiming, LogEvent } from '../../observe/timing.ts';
import type { Pipeline } from '../../pipeline.ts';
import { isCancellation } from '../../problem.ts';
import type { PanelLine, PanelResult, TailStatus, ToPanel } from '../../protocol/panel.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { sentenceOf } from '../failure-words.ts';
import type { KeptTimings } from './kept-timings.ts';

/** A panel opens on what was logged in the last 15 minutes. */
const lookBackMs = 15 * 60 * 1000;
/** Lines that arrive within this time (ms) travel to the page in one message. */
const batchMs = 50;

/** What a session needs of the log model: it turns events into lines and timings, and holds the newest of them. */
export interface SessionLog {
  readonly lines: readonly PanelLine[];
  readonly invocations: readonly InvocationTiming[];
  /** Takes in events; tells the lines they make and the invocations they change. */
  append(events: readonly LogEvent[]): {
    readonly lines: readonly PanelLine[];
    readonly invocations: readonly InvocationTiming[];
  };
  clear(): void;
}

export interface LogSessionOptions {
  readonly functionName: string;
  readonly pipeline: Pick<Pipeline, 'followLogs'>;
  readonly targets: Pick<TargetSelection, 'label' | 'resolve'>;
  readonly timings?: Pick<KeptTimings, 'record' | 'read'>;
  readonly maximumLines: number;
  readonly createLog: () => SessionLog;
  readonly post: (message: ToPanel) => void;
  readonly onError: (error: unknown) => void;
}

/** One function's log as one panel shows it. Holds the data, so that the page can vanish and be filled again. */
export class LogSession implements Disposable {
  readonly #options: LogSessionOptions;
  #log: SessionLog;
  #tail = new AbortController();
  #status: TailStatus = { state: 'connecting' };
  #pendingLines: PanelLine[] = [];
  readonly #pendingInvocations = new Map<string, InvocationTiming>();
  #timer: NodeJS.Timeout | undefined;
  #result: PanelResult | undefined;
  /** Of the oldest events to show, ms since the epoch; absent: a while ago. */
  #since: number | undefined;
  /** Nothing is posted before the page has said that it listens. */
  #listening = false;

  constructor(options: LogSessionOptions) {
    this.#options = options;
    this.#log = options.createLog();
  }

  /** Follows the log on the current target, from scratch. Also how a changed target or a restarted engine is taken in. */
  start(): void {
    this.#tail.abort();
    this.#tail = new AbortController();
    this.#dropPending();
    this.#log = this.#options.createLog();
    this.#result = undefined;
    if (this.#listening) this.#sendReset();
    this.#setStatus({ state: 'connecting' });
    void this.#follow(this.#tail.signal);
  }

  /** Follows the log from a time on that lies further back. The result stays. */
  startSince(time: number): void {
    const result = this.#result;
    this.#since = time;
    this.start();
    if (result) this.showResult(result);
  }

  /** Follows again where following had come to an end, such as when the target did not answer. */
  resume(): void {
    if (this.#status.state === 'stopped') this.start();
  }

  /** The page is there and empty: sends it everything. */
  resend(): void {
    this.#listening = true;
    this.#dropPending();
    this.#sendReset();
    this.#options.post({ type: 'append', lines: this.#log.lines, invocations: this.#log.invocations });
    this.#options.post({ type: 'tail', status: this.#status });
    if (this.#result) this.#options.post({ type: 'result', result: this.#result });
  }

  /** What an invocation from the editor came back with; the next one takes its place. */
  showResult(result: PanelResult): void {
    this.#result = result;
    if (this.#listening) this.#options.post({ type: 'result', result });
  }

  /** Sends the timings of earlier days and deployments. */
  async sendHistory(): Promise<void> {
    const { functionName, targets, timings, post } = this.#options;
    const history = await timings?.read({ target: targets.label, functionName });
    if (history && this.#listening) post({ type: 'history', history });
  }

  /** The lines with these keys, in their order. */
  linesOf(keys: readonly number[]): PanelLine[] {
    const wanted = new Set(keys);
    return this.#log.lines.filter(({ key }) => wanted.has(key));
  }

  /** Forgets what was shown; what is logged from now on still comes. */
  clear(): void {
    this.#dropPending();
    this.#log.clear();
    this.#result = undefined;
    if (this.#listening) this.#sendReset();
  }

  dispose(): void {
    this.#tail.abort();
    this.#dropPending();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { functionName, pipeline, targets, onError } = this.#options;
    const since = this.#since ?? Date.now() - lookBackMs;
    try {
      const target = await targets.resolve();
      await pipeline.followLogs({
        target,
        functionName,
        since,
        signal,
        onEvents: (events) => {
          if (!signal.aborted) this.#take(events);
        },
        onStatus: (status) => {
          if (!signal.aborted) this.#setStatus(status);
        },
      });
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return;
      onError(error);
      this.#setStatus({ state: 'stopped', detail: sentenceOf(error) });
    }
  }

  #take(events: readonly LogEvent[]): void {
    const { lines, invocations } = this.#log.append(events);
    const { functionName, targets, timings } = this.#options;
    void timings?.record({ target: targets.label, functionName }, invocations);
    if (!this.#listening) return;
    this.#pendingLines.push(...lines);
    for (const invocation of invocations) this.#pendingInvocations.set(invocation.requestId, invocation);
    this.#timer ??= setTimeout(() => this.#flush(), batchMs);
  }

  #flush(): void {
    const lines = this.#pendingLines;
    const invocations = [...this.#pendingInvocations.values()];
    this.#dropPending();
    if (lines.length + invocations.length > 0) this.#options.post({ type: 'append', lines, invocations });
  }

  #setStatus(status: TailStatus): void {
    this.#status = status;
    if (this.#listening) this.#options.post({ type: 'tail', status });
  }

  #sendReset(): void {
    const { functionName, targets, maximumLines, post } = this.#options;
    post({ type: 'reset', functionName, target: targets.label, maxLines: maximumLines });
  }

  #dropPending(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pendingLines = [];
    this.#pendingInvocations.clear();
  }
}
