import type { FunctionHistory } from '../src/observe/function-history.ts';
import { host } from './host.ts';

/** A function's history as it was when it was asked for last. One question at a time, so that no burst makes a queue of them. */
export class HistorySource {
  #history: FunctionHistory | undefined;
  #functionName: string | undefined;
  /** Whether an answer is under way, and whether it will be out of date. */
  #asked: 'no' | 'once' | 'again' = 'no';

  get history(): FunctionHistory | undefined {
    return this.#history;
  }

  forget(): void {
    this.#history = undefined;
    this.#asked = 'no';
  }

  /** `functionName`: which one, where the panel has several. */
  ask(functionName: string | undefined): void {
    if (functionName !== this.#functionName) this.forget();
    this.#functionName = functionName;
    this.#asked = this.#asked === 'no' ? 'once' : 'again';
    if (this.#asked === 'once') this.#post();
  }

  take(history: FunctionHistory): void {
    this.#history = history;
    const asked = this.#asked;
    this.#asked = 'no';
    if (asked === 'again') this.ask(this.#functionName);
  }

  #post(): void {
    const functionName = this.#functionName;
    host.postMessage({ type: 'history', ...(functionName !== undefined && { functionName }) });
  }
}
