import type { Disposable } from 'vscode';
import type { Pipeline } from '../../pipeline.ts';
import { isCancellation, Problem } from '../../problem.ts';
import type { FromQueryPage, QueryTable, ToQueryPage } from '../../protocol/query.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { sentenceOf } from '../failure-words.ts';
import type { Words } from '../words.ts';
import { builtInQueries } from './built-in-queries.ts';
import type { SavedQueries } from './saved-queries.ts';

export interface QuerySessionOptions {
  readonly functionNames: readonly string[];
  readonly pipeline: Pick<Pipeline, 'queryLogs'>;
  readonly targets: Pick<TargetSelection, 'label' | 'resolve'>;
  readonly saved: Pick<SavedQueries, 'all' | 'save' | 'delete'>;
  readonly post: (message: ToQueryPage) => void;
  /** Absent: English. */
  readonly words?: Words;
  readonly onError: (error: unknown) => void;
}

const noRows: QueryTable = { columns: [], rows: [], bytesScanned: 0, recordsScanned: 0, recordsMatched: 0 };

/** The queries of one page. One runs at a time: the next ends the one before, at the service too. */
export class QuerySession implements Disposable {
  readonly #options: QuerySessionOptions;
  #run = new AbortController();
  /** What the page shows, so that it can be filled again. */
  #last: ToQueryPage | undefined;

  constructor(options: QuerySessionOptions) {
    this.#options = options;
  }

  async receive(message: FromQueryPage): Promise<void> {
    const { saved, post } = this.#options;
    switch (message.type) {
      case 'ready':
        this.begin();
        break;
      case 'run':
        await this.#query(message);
        break;
      case 'cancel':
        this.#run.abort();
        break;
      case 'save':
        await saved.save({ name: message.name.trim(), query: message.query });
        post({ type: 'saved', saved: saved.all() });
        break;
      case 'delete':
        await saved.delete(message.name);
        post({ type: 'saved', saved: saved.all() });
        break;
      default: // asks for other views
    }
  }

  /** Fills the page. */
  begin(): void {
    const { functionNames, targets, saved, post } = this.#options;
    post({ type: 'begin', functionNames, target: targets.label, builtIn: builtInQueries, saved: saved.all() });
    if (this.#last) post(this.#last);
  }

  /** The target is another one: what is shown is not of it. */
  restart(): void {
    this.#run.abort();
    this.#last = undefined;
    this.begin();
  }

  dispose(): void {
    this.#run.abort();
  }

  async #query({ query, time }: Extract<FromQueryPage, { type: 'run' }>): Promise<void> {
    const { functionNames, pipeline, targets, onError } = this.#options;
    this.#run.abort();
    const run = new AbortController();
    this.#run = run;
    const now = Date.now();
    const { from, to } = 'lastMs' in time ? { from: now - time.lastMs, to: now } : time;
    let table = noRows;
    this.#tell(run, { type: 'results', state: 'running', table });
    try {
      const onProgress = (results: QueryTable): void => {
        table = results;
        if (!run.signal.aborted) this.#tell(run, { type: 'results', state: 'running', table });
      };
      const target = await targets.resolve();
      run.signal.throwIfAborted();
      table = await pipeline.queryLogs({ target, functionNames, query, from, to, onProgress, signal: run.signal });
      this.#tell(run, { type: 'results', state: 'complete', table });
    } catch (error) {
      if (run.signal.aborted || isCancellation(error)) {
        this.#tell(run, { type: 'results', state: 'cancelled', table });
        return;
      }
      onError(error);
      const unavailable = error instanceof Problem && error.code === 'InsightsUnavailable';
      this.#tell(run, { type: 'failed', problem: sentenceOf(error, this.#options.words), unavailable });
    }
  }

  /** What comes of a query that another has taken the place of is dropped. */
  #tell(run: AbortController, message: ToQueryPage): void {
    if (run !== this.#run) return;
    this.#last = message;
    this.#options.post(message);
  }
}
