import type { Memento } from 'vscode';

const storageKey = 'lastPayloads';
/** Workspace state is held in memory and written whole, so large payloads are not remembered. */
const longestRemembered = 64 * 1024;

/** The payload each function was last invoked with; kept per workspace. */
export class LastPayloads {
  readonly #state: Memento;

  constructor(state: Memento) {
    this.#state = state;
  }

  of(functionName: string): string | undefined {
    return this.#all()[functionName];
  }

  async remember(functionName: string, payload: string | undefined): Promise<void> {
    if (payload === undefined || payload.length > longestRemembered) return;
    await this.#state.update(storageKey, { ...this.#all(), [functionName]: payload });
  }

  #all(): Record<string, string> {
    return this.#state.get<Record<string, string>>(storageKey, {});
  }
}
