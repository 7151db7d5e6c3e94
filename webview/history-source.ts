import type { ComparisonChoice, FunctionHistory } from '../src/observe/function-history.ts';
import { host } from './host.ts';

export interface HistoryQuestion {
  /** Which one, where the panel has several. */
  readonly functionName: string | undefined;
  readonly choice: ComparisonChoice;
}

/** A function's history as it was when it was asked for last. One question at a time, so that no burst makes a queue of them. */
export class HistorySource {
  #history: FunctionHistory | undefined;
  #question: HistoryQuestion | undefined;
  /** Whether an answer is under way, and whether it will be out of date. */
  #asked: 'no' | 'once' | 'again' = 'no';

  get history(): FunctionHistory | undefined {
    return this.#history;
  }

  forget(): void {
    this.#history = undefined;
    this.#asked = 'no';
  }

  ask(question: HistoryQuestion): void {
    if (question.functionName !== this.#question?.functionName) this.forget();
    this.#question = question;
    this.#asked = this.#asked === 'no' ? 'once' : 'again';
    if (this.#asked === 'once') this.#post(question);
  }

  take(history: FunctionHistory): void {
    this.#history = history;
    const asked = this.#asked;
    this.#asked = 'no';
    if (asked === 'again' && this.#question) this.ask(this.#question);
  }

  #post({ functionName, choice }: HistoryQuestion): void {
    host.postMessage({ type: 'history', choice, ...(functionName !== undefined && { functionName }) });
  }
}
