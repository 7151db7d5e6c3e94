import { html, nothing, type TemplateResult } from 'lit';
import { visibleText } from './visible-text.ts';
import { t } from './translate.ts';

export interface ColumnMenuOptions {
  /** What the lines have, as it was when the menu was opened. */
  readonly names: readonly string[];
  readonly columns: readonly string[];
  readonly onOpen: () => void;
  readonly onChange: (columns: readonly string[]) => void;
}

/** The members of JSON lines to choose as columns. */
export function columnMenu({ names, columns, onOpen, onChange }: ColumnMenuOptions): TemplateResult {
  const offered = [...names, ...columns.filter((name) => !names.includes(name))];
  const choose = (name: string, { currentTarget }: Event): void => {
    const isOn = currentTarget instanceof HTMLInputElement && currentTarget.checked;
    onChange(isOn ? [...columns, name] : columns.filter((each) => each !== name));
  };
  return html`<details
    class="column-menu"
    @keydown=${closeOnEscape}
    @toggle=${(event: ToggleEvent) => event.newState === 'open' && onOpen()}
  >
    <summary>${t('Columns')}${columns.length > 0 ? ` (${columns.length})` : nothing}</summary>
    <fieldset>
      <legend class="visually-hidden">${t('Members of JSON lines to show as columns')}</legend>
      ${offered.length === 0 ? html`<span class="note">${t('No line is a JSON object yet.')}</span>` : nothing}
      ${offered.map(
        (name) =>
          html`<label
            ><input
              type="checkbox"
              .checked=${columns.includes(name)}
              @change=${(event: Event) => choose(name, event)}
            />
            ${visibleText(name)}</label
          >`,
      )}
    </fieldset>
  </details>`;
}

function closeOnEscape({ key, currentTarget }: KeyboardEvent): void {
  if (key !== 'Escape' || !(currentTarget instanceof HTMLDetailsElement)) return;
  currentTarget.open = false;
  currentTarget.querySelector('summary')?.focus();
}
