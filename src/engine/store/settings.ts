import type { DatabaseSync, StatementSync } from 'node:sqlite';

export const settingsTable = 'CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;';

/** What a database keeps by its name: of the engine its credentials, its port and its control groups, of the log how far it has come. */
export class Settings {
  readonly #get: StatementSync;
  readonly #set: StatementSync;

  constructor(database: DatabaseSync) {
    this.#get = database.prepare('SELECT value FROM settings WHERE name = ?');
    this.#set = database.prepare(
      'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
  }

  get(name: string): string | undefined {
    const row = this.#get.get(name);
    return row && String(row['value']);
  }

  set(name: string, value: string): void {
    this.#set.run(name, value);
  }

  getOrMake(name: string, make: () => string): string {
    const known = this.get(name);
    if (known !== undefined) return known;
    const made = make();
    this.set(name, made);
    return made;
  }

  /** Empty where there is none. */
  getList(name: string): string[] {
    return JSON.parse(this.get(name) ?? '[]');
  }

  setList(name: string, values: readonly string[]): void {
    this.set(name, JSON.stringify(values));
  }
}
