import type { Disposable } from 'vscode';
import type { ComparisonChoice } from '../../observe/function-history.ts';
import type { InvocationTiming, LogEvent } from '../../observe/timing.ts';
import type { Pipeline } from '../../pipeline.ts';
import { isCancellation } from '../../problem.ts';
import type { FunctionConfiguration, PanelLine, PanelResult, TailStatus, ToPanel } from '../../protocol/panel.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { sentenceOf } from '../failure-words.ts';
import type { Words } from '../words.ts';
import type { FunctionConfigurations } from './function-configurations.ts';
import type { KeptTimings } from './kept-timings.ts';
import type { ThrottleWatch } from './throttle-watch.ts';

/** A panel opens on what was logged in the last 15 minutes. */
const lookBackMs = 15 * 60 * 1000;
/** Lines that arrive within this time (ms) travel to the page in one message. */
const batchMs = 50;

/** What a session needs of the log model: it turns events into lines and timings, and holds the newest of them. */
export interface SessionLog {
  readonly lines: readonly PanelLine[];
  readonly invocations: readonly InvocationTiming[];
  has(requestId: string): boolean;
  /** Takes in events; tells the lines they make and the invocations they change. */
  append(events: readonly LogEvent[]): {
    readonly lines: readonly PanelLine[];
    readonly invocations: readonly InvocationTiming[];
  };
  clear(): void;
}

export interface LogSessionOptions {
  /** At least one. */
  readonly functionNames: readonly string[];
  /** Of the log at first; as `setFilterPattern`. */
  readonly filterPattern?: string;
  readonly pipeline: Pick<Pipeline, 'followLogs'>;
  readonly targets: Pick<TargetSelection, 'label' | 'choice' | 'resolve'>;
  readonly timings?: Pick<KeptTimings, 'record' | 'read'>;
  readonly configurations?: Pick<FunctionConfigurations, 'of'>;
  readonly throttles?: Pick<ThrottleWatch, 'start' | 'clear' | 'resend'>;
  readonly maximumLines: number;
  readonly createLog: (options: { readonly isFiltered: boolean }) => SessionLog;
  readonly post: (message: ToPanel) => void;
  /** Absent: English. */
  readonly words?: Words;
  readonly onError: (error: unknown) => void;
}

/** The log of one function or several as one panel shows it. Holds the data, so that the page can vanish and be filled again. */
export class LogSession implements Disposable {
  readonly #options: LogSessionOptions;
  #log: SessionLog;
  #tail = new AbortController();
  #status: TailStatus = { state: 'connecting' };
  #pendingLines: PanelLine[] = [];
  readonly #pendingInvocations = new Map<string, InvocationTiming>();
  #timer: NodeJS.Timeout | undefined;
  #result: PanelResult | undefined;
  /** Of the functions as they are now, by their names. */
  readonly #configurations = new Map<string, FunctionConfiguration>();
  /** Of the oldest events to show, ms since the epoch; absent: a while ago. */
  #since: number | undefined;
  #filterPattern: string;
  /** An invocation that the page is to show. */
  #shown: string | undefined;
  /** Nothing is posted before the page has said that it listens. */
  #listening = false;

  constructor(options: LogSessionOptions) {
    this.#options = options;
    this.#filterPattern = options.filterPattern ?? '';
    this.#log = this.#createLog();
  }

