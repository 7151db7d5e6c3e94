import type { InvocationTiming } from '../src/observe/timing.ts';
import type { PanelLog } from './panel-log.ts';

/** Figures of so many take longer than a frame: they are made anew once a second. */
const many = 3000;
const restMs = 1000;

/** The invocations that figures and charts are made of. The same list means that nothing has changed. */
export class TimingsSource {
  #log: PanelLog | undefined;
  #invocations: readonly InvocationTiming[] = [];
  #ofOne:
    | {
        readonly of: readonly InvocationTiming[];
        readonly functionName: string;
        readonly its: readonly InvocationTiming[];
      }
    | undefined;
  #takenAt = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  get invocations(): readonly InvocationTiming[] {
    return this.#invocations;
  }

  /** Those of one function; of all, without a name. */
  of(functionName: string | undefined): readonly InvocationTiming[] {
    if (functionName === undefined) return this.#invocations;
    if (this.#ofOne?.of !== this.#invocations || this.#ofOne.functionName !== functionName) {
      const its = this.#invocations.filter((invocation) => invocation.functionName === functionName);
      this.#ofOne = { of: this.#invocations, functionName, its };
    }
    return this.#ofOne.its;
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
