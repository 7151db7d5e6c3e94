// A CloudWatch filter pattern, which the service holds against the log, where the page's own filter is held against what has come.
import { html, nothing, type TemplateResult } from 'lit';
import { t } from './translate.ts';

const examples = 'ERROR · "a phrase" · ?either ?or · -not · %regex% · { $.level = "error" }';

/** Takes a pattern when Enter is pressed. */
export const sourceFilterField = (filterPattern: string, onApply: (filterPattern: string) => void): TemplateResult =>
  html`<vscode-text-field
    class="source-filter"
    placeholder=${t('CloudWatch pattern, Enter')}
    title=${t('Read only what matches, from the service: {0}', examples)}
    .value=${filterPattern}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === 'Enter' && event.target && 'value' in event.target) onApply(String(event.target.value).trim());
    }}
    >${t('CloudWatch filter pattern, applied with Enter')}</vscode-text-field
  >`;

export interface SourceFilterNoteOptions {
  readonly filterPattern: string;
  /** What the service says against it. */
  readonly problem: string | undefined;
  readonly onClear: () => void;
}

/** That the log is not all there is; nothing where it is. */
export function sourceFilterNote({
  filterPattern,
  problem,
  onClear,
}: SourceFilterNoteOptions): TemplateResult | typeof nothing {
  if (filterPattern === '') return nothing;
  return html`<p class="note filter-note source-note">
    ${
      problem === undefined
        ? html`<span role="status"
            >${t('Filtered at the source by')} <code>${filterPattern}</code>:
            ${t('the service sends no other lines, so that invocations may be incomplete.')}</span
          >`
        : html`<span class="problem" role="alert"
            >${t('Nothing is read with the CloudWatch pattern')} <code>${filterPattern}</code>: ${problem}</span
          >`
    }
    <button class="link" @click=${onClear}>${t('Read all')}</button>
  </p>`;
}
