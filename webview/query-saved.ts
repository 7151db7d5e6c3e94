import { html, nothing, type TemplateResult } from 'lit';
import type { NamedQuery } from '../src/protocol/query.ts';
import { t } from './translate.ts';

export interface SavedQueriesOptions {
  readonly builtIn: readonly NamedQuery[];
  readonly saved: readonly NamedQuery[];
  /** The saved or built-in query that stands in the editor as it is. */
  readonly current: NamedQuery | undefined;
  /** What is written for a name. */
  readonly name: string;
  readonly onChoose: (query: string) => void;
  readonly onName: (name: string) => void;
  readonly onSave: () => void;
  readonly onDelete: (name: string) => void;
}

/** To take a query that is kept, to keep the one in the editor, and to delete one. */
export function savedQueries(options: SavedQueriesOptions): TemplateResult {
  const { builtIn, saved, current, name, onChoose, onName, onSave, onDelete } = options;
  const group = (key: string, label: string, queries: readonly NamedQuery[]): TemplateResult | typeof nothing =>
    queries.length === 0
      ? nothing
      : html`<optgroup label=${label}>
          ${queries.map(
            (each) => html`<option value=${`${key}/${each.name}`} ?selected=${each === current}>${each.name}</option>`,
          )}
        </optgroup>`;
  const choose = ({ target }: Event): void => {
    const value = target instanceof HTMLSelectElement ? target.value : '';
    const from = value.startsWith('saved/') ? saved : builtIn;
    const chosen = from.find((each) => each.name === value.slice(value.indexOf('/') + 1));
    if (chosen) onChoose(chosen.query);
  };
  const isOwn = current !== undefined && saved.includes(current);
  return html`
    <div class="saved">
      <select aria-label=${t('Queries')} @change=${choose}>
        <option value="" ?selected=${current === undefined}>${t('Choose a query…')}</option>
        ${group('built-in', t('Built in'), builtIn)} ${group('saved', t('Saved'), saved)}
      </select>
      <input
        class="name"
        type="text"
        aria-label=${t('Name to save the query under')}
        placeholder=${t('Name')}
        maxlength="100"
        .value=${name}
        @input=${({ target }: Event) => onName(target instanceof HTMLInputElement ? target.value : '')}
      />
      <button class="plain save" ?disabled=${name.trim() === ''} @click=${onSave}>${t('Save query')}</button>
      ${
        isOwn
          ? html`<button class="plain delete" @click=${() => onDelete(current.name)}>
              ${t('Delete “{0}”', current.name)}
            </button>`
          : nothing
      }
    </div>
  `;
}
