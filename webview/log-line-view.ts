import { html, nothing, type TemplateResult } from 'lit';
import type { PanelLine } from '../src/protocol/panel.ts';
import { counted, timeOfDay } from './format.ts';
import { functionChip } from './function-chip.ts';
import { jsonTree } from './json-tree.ts';
import { columnText } from './json-columns.ts';
import type { LineFacts } from './log-line.ts';
import { lineText, type LinkOptions } from './line-text.ts';
import { traceIdIn, traceLink } from './trace-links.ts';
import { visibleText } from './visible-text.ts';
import { t } from './translate.ts';

/** Longer lines are cut on screen until they are opened; Copy and Export have all of them. */
const maxShownCharacters = 20_000;

export interface LogLineOptions extends LinkOptions {
  readonly line: PanelLine;
  readonly facts: LineFacts;
  /** Members of the line's object to show before its message. */
  readonly columns: readonly string[];
  readonly index: number;
  readonly utc: boolean;
  /** Of the panel, where it has several. */
  readonly functionNames: readonly string[];
  readonly open: boolean;
  readonly onToggle: () => void;
}

/** A line of the log; one that is an object, a stack trace, or longer than anybody reads, opens at a click. */
export function logLine({
  line,
  facts,
  columns,
  index,
  utc,
  functionNames,
  open,
  hasTraces,
  onToggle,
}: LogLineOptions): TemplateResult {
  const { message } = line;
  const { level, text, fields, trace } = facts;
  const isFunctions = level !== 'platform';
  const toggle = (words: unknown): TemplateResult =>
    html`<button class="unfold" aria-expanded=${open ? 'true' : 'false'} @click=${onToggle}>${words}</button>`;
  const body = fields
    ? html`${toggle(visibleText(text ?? cut(message)))}${open ? jsonTree(fields) : nothing}${traceOf(message, hasTraces)}`
    : trace
      ? html`${toggle(visibleText(trace.head))} <span class="frames">${frameCount(trace.frames)}</span>${
            open ? html`<div class="trace">${lineText(trace.rest, { hasTraces })}</div>` : nothing
          }`
      : message.length > maxShownCharacters
        ? html`${open ? visibleText(message) : lineText(cut(message), { hasTraces })}${toggle(
            open ? t('Show less') : t('Show all {0} characters', counted(message.length)),
          )}`
        : html`${lineText(message, { hasTraces })}${level === 'platform' && !hasTraces ? traceOf(message, false) : nothing}`;
  return html`<div class="log-row line ${level}" data-index=${index} data-function=${line.functionName ?? nothing}>
    <span class="time">${timeOfDay(line.timestamp, utc)}</span>${functionChip(line.functionName, functionNames)}${
      isFunctions && (columns.length > 0 || (fields && level !== 'plain'))
        ? html`<span class="level">${level === 'plain' ? nothing : level}</span>`
        : nothing
    }${isFunctions ? columns.map((name) => cell(name, columnText(fields, name))) : nothing}<span class="message"
      >${body}</span
    >
  </div>`;
}

/** The way to the trace that a line names, or that there is none. */
function traceOf(message: string, hasTraces: boolean): TemplateResult | typeof nothing {
  const id = traceIdIn(message);
  if (id === undefined) return nothing;
  return hasTraces
    ? html` ${traceLink(id, t('X-Ray trace'))}`
    : html` <span class="frames">${t('(this target sends no traces to X-Ray)')}</span>`;
}

const frameCount = (count: number): string => (count === 1 ? t('1 frame') : t('{0} frames', count));

const cell = (name: string, text: string): TemplateResult =>
  html`<span class="column" data-name=${name} title=${text || nothing}>${text}</span>`;

const cut = (message: string): string =>
  message.length > maxShownCharacters ? `${message.slice(0, maxShownCharacters)} …` : message;
