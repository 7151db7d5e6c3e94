import { html, type TemplateResult } from 'lit';
import { t } from './translate.ts';
import { visibleText } from './visible-text.ts';

/** The names over the columns; a screen reader hears them with each cell. */
export const columnHeads = (columns: readonly string[]): TemplateResult =>
  html`<div class="log-columns" aria-hidden="true">
    <span class="time">${t('Time')}</span><span class="level">${t('Level')}</span>${columns.map(
      (name) => html`<span class="column" title=${name}>${visibleText(name)}</span>`,
    )}<span>${t('Message')}</span>
  </div>`;
