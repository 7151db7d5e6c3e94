import type { Disposable } from 'vscode';
import type { ComparisonChoice, FunctionHistory } from '../../observe/function-history.ts';
import type {
  HistoryKey,
  KeptConfiguration,
  KeptInvocation,
  TimingHistory,
  TimingSource,
} from '../../observe/timing-history.ts';
import type { InvocationTiming } from '../../observe/timing.ts';
import type { Pipeline } from '../../pipeline.ts';

export interface KeptTimingsOptions {
  readonly pipeline: Pick<Pipeline, 'openTimingHistory'>;
  /** Absolute path of its file, made where there is none. */
  readonly file: string;
  readonly onError: (error: unknown) => void;
}

const keyOf = ({ target, functionName }: HistoryKey): string => `${target}\n${functionName}`;

/** The timings of all functions over days, opened when the first is there. Where the file cannot be used, nothing is kept; it is said once. */
export class KeptTimings implements Disposable {
  readonly #options: KeptTimingsOptions;
  /** Versions, by target and function. */
  readonly #leftOut = new Map<string, Set<string>>();
  #opened: Promise<TimingHistory | undefined> | undefined;

  constructor(options: KeptTimingsOptions) {
    this.#options = options;
  }

  async record(key: HistoryKey, invocations: readonly InvocationTiming[], source?: TimingSource): Promise<void> {
    const leftOut = this.#leftOut.get(keyOf(key));
    const kept = leftOut ? invocations.filter(({ version = '' }) => !leftOut.has(version)) : invocations;
    await this.#with((history) => history.record(key, kept, source));
  }

  /** Keeps nothing of these versions from now on: they are tried and deleted, and no deployment is to be compared with them. */
  leaveOut(key: HistoryKey, versions: readonly string[]): void {
    const known = this.#leftOut.get(keyOf(key)) ?? new Set();
    this.#leftOut.set(keyOf(key), known);
    for (const version of versions) known.add(version);
  }

  /** How a version is set up from a time on. */
  async configured(key: HistoryKey, configuration: KeptConfiguration): Promise<void> {
    await this.#with((history) => history.configured(key, configuration));
  }

  /** The function has other code from now on. */
  async deployed(key: HistoryKey, codeSha256: string): Promise<void> {
    const at = Date.now();
    await this.#with((history) => history.deployed(key, { at, codeSha256 }));
  }

  async read(key: HistoryKey, choice?: ComparisonChoice): Promise<FunctionHistory> {
    return (await this.#with((history) => history.read(key, choice))) ?? { groups: [], change: {} };
  }

  /** The function that an invocation is kept of, and its start. */
  async find(key: { readonly target: string; readonly requestId: string }): Promise<KeptInvocation | undefined> {
    return this.#with((history) => history.find(key));
  }

  dispose(): void {
    void this.#opened?.then((history) => history?.[Symbol.dispose]());
    this.#opened = Promise.resolve(undefined);
  }

  async #with<T>(use: (history: TimingHistory) => T): Promise<T | undefined> {
    this.#opened ??= this.#open();
    const history = await this.#opened;
    if (!history) return undefined;
    try {
      return use(history);
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }

  async #open(): Promise<TimingHistory | undefined> {
    try {
      return await this.#options.pipeline.openTimingHistory(this.#options.file);
    } catch (error) {
      this.#options.onError(error);
      return undefined;
    }
  }
}
