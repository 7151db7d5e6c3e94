import { html, nothing, type TemplateResult } from 'lit';
import type { PanelLine } from '../src/protocol/panel.ts';
import { timeOfDay } from './format.ts';
import { jsonTree } from './json-tree.ts';
import { columnText } from './json-columns.ts';
import type { LineFacts } from './log-line.ts';
import { withSourceLinks } from './source-frames.ts';
import { visibleText } from './visible-text.ts';

/** Longer lines are cut on screen until they are opened; Copy and Export have all of them. */
const maxShownCharacters = 20_000;

export interface LogLineOptions {
  readonly line: PanelLine;
  readonly facts: LineFacts;
  /** Members of the line's object to show before its message. */
  readonly columns: readonly string[];
  readonly index: number;
  readonly utc: boolean;
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** A line of the log; one that is an object, or longer than anybody reads, opens at a click. */
export function logLine({ line, facts, columns, index, utc, open, onToggle }: LogLineOptions): TemplateResult {
  const { message } = line;
  const { level, text, fields } = facts;
  const isFunctions = level !== 'platform';
  const isLong = message.length > maxShownCharacters;
  const short = text ?? (isLong ? `${message.slice(0, maxShownCharacters)} …` : message);
  const shown = visibleText(open && !fields ? message : short);
  const unfold = (words: string): TemplateResult =>
    html`<button class="unfold" aria-expanded=${open ? 'true' : 'false'} @click=${onToggle}>${words}</button>`;
  return html`<div class="log-row line ${level}" data-index=${index}>
    <span class="time">${timeOfDay(line.timestamp, utc)}</span>${
      isFunctions && (columns.length > 0 || (fields && level !== 'plain'))
        ? html`<span class="level">${level === 'plain' ? nothing : level}</span>`
        : nothing
    }${isFunctions ? columns.map((name) => cell(name, columnText(fields, name))) : nothing}<span class="message"
      >${
        fields
          ? html`${unfold(shown)}${open ? jsonTree(fields) : nothing}`
          : html`${withSourceLinks(shown)}${isLong ? unfold(open ? 'Show less' : `Show all ${message.length.toLocaleString('en-US')} characters`) : nothing}`
      }</span
    >
  </div>`;
}

const cell = (name: string, text: string): TemplateResult =>
  html`<span class="column" data-name=${name} title=${text || nothing}>${text}</span>`;
