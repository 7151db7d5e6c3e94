import { html, nothing, type TemplateResult } from 'lit';
import { columnMenu } from './column-menu.ts';
import type { ViewState } from './host.ts';
import type { Level } from './log-line.ts';
import { sourceFilterField } from './source-filter.ts';
import { t } from './translate.ts';

export interface LogToolsOptions {
  readonly view: ViewState;
  /** Of the panel, where it has several. */
  readonly functionNames: readonly string[];
  /** What the service was asked for; empty: all. */
  readonly filterPattern: string;
  readonly onFilterPattern: (filterPattern: string) => void;
  /** Members that JSON lines have; looked for when the menu is opened. */
  readonly columnNames: readonly string[];
  readonly onOpenColumns: () => void;
  readonly onChange: (change: Partial<ViewState>) => void;
  /** What was written for a time is none. */
  readonly wrongTime: boolean;
  readonly onGoTo: (words: string) => void;
  readonly onCopy: () => void;
  readonly onExport: () => void;
}

/** Filter, grouping and following of the log. The toolkit names a text field by its content only; the sheet hides it. */
export function logTools({
  view,
  functionNames,
  filterPattern,
  onFilterPattern,
  columnNames,
  onOpenColumns,
  wrongTime,
  onGoTo,
  onChange,
  onCopy,
  onExport,
}: LogToolsOptions): TemplateResult {
  return html`
    <div class="log-tools" role="toolbar" aria-label=${t('Log')}>
      <div class="find">
        <vscode-text-field
          class="filter"
          placeholder=${t('Filter by text or request id')}
          .value=${view.filter}
          @input=${(event: Event) => onChange({ filter: valueOf(event) })}
          >${t('Filter lines')}</vscode-text-field
        >
        ${functionNames.length > 1 ? functionChoice(functionNames, view.functionName, onChange) : nothing}
        <select
          class="only"
          aria-label=${t('Show lines of')}
          .value=${view.only}
          @change=${(event: Event) => onChange({ only: onlyOf(event) })}
        >
          <option value="all" ?selected=${view.only === 'all'}>${t('All invocations')}</option>
          <option value="failed" ?selected=${view.only === 'failed'}>${t('Failed')}</option>
          <option value="cold" ?selected=${view.only === 'cold'}>${t('Cold starts')}</option>
        </select>
        <select
          class="only level"
          aria-label=${t('Least level')}
          .value=${view.level}
          @change=${(event: Event) => onChange({ level: levelOf(event) })}
        >
          ${levelChoices.map(([level, words]) => html`<option value=${level} ?selected=${view.level === level}>${words()}</option>`)}
        </select>
        <vscode-checkbox
          class="pattern"
          title=${t('The filter is a regular expression')}
          .checked=${view.pattern}
          @change=${(event: Event) => onChange({ pattern: checkedOf(event) })}
          >${t('Regex')}</vscode-checkbox
        >
        ${sourceFilterField(filterPattern, onFilterPattern)}
      </div>
      <div class="show">
        <vscode-checkbox
          class="utc"
          title=${t('Times in UTC instead of local time')}
          .checked=${view.utc}
          @change=${(event: Event) => onChange({ utc: checkedOf(event) })}
          >UTC</vscode-checkbox
        >
        <vscode-checkbox
          class="grouped"
          .checked=${view.grouped}
          @change=${(event: Event) => onChange({ grouped: checkedOf(event) })}
          >${t('Group by invocation')}</vscode-checkbox
        >
        <vscode-checkbox
          class="follow"
          .checked=${view.follow}
          @change=${(event: Event) => onChange({ follow: checkedOf(event) })}
          >${t('Follow')}</vscode-checkbox
        >
        <vscode-text-field
          class="go-to"
          size="10"
          placeholder=${t('Go to time')}
          title="14:05, 14:05:30Z, 2026-05-04 14:05, or -10m"
          aria-invalid=${wrongTime ? 'true' : 'false'}
          @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && onGoTo(valueOf(event))}
          >${t('Go to time')}</vscode-text-field
        >
        ${columnMenu({ names: columnNames, columns: view.columns, onOpen: onOpenColumns, onChange: (columns) => onChange({ columns }) })}
        <vscode-button appearance="secondary" class="copy" title=${t('Copy the lines that are shown')} @click=${onCopy}
          >${t('Copy')}</vscode-button
        >
        <vscode-button
          appearance="secondary"
          class="export"
          title=${t('Save the lines that are shown as text, JSON lines or CSV')}
          @click=${onExport}
          >${t('Export')}</vscode-button
        >
      </div>
    </div>
  `;
}

const functionChoice = (
  functionNames: readonly string[],
  chosen: string,
  onChange: LogToolsOptions['onChange'],
): TemplateResult =>
  html`<select
    class="only function"
    aria-label=${t('Show lines of the function')}
    .value=${chosen}
    @change=${(event: Event) => onChange({ functionName: valueOf(event) })}
  >
    <option value="" ?selected=${chosen === ''}>${t('All functions')}</option>
    ${functionNames.map((name) => html`<option value=${name} ?selected=${chosen === name}>${name}</option>`)}
  </select>`;

const valueOf = (event: Event): string => (event.target && 'value' in event.target ? String(event.target.value) : '');
const checkedOf = (event: Event): boolean => Boolean(event.target && 'checked' in event.target && event.target.checked);

function onlyOf(event: Event): ViewState['only'] {
  const value = valueOf(event);
  return value === 'failed' || value === 'cold' ? value : 'all';
}

const levelChoices = [
  ['debug', () => t('All levels')],
  ['info', () => t('Info and up')],
  ['warning', () => t('Warnings and errors')],
  ['error', () => t('Errors')],
] as const satisfies readonly (readonly [Level, () => string])[];

const levelOf = (event: Event): Level => levelChoices.find(([level]) => level === valueOf(event))?.[0] ?? 'debug';
