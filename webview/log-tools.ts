import { html, type TemplateResult } from 'lit';
import type { ViewState } from './host.ts';

export interface LogToolsOptions {
  readonly view: ViewState;
  readonly onChange: (change: Partial<ViewState>) => void;
  readonly onCopy: () => void;
}

/** Filter, grouping and following of the log. The toolkit names a text field by its content only; the sheet hides it. */
export function logTools({ view, onChange, onCopy }: LogToolsOptions): TemplateResult {
  return html`
    <div class="log-tools" role="toolbar" aria-label="Log">
      <vscode-text-field
        class="filter"
        placeholder="Filter by text or request id"
        .value=${view.filter}
        @input=${(event: Event) => onChange({ filter: valueOf(event) })}
        >Filter lines</vscode-text-field
      >
      <select
        class="only"
        aria-label="Show lines of"
        .value=${view.only}
        @change=${(event: Event) => onChange({ only: onlyOf(event) })}
      >
        <option value="all" ?selected=${view.only === 'all'}>All invocations</option>
        <option value="failed" ?selected=${view.only === 'failed'}>Failed</option>
        <option value="cold" ?selected=${view.only === 'cold'}>Cold starts</option>
      </select>
      <vscode-checkbox
        class="grouped"
        .checked=${view.grouped}
        @change=${(event: Event) => onChange({ grouped: checkedOf(event) })}
        >Group by invocation</vscode-checkbox
      >
      <vscode-checkbox
        class="follow"
        .checked=${view.follow}
        @change=${(event: Event) => onChange({ follow: checkedOf(event) })}
        >Follow</vscode-checkbox
      >
      <vscode-button appearance="secondary" class="copy" title="Copy the lines that are shown" @click=${onCopy}
        >Copy</vscode-button
      >
    </div>
  `;
}

const valueOf = (event: Event): string => (event.target && 'value' in event.target ? String(event.target.value) : '');
const checkedOf = (event: Event): boolean => Boolean(event.target && 'checked' in event.target && event.target.checked);

function onlyOf(event: Event): ViewState['only'] {
  const value = valueOf(event);
  return value === 'failed' || value === 'cold' ? value : 'all';
}
