import type { Disposable } from 'vscode';
import type { TuningProgress } from '../../observe/tuning.ts';
import type { FunctionSummary, Pipeline } from '../../pipeline.ts';
import { isCancellation } from '../../problem.ts';
import type { FromTuningPage, ToTuningPage, TuningSetup, TuningWish } from '../../protocol/tuning.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { sentenceOf } from '../failure-words.ts';
import type { Words } from '../words.ts';
import type { KeptTimings } from '../panel/kept-timings.ts';
import type { KeptTunings } from './kept-tunings.ts';

export interface TuningSessionOptions {
  readonly functionName: string;
  readonly pipeline: Pick<Pipeline, 'describeFunction' | 'tuneMemory' | 'setMemory'>;
  readonly targets: Pick<TargetSelection, 'label' | 'choice' | 'resolve'>;
  readonly timings: Pick<KeptTimings, 'read' | 'leaveOut'>;
  readonly tunings: Pick<KeptTunings, 'of' | 'keep'>;
  /** JSON text that the function was invoked with last. */
  readonly lastPayload: () => string | undefined;
  readonly post: (message: ToTuningPage) => void;
  /** Absent: English. */
  readonly words?: Words;
  readonly onError: (error: unknown) => void;
  /** The function has other memory than before. */
  readonly onApplied: () => void;
}

/** The tunings of one page's function, one at a time. */
export class TuningSession implements Disposable {
  readonly #options: TuningSessionOptions;
  #running: { readonly abort: AbortController; readonly ended: Promise<void> } | undefined;
  /** Rises with each target, so that an answer of the last one is dropped. */
  #round = 0;

  constructor(options: TuningSessionOptions) {
    this.#options = options;
  }

  async receive(message: FromTuningPage): Promise<void> {
    if (message.type === 'ready') await this.begin();
    else if (message.type === 'cancel') this.#running?.abort.abort();
    else if (message.type === 'apply') await this.#apply(message.memorySizeMB);
    else if (!this.#running) {
      const abort = new AbortController();
      const ended = this.#tune(message.wish, abort.signal);
      this.#running = { abort, ended };
      await ended;
    }
  }

  /** Fills the page. */
  async begin(): Promise<void> {
    const { functionName, targets, tunings, lastPayload, post, onError } = this.#options;
    this.#round += 1;
    const round = this.#round;
    const target = targets.label;
    const isLocal = targets.choice.kind === 'local';
    post({ type: 'begin', functionName, target, isLocal, payload: lastPayload() ?? '{}' });
    const kept = tunings.of({ target, functionName });
    if (kept && !this.#running) post({ type: 'outcome', ...kept });
    try {
      const setup = await this.#setup(target);
      if (round === this.#round) post({ type: 'setup', setup });
    } catch (error) {
      if (round !== this.#round || isCancellation(error)) return;
      onError(error);
      post({ type: 'failed', problem: sentenceOf(error, this.#options.words) });
    }
  }

  /** The target is another one: what runs is ended, and what is shown is not of it. */
  async restart(): Promise<void> {
    await this.end();
    await this.begin();
  }

  /** Cancels what runs, and resolves when all is put back. */
  async end(): Promise<void> {
    this.#running?.abort.abort();
    await this.#running?.ended;
  }

  dispose(): void {
    this.#running?.abort.abort();
  }

  async #setup(target: string): Promise<TuningSetup> {
    const { functionName, pipeline, targets, timings } = this.#options;
    const summary = await pipeline.describeFunction({ target: await targets.resolve(), functionName });
    const { groups } = await timings.read({ target, functionName });
    return setupOf(summary, groups.find(({ warm }) => warm !== undefined)?.warm?.p50);
  }

  async #tune(wish: TuningWish, signal: AbortSignal): Promise<void> {
    const { functionName, pipeline, targets, timings, tunings, post, onError } = this.#options;
    const place = { target: targets.label, functionName };
    try {
      const target = await targets.resolve();
      const onProgress = (progress: TuningProgress): void => {
        post({ type: 'progress', progress });
        // Its invocations are in the log a moment later, where a panel may follow.
        if (progress.step === 'prepared') timings.leaveOut(place, progress.versions);
      };
      const outcome = await pipeline.tuneMemory({ ...wish, target, functionName, signal, onProgress });
      const kept = { outcome, at: Date.now() };
      this.#running = undefined;
      post({ type: 'outcome', ...kept });
      if (outcome.sizes.some(({ invocations }) => invocations > 0)) await tunings.keep(place, kept);
    } catch (error) {
      this.#running = undefined;
      onError(error);
      post({ type: 'failed', problem: sentenceOf(error, this.#options.words) });
    }
  }

  async #apply(memorySizeMB: number): Promise<void> {
    const { functionName, pipeline, targets, post, onError, onApplied } = this.#options;
    if (this.#running) return;
    try {
      await pipeline.setMemory({ target: await targets.resolve(), functionName, memorySizeMB });
      post({ type: 'applied', memorySizeMB });
      onApplied();
    } catch (error) {
      onError(error);
      post({ type: 'failed', problem: sentenceOf(error, this.#options.words) });
    }
  }
}

function setupOf(summary: FunctionSummary, typicalMs: number | undefined): TuningSetup {
  const { arn, architecture = 'x86_64', ephemeralStorageMB, memorySizeMB, timeoutSeconds = 900 } = summary;
  return {
    region: arn.split(':')[3] ?? '',
    architecture,
    timeoutSeconds,
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    ...(ephemeralStorageMB !== undefined && { ephemeralStorageMB }),
    ...(typicalMs !== undefined && { typicalMs }),
  };
}
