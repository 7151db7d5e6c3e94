import { html, nothing, type TemplateResult } from 'lit';
import type { PanelLine } from '../src/protocol/panel.ts';
import { timeOfDay } from './format.ts';
import { jsonTree } from './json-tree.ts';
import { factsOf } from './log-line.ts';
import { withSourceLinks } from './source-frames.ts';
import { visibleText } from './visible-text.ts';

/** Longer lines are cut on screen until they are opened; Copy and Export have all of them. */
const maxShownCharacters = 20_000;

export interface LogLineOptions {
  readonly line: PanelLine;
  readonly index: number;
  readonly utc: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** A line of the log; one that is an object, or longer than anybody reads, opens at a click. */
export function logLine({ line, index, utc, open, onToggle }: LogLineOptions): TemplateResult {
  const { message } = line;
  const facts = line.source === 'platform' ? undefined : factsOf(message);
  const { level = 'platform', text, fields } = facts ?? {};
  const isLong = message.length > maxShownCharacters;
  const short = text ?? (isLong ? `${message.slice(0, maxShownCharacters)} …` : message);
  const shown = visibleText(open && !fields ? message : short);
  const unfold = (words: string): TemplateResult =>
    html`<button class="unfold" aria-expanded=${open ? 'true' : 'false'} @click=${onToggle}>${words}</button>`;
  return html`<div class="log-row line ${level}" data-index=${index}>
    <span class="time">${timeOfDay(line.timestamp, utc)}</span>${
      fields && level !== 'plain' ? html`<span class="level">${level}</span>` : nothing
    }<span class="message"
      >${
        fields
          ? html`${unfold(shown)}${open ? jsonTree(fields) : nothing}`
          : html`${withSourceLinks(shown)}${isLong ? unfold(open ? 'Show less' : `Show all ${message.length.toLocaleString('en-US')} characters`) : nothing}`
      }</span
    >
  </div>`;
}