  /** Follows the log on the current target, from scratch. Also how a changed target or a restarted engine is taken in. */
  start(): void {
    this.#tail.abort();
    this.#tail = new AbortController();
    this.#dropPending();
    this.#log = this.#createLog();
    this.#result = undefined;
    if (this.#listening) this.#sendReset();
    this.#setStatus({ state: 'connecting' });
    this.#configurations.clear();
    for (const functionName of this.#options.functionNames) void this.#findConfiguration(functionName);
    void this.#follow(this.#tail.signal);
    this.#options.throttles?.start(this.#from);
  }

  /** Follows the log from a time on that lies further back. The result stays. */
  startSince(time: number): void {
    const result = this.#result;
    this.#since = time;
    this.start();
    if (result) this.showResult(result);
  }

  /** Reads the log anew with a CloudWatch filter pattern that the service holds against it; empty: all of it. The result stays. */
  setFilterPattern(filterPattern: string): void {
    const result = this.#result;
    this.#filterPattern = filterPattern.trim();
    this.start();
    if (result) this.showResult(result);
  }

  /** Whether the invocation has left a line in the log that is held. */
  has(requestId: string): boolean {
    return this.#log.has(requestId);
  }

  /**
   * Brings an invocation into view. Where it is not in the log, the log is read from `since` on (ms since the epoch) and without a filter
   * pattern, and the page shows it when it comes.
   */
  showInvocation(requestId: string, since?: number): void {
    this.#shown = requestId;
    if (!this.has(requestId)) {
      const from = this.#from;
      const isFiltered = this.#filterPattern !== '';
      this.#filterPattern = '';
      if (since !== undefined && since < from) this.startSince(since);
      else if (isFiltered) this.setFilterPattern('');
    }
    this.#sendShown();
  }

  #sendShown(): void {
    if (this.#shown === undefined || !this.#listening) return;
    this.#options.post({ type: 'show', requestId: this.#shown });
    this.#shown = undefined;
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
    for (const configuration of this.#configurations.values())
      this.#options.post({ type: 'configuration', configuration });
    if (this.#result) this.#options.post({ type: 'result', result: this.#result });
    this.#options.throttles?.resend();
    this.#sendShown();
  }

  /** What an invocation from the editor came back with; the next one takes its place. */
  showResult(result: PanelResult): void {
    this.#result = result;
    if (this.#listening) this.#options.post({ type: 'result', result });
  }

  /** Sends the timings of earlier days and deployments of a function; where the panel has several, none without its name. */
  async sendHistory(functionName = this.#onlyFunction, choice?: ComparisonChoice): Promise<void> {
    const { functionNames, targets, timings, post } = this.#options;
    if (functionName === undefined || !functionNames.includes(functionName)) return;
    const history = await timings?.read({ target: targets.label, functionName }, choice);
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
    this.#options.throttles?.clear();
  }

  dispose(): void {
    this.#tail.abort();
    this.#dropPending();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { functionNames, pipeline, targets, onError } = this.#options;
    const filterPattern = this.#filterPattern;
    const since = this.#from;
    try {
      const target = await targets.resolve();
      await pipeline.followLogs({
        target,
        functionNames,
        ...(filterPattern !== '' && { filterPattern }),
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
      this.#setStatus({ state: 'stopped', detail: sentenceOf(error, this.#options.words) });
    }
  }

  #take(events: readonly LogEvent[]): void {
    const { lines, invocations } = this.#log.append(events);
    this.#record(invocations);
    if (!this.#listening) return;
    this.#pendingLines.push(...lines);
    for (const invocation of invocations) this.#pendingInvocations.set(invocation.requestId, invocation);
    this.#timer ??= setTimeout(() => this.#flush(), batchMs);
  }

  /** Of a filtered log, what is not there is not known: nothing of it is kept. */
  #record(invocations: readonly InvocationTiming[]): void {
    const { targets, timings } = this.#options;
    if (this.#filterPattern !== '') return;
    const byFunction = Map.groupBy(invocations, ({ functionName = this.#onlyFunction }) => functionName);
    for (const [functionName, its] of byFunction) {
      if (functionName === undefined) continue;
      void timings?.record({ target: targets.label, functionName }, its);
      const ended = its.filter(({ durationMs }) => durationMs !== undefined);
      for (const version of new Set(ended.map((each) => each.version)))
        void this.#findConfiguration(functionName, version);
    }
  }

  /** Has it noted beside the timings, and tells the page of what was deployed last. */
  async #findConfiguration(functionName: string, version?: string): Promise<void> {
    const { signal } = this.#tail;
    const found = await this.#options.configurations?.of({ functionName, version });
    if (!found || signal.aborted || (version !== undefined && version !== '$LATEST')) return;
    if (this.#configurations.get(functionName) === found) return;
    this.#configurations.set(functionName, found);
    if (this.#listening) this.#options.post({ type: 'configuration', configuration: found });
  }

  /** Of the oldest events that are read. */
  get #from(): number {
    return this.#since ?? Date.now() - lookBackMs;
  }

  get #onlyFunction(): string | undefined {
    const { functionNames } = this.#options;
    return functionNames.length === 1 ? functionNames[0] : undefined;
  }

  #createLog(): SessionLog {
    return this.#options.createLog({ isFiltered: this.#filterPattern !== '' });
  }

  #flush(): void {
    const lines = this.#pendingLines;
    const invocations = [...this.#pendingInvocations.values()];
    this.#dropPending();
    if (lines.length + invocations.length > 0) this.#options.post({ type: 'append', lines, invocations });
  }

  #setStatus({ state, detail }: TailStatus): void {
    const { words } = this.#options;
    const status = { state, ...(detail !== undefined && { detail: words?.sentence(detail) ?? detail }) };
    this.#status = status;
    if (this.#listening) this.#options.post({ type: 'tail', status });
  }

  #sendReset(): void {
    const { functionNames, targets, maximumLines: maxLines, post } = this.#options;
    const { label: target, choice } = targets;
    // The local Lambda, and others that speak AWS's API, send nothing to X-Ray.
    const hasTraces = choice.kind === 'aws';
    post({ type: 'reset', functionNames, target, maxLines, filterPattern: this.#filterPattern, hasTraces });
  }

  #dropPending(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pendingLines = [];
    this.#pendingInvocations.clear();
  }
}
