import type { Memento } from 'vscode';
import type { NamedQuery } from '../../protocol/query.ts';

const storageKey = 'savedQueries';

/** The user's own queries, by name; kept for all workspaces. */
export class SavedQueries {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  /** By name. What was stored in another shape is left out. */
  all(): NamedQuery[] {
    const stored = this.#state.get<unknown>(storageKey, []);
    return (Array.isArray(stored) ? stored.filter(isNamedQuery) : []).toSorted((left, right) =>
      left.name.localeCompare(right.name),
    );
  }

  /** One of that name is replaced. */
  async save({ name, query }: NamedQuery): Promise<void> {
    await this.#state.update(storageKey, [...this.#without(name), { name, query }]);
  }

  async delete(name: string): Promise<void> {
    await this.#state.update(storageKey, this.#without(name));
  }

  #without(name: string): NamedQuery[] {
    return this.all().filter((each) => each.name !== name);
  }
}

const isNamedQuery = (value: unknown): value is NamedQuery =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'query' in value &&
  typeof value.query === 'string';
