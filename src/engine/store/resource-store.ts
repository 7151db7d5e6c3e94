import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** What belongs to a function beside its configuration, a document each; policies of layers, and roles, stand for themselves. */
export type ResourceKind =
  | 'event-invoke-config'
  | 'layer-policy'
  | 'recursion'
  | 'url'
  | 'policy'
  | 'alias'
  | 'concurrency'
  | 'provisioned'
  | 'snapshot'
  | 'role';

export interface StoredResource {
  readonly functionName: string;
  readonly qualifier: string;
  readonly document: unknown;
}

interface Row {
  readonly functionName: string;
  readonly qualifier: string;
  /** As JSON: everybody gets a document of his own. */
  readonly document: string;
}

/** Documents by kind, function (or layer, or role) and qualifier (`$LATEST` for the function itself). */
export class ResourceStore {
  /** Of the whole kind, what the database has: every invocation asks for some. */
  readonly #known = new Map<ResourceKind, readonly Row[]>();
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #all: StatementSync;
  readonly #deleteAll: StatementSync;

  constructor(database: DatabaseSync) {
    this.#put = database.prepare(
      'INSERT INTO function_resources (kind, function_name, qualifier, document) VALUES (?, ?, ?, ?) ' +
        'ON CONFLICT (kind, function_name, qualifier) DO UPDATE SET document = excluded.document',
    );
    this.#delete = database.prepare(
      'DELETE FROM function_resources WHERE kind = ? AND function_name = ? AND qualifier = ?',
    );
    this.#all = database.prepare('SELECT * FROM function_resources WHERE kind = ? ORDER BY function_name, qualifier');
    this.#deleteAll = database.prepare(
      "DELETE FROM function_resources WHERE function_name = ? AND kind NOT IN ('layer-policy', 'role')",
    );
  }

  get(kind: ResourceKind, functionName: string, qualifier = '$LATEST'): unknown {
    const row = this.#rows(kind).find((each) => each.functionName === functionName && each.qualifier === qualifier);
    return row && JSON.parse(row.document);
  }

  put(kind: ResourceKind, functionName: string, document: unknown, qualifier = '$LATEST'): void {
    this.#known.delete(kind);
    this.#put.run(kind, functionName, qualifier, JSON.stringify(document));
  }

  /** False where there was none. */
  delete(kind: ResourceKind, functionName: string, qualifier = '$LATEST'): boolean {
    this.#known.delete(kind);
    return this.#delete.run(kind, functionName, qualifier).changes > 0;
  }

  list(kind: ResourceKind, functionName: string): StoredResource[] {
    return this.all(kind).filter((each) => each.functionName === functionName);
  }

  /** Of all functions. */
  all(kind: ResourceKind): StoredResource[] {
    return this.#rows(kind).map((row) => ({ ...row, document: JSON.parse(row.document) }));
  }

  /** What belongs to a function that is gone. */
  deleteAllOf(functionName: string): void {
    this.#known.clear();
    this.#deleteAll.run(functionName);
  }

  #rows(kind: ResourceKind): readonly Row[] {
    let rows = this.#known.get(kind);
    if (!rows) {
      rows = this.#all.all(kind).map((row) => ({
        functionName: String(row['function_name']),
        qualifier: String(row['qualifier']),
        document: String(row['document']),
      }));
      this.#known.set(kind, rows);
    }
    return rows;
  }
}
