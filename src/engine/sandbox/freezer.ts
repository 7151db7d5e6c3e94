import { Alarm } from '../alarm.ts';

export interface FreezerOptions {
  /** Whether there is nothing under way; resolves as soon as that is known. False where there never will be. */
  readonly idle: () => Promise<boolean>;
  readonly stop: () => void;
  readonly goOn: () => void;
}

/** Between the end of an invocation and freezing: to wake a process's threads again takes longer than events in a row are apart. */
const freezeAfterMs = 10;

/** Stops what has nothing to do, soon after all of it has come to rest. */
export class Freezer implements Disposable {
  readonly #options: FreezerOptions;
  readonly #alarm = new Alarm(() => void this.#stopWhenIdle());
  /** How often it has been told to go on. */
  #thaws = 0;
  #frozen = false;

  constructor(options: FreezerOptions) {
    this.#options = options;
  }

  freeze(): void {
    this.#alarm.set(freezeAfterMs);
  }

  thaw(): void {
    this.#alarm.clear();
    this.#thaws += 1;
    if (!this.#frozen) return;
    this.#frozen = false;
    this.#options.goOn();
  }

  [Symbol.dispose](): void {
    this.#alarm[Symbol.dispose]();
  }

  async #stopWhenIdle(): Promise<void> {
    const before = this.#thaws;
    if (!(await this.#options.idle()) || this.#thaws !== before) return;
    this.#frozen = true;
    this.#options.stop();
  }
}
