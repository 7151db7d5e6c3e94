import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** A function as the engine keeps it; the API's FunctionConfiguration is derived from it. */
export interface FunctionRecord {
  readonly name: string;
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memorySizeMB: number;
  readonly ephemeralStorageMB: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly environment: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly logGroup: string;
  /** Base64, as the API shows it. */
  readonly codeSha256: string;
  readonly codeSize: number;
  readonly lastModified: string;
  /** Changes with every change of code or configuration. */
  readonly revisionId: string;
}

export class FunctionStore {
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #list: StatementSync;
  readonly #codes: StatementSync;

  constructor(database: DatabaseSync) {
    this.#get = database.prepare('SELECT configuration FROM functions WHERE name = ?');
    this.#put = database.prepare(
      'INSERT INTO functions (name, configuration) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET configuration = excluded.configuration',
    );
    this.#delete = database.prepare('DELETE FROM functions WHERE name = ?');
    this.#list = database.prepare('SELECT configuration FROM functions WHERE name > ? ORDER BY name LIMIT ?');
    this.#codes = database.prepare("SELECT DISTINCT configuration ->> 'codeSha256' AS code FROM functions");
  }

  get(name: string): FunctionRecord | undefined {
    const row = this.#get.get(name);
    return row && parse(row['configuration']);
  }

  put(record: FunctionRecord): void {
    this.#put.run(record.name, JSON.stringify(record));
  }

  delete(name: string): void {
    this.#delete.run(name);
  }

  /** Functions in the order of their names, from the one after `after`. */
  list(after: string, limit: number): FunctionRecord[] {
    return this.#list.all(after, limit).map((row) => parse(row['configuration']));
  }

  /** SHA-256 (base64) of every package that some function uses. */
  usedCode(): Set<string> {
    return new Set(this.#codes.all().map((row) => String(row['code'])));
  }
}

function parse(json: unknown): FunctionRecord {
  return JSON.parse(String(json)) as FunctionRecord; // written by put()
}
