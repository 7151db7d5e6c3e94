import type { Throttled, ToPanel } from '../src/protocol/panel.ts';
import { counted } from './format.ts';
import { t } from './translate.ts';
import { OfFunction } from './of-function.ts';

const none: readonly Throttled[] = [];

/** What the host has told of invocations that were refused. The same list means that nothing has changed. */
export class ThrottlesSource {
  #all = none;
  #problem: string | undefined;
  readonly #ofOne = new OfFunction<Throttled>();

  /** Why they are not known. */
  get problem(): string | undefined {
    return this.#problem;
  }

  take({ throttles, problem }: Extract<ToPanel, { type: 'throttles' }>): void {
    this.#all = throttles;
    this.#problem = problem;
  }

  forget(): void {
    this.#all = none;
    this.#problem = undefined;
  }

  /** Those of one function; of all, without a name. */
  of(functionName: string | undefined): readonly Throttled[] {
    return this.#ofOne.of(this.#all, functionName);
  }
}

export const throttledCount = (throttles: readonly Throttled[]): number =>
  throttles.reduce((sum, { count }) => sum + count, 0);

/** "3 in this minute": how many, where it is said that they were throttled. */
export const throttledWords = (count: number, periodMs: number): string =>
  periodMs === 60_000
    ? t('{0} in this minute', counted(count))
    : t('{0} in these {1} minutes', counted(count), periodMs / 60_000);
