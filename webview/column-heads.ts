import { html, type TemplateResult } from 'lit';
import { visibleText } from './visible-text.ts';

/** The names over the columns; a screen reader hears them with each cell. */
export const columnHeads = (columns: readonly string[]): TemplateResult =>
  html`<div class="log-columns" aria-hidden="true">
    <span class="time">Time</span><span class="level">Level</span>${columns.map(
      (name) => html`<span class="column" title=${name}>${visibleText(name)}</span>`,
    )}<span>Message</span>
  </div>`;
