import type { InvocationTiming } from '../src/observe/timing.ts';
import type { PanelLog } from './panel-log.ts';
import { OfFunction } from './of-function.ts';

/** Figures of so many take longer than a frame: they are made anew once a second. */
const many = 3000;
const restMs = 1000;

/** The invocations that figures and charts are made of. The same list means that nothing has changed. */
export class TimingsSource {
  #log: PanelLog | undefined;
  #invocations: readonly InvocationTiming[] = [];
  readonly #ofOne = new OfFunction<InvocationTiming>();
  #takenAt = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  get invocations(): readonly InvocationTiming[] {
    return this.#invocations;
  }

  /** Those of one function; of all, without a name. */
  of(functionName: string | undefined): readonly InvocationTiming[] {
    return this.#ofOne.of(this.#invocations, functionName);
  }

  /** Takes them as they are now, or soon, when `onLater` is called. */
  take(log: PanelLog, onLater: () => void): void {
    const since = performance.now() - this.#takenAt;
    if (log === this.#log && log.invocationCount > many && since < restMs) {
      this.#later ??= setTimeout(onLater, restMs - since);
      return;
    }
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#log = log;
    this.#invocations = log.invocations();
    this.#takenAt = performance.now();
  }
}
