import type { Disposable } from 'vscode';
import type { MetricReader } from '../../observe/function-metrics.ts';
import type { Pipeline } from '../../pipeline.ts';
import { isCancellation, Problem } from '../../problem.ts';
import type { Throttled, ToPanel } from '../../protocol/panel.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { sentenceOf } from '../failure-words.ts';
import { englishWords, type Words } from '../words.ts';

export interface ThrottleWatchOptions {
  readonly functionNames: readonly string[];
  readonly pipeline: Pick<Pipeline, 'openMetrics'>;
  readonly targets: Pick<TargetSelection, 'choice' | 'label' | 'resolve'>;
  readonly post: (message: ToPanel) => void;
  /** Absent: English. */
  readonly words?: Words;
  readonly onError: (error: unknown) => void;
}

const minuteMs = 60_000;
/** AWS counts by the minute, and each question costs. */
const awsPollMs = minuteMs;
const otherPollMs = 5000;
/** As far back as AWS has minutes. */
const furthestMs = 15 * 24 * 60 * minuteMs;
/** What may be over the next time, as may faults of the service. */
const passing = ['TargetUnreachable', 'CredentialsExpired', 'Throttled'];
const faults = [500, 502, 503, 504];

/** Asks the target now and then how many invocations it refused, while somebody looks. What no log says, the page then has. */
export class ThrottleWatch implements Disposable {
  readonly #options: ThrottleWatchOptions;
  #run = new AbortController();
  #reader: MetricReader | undefined;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  #askedAt = 0;
  #state: 'idle' | 'asking' | 'ended' = 'ended';
  #isVisible: boolean;
  /** Nothing is posted before the page has said that it listens. */
  #listening = false;
  #throttles: readonly Throttled[] = [];
  /** How many there were in each period when all was cleared. */
  #cleared: ReadonlyMap<string, number> = new Map();
  #problem: string | undefined;

  constructor(options: ThrottleWatchOptions & { readonly isVisible: boolean }) {
    this.#options = options;
    this.#isVisible = options.isVisible;
  }

  /** Watches the current target, from scratch, for what has been since `since` (ms since the epoch). */
  start(since: number): void {
    this.#stop();
    this.#run = new AbortController();
    this.#since = since;
    this.#throttles = [];
    this.#cleared = new Map();
    this.#problem = undefined;
    this.#state = 'idle';
    this.#ask();
  }

  /** Whether the panel is seen: nothing is asked for one that is not. */
  setVisible(isVisible: boolean): void {
    // It is told of changes of focus, too.
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.#askLater();
  }

  /** Forgets what was shown; what is counted from now on still comes. */
  clear(): void {
    this.#cleared = new Map(this.#throttles.map((each) => [keyOf(each), each.count]));
    this.#throttles = [];
    this.#since = Date.now();
    if (this.#problem !== undefined) this.#post();
  }

  /** The page is there, and empty. */
  resend(): void {
    this.#listening = true;
    if (this.#problem !== undefined || this.#shown.length > 0) this.#post();
  }

  dispose(): void {
    this.#stop();
  }

  #stop(): void {
    this.#run.abort();
    clearTimeout(this.#timer);
    this.#reader?.[Symbol.dispose]();
    this.#reader = undefined;
    this.#state = 'ended';
  }

  #ask(): void {
    if (this.#state !== 'idle' || !this.#isVisible) return;
    this.#state = 'asking';
    this.#askedAt = Date.now();
    void this.#read(this.#run.signal);
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { onError } = this.#options;
    try {
      const found = await this.#throttled(signal);
      if (signal.aborted) return;
      this.#take(found);
    } catch (error) {
      if (signal.aborted || isCancellation(error)) return;
      if (!mayPass(error)) {
        this.#stop();
        onError(error);
        this.#problem = this.#wordsFor(error);
        this.#post();
        return;
      }
    }
    this.#state = 'idle';
    this.#askLater();
  }

  #askLater(): void {
    clearTimeout(this.#timer);
    if (this.#state !== 'idle' || !this.#isVisible) return;
    const pollMs = this.#options.targets.choice.kind === 'aws' ? awsPollMs : otherPollMs;
    this.#timer = setTimeout(() => this.#ask(), Math.max(0, this.#askedAt + pollMs - Date.now()));
  }

  async #throttled(signal: AbortSignal): Promise<Throttled[]> {
    const { functionNames, pipeline, targets } = this.#options;
    if (!this.#reader) {
      const reader = await pipeline.openMetrics({ target: await targets.resolve() });
      if (signal.aborted) reader[Symbol.dispose]();
      else this.#reader = reader;
    }
    const to = Date.now();
    const from = Math.max(this.#since, to - furthestMs);
    const periodMs = periodOf(to - from);
    const periods = await this.#reader?.read({ functionNames, figures: ['throttles'], from, to, periodMs, signal });
    return (periods ?? []).flatMap(({ functionName, time, figures: { throttles: count = 0 } }) =>
      count > 0 ? [{ functionName, time, periodMs, count }] : [],
    );
  }

  #take(found: readonly Throttled[]): void {
    const before = JSON.stringify(this.#shown);
    this.#throttles = found;
    if (JSON.stringify(this.#shown) !== before) this.#post();
  }

  get #shown(): readonly Throttled[] {
    return this.#throttles
      .map((each) => ({ ...each, count: each.count - (this.#cleared.get(keyOf(each)) ?? 0) }))
      .filter(({ count }) => count > 0);
  }

  #wordsFor(error: unknown): string {
    const { targets, words = englishWords } = this.#options;
    const { t } = words;
    return error instanceof Problem && error.code === 'AccessDenied'
      ? t('Throttles are not shown: {0} does not allow cloudwatch:GetMetricData.', targets.label)
      : t('Throttles are not shown: {0}', sentenceOf(error, words));
  }

  #post(): void {
    if (!this.#listening) return;
    const problem = this.#problem;
    this.#options.post({ type: 'throttles', throttles: this.#shown, ...(problem !== undefined && { problem }) });
  }
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof Problem)) return false;
  return passing.includes(error.code) || faults.includes(statusOf(error.cause) ?? 0);
}

/** Of the answer that the SDK made an error of. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** By the minute for a day, and coarser for longer, so that no question asks for too much. */
function periodOf(spanMs: number): number {
  const day = 24 * 60 * minuteMs;
  if (spanMs <= day) return minuteMs;
  return spanMs <= 5 * day ? 5 * minuteMs : 60 * minuteMs;
}

const keyOf = ({ functionName, time, periodMs }: Throttled): string => `${functionName}\n${time}\n${periodMs}`;
