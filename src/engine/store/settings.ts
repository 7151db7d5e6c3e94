import type { DatabaseSync } from 'node:sqlite';

/** What stays the same from one start of the engine to the next: its credentials, its port, its control groups. */
export class Settings {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get(name: string): string | undefined {
    const row = this.#database.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    return row && String(row['value']);
  }

  set(name: string, value: string): void {
    this.#database
      .prepare(
        'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      )
      .run(name, value);
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
