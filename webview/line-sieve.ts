import type { PanelLine } from '../src/protocol/panel.ts';

/** Lines that a filter leaves, and how many were not looked at yet. */
export interface Sifted {
  readonly passed: readonly PanelLine[];
  readonly left: number;
}

/** Looks at each line once, and for a limited time at each turn: however many lines there are, the page answers. */
export class LineSieve {
  readonly #test: (line: PanelLine) => boolean;
  #verdicts = new Map<number, boolean>();

  constructor(test: (line: PanelLine) => boolean) {
    this.#test = test;
  }

  /** Looks at the newest lines first, for so many milliseconds. */
  sift(lines: readonly PanelLine[], forMs: number): Sifted {
    const until = performance.now() + forMs;
    const passed: PanelLine[] = [];
    let left = 0;
    for (const line of lines.toReversed()) {
      let verdict = this.#verdicts.get(line.key);
      if (verdict === undefined && performance.now() < until) {
        verdict = this.#test(line);
        this.#verdicts.set(line.key, verdict);
      }
      if (verdict === undefined) left += 1;
      if (verdict) passed.push(line);
    }
    if (this.#verdicts.size > 2 * lines.length + 1000) this.#forgetAllBut(lines);
    return { passed: passed.toReversed(), left };
  }

  #forgetAllBut(lines: readonly PanelLine[]): void {
    const verdicts = new Map<number, boolean>();
    for (const { key } of lines) {
      const verdict = this.#verdicts.get(key);
      if (verdict !== undefined) verdicts.set(key, verdict);
    }
    this.#verdicts = verdicts;
  }
}
