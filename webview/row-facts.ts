import type { PanelLine } from '../src/protocol/panel.ts';
import { fewestFrames, traceOfEvents } from './event-traces.ts';
import { factsOf, type LineFacts } from './log-line.ts';
import { platformFactsOf } from './platform-words.ts';
import type { LineRow } from './row-blocks.ts';

/** What rows of the log say; kept of lines that have been on screen. */
export class RowFacts {
  readonly #facts = new WeakMap<PanelLine, LineFacts>();

  of({ line, frames }: LineRow): LineFacts {
    const facts = this.#ofLine(line);
    if (frames.length < fewestFrames) return facts;
    return { level: facts.level, trace: traceOfEvents(line, frames.map((each) => each.line)) }; // prettier-ignore
  }

  #ofLine(line: PanelLine): LineFacts {
    const facts =
      this.#facts.get(line) ?? (line.source === 'platform' ? platformFactsOf(line.message) : factsOf(line.message));
    this.#facts.set(line, facts);
    return facts;
  }
}
