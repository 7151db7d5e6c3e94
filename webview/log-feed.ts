import type { ToPanel } from '../src/protocol/panel.ts';
import { PanelLog } from './panel-log.ts';

type Append = Extract<ToPanel, { type: 'append' }>;

/** What comes into the panel; while paused, the log stands still and what comes waits. */
export class LogFeed {
  #maxLines: number;
  #log: PanelLog;
  #paused = false;
  #waiting: Append[] = [];
  #waitingLines = 0;

  constructor(maxLines: number) {
    this.#maxLines = maxLines;
    this.#log = new PanelLog(maxLines);
  }

  get log(): PanelLog {
    return this.#log;
  }

  get maxLines(): number {
    return this.#maxLines;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Lines that came while paused. */
  get waiting(): number {
    return this.#waitingLines;
  }

  /** Begins anew. A pause goes on. */
  reset(maxLines: number): void {
    this.#maxLines = maxLines;
    this.#log = new PanelLog(maxLines);
    this.#waiting = [];
    this.#waitingLines = 0;
  }

  append(added: Append): void {
    if (!this.#paused) {
      this.#log.append(added);
      return;
    }
    this.#waiting.push(added);
    this.#waitingLines += added.lines.length;
    // Of very many, those that would leave the log at once again need not wait.
    let kept = this.#waiting.reduce((count, { lines }) => count + lines.length, 0);
    while (kept - (this.#waiting[0]?.lines.length ?? 0) >= this.#maxLines) {
      const { lines = [] } = this.#waiting.shift() ?? {};
      kept -= lines.length;
      this.#log.skip(lines.length);
    }
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    for (const added of this.#waiting) this.#log.append(added);
    this.#waiting = [];
    this.#waitingLines = 0;
  }
}
