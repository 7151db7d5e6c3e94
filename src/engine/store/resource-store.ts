import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** What belongs to a function beside its configuration, a document each. */
export type ResourceKind =
  'event-invoke-config' | 'layer-policy' | 'recursion' | 'url' | 'policy' | 'alias' | 'concurrency' | 'provisioned';

export interface StoredResource {
  readonly functionName: string;
  readonly qualifier: string;
  readonly document: unknown;
}

/** Documents by kind, function and qualifier (`$LATEST` for the function itself); they go with their function. */
export class ResourceStore {
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #list: StatementSync;
  readonly #all: StatementSync;
  readonly #deleteAll: StatementSync;

  constructor(database: DatabaseSync) {
    this.#get = database.prepare(
      'SELECT document FROM function_resources WHERE kind = ? AND function_name = ? AND qualifier = ?',
    );
    this.#put = database.prepare(
      'INSERT INTO function_resources (kind, function_name, qualifier, document) VALUES (?, ?, ?, ?) ' +
        'ON CONFLICT (kind, function_name, qualifier) DO UPDATE SET document = excluded.document',
    );
    this.#delete = database.prepare(
      'DELETE FROM function_resources WHERE kind = ? AND function_name = ? AND qualifier = ?',
    );
    this.#list = database.prepare(
      'SELECT * FROM function_resources WHERE kind = ? AND function_name = ? ORDER BY qualifier',
    );
    this.#all = database.prepare('SELECT * FROM function_resources WHERE kind = ?');
    this.#deleteAll = database.prepare('DELETE FROM function_resources WHERE function_name = ?');
  }

  get(kind: ResourceKind, functionName: string, qualifier = '$LATEST'): unknown {
    const row = this.#get.get(kind, functionName, qualifier);
    return row && JSON.parse(String(row['document']));
  }

  put(kind: ResourceKind, functionName: string, document: unknown, qualifier = '$LATEST'): void {
    this.#put.run(kind, functionName, qualifier, JSON.stringify(document));
  }

  /** False where there was none. */
  delete(kind: ResourceKind, functionName: string, qualifier = '$LATEST'): boolean {
    return this.#delete.run(kind, functionName, qualifier).changes > 0;
  }

  list(kind: ResourceKind, functionName: string): StoredResource[] {
    return this.#list.all(kind, functionName).map(toResource);
  }

  /** Of all functions. */
  all(kind: ResourceKind): StoredResource[] {
    return this.#all.all(kind).map(toResource);
  }

  deleteAllOf(functionName: string): void {
    this.#deleteAll.run(functionName);
  }
}

function toResource(row: Readonly<Record<string, unknown>>): StoredResource {
  return {
    functionName: String(row['function_name']),
    qualifier: String(row['qualifier']),
    document: JSON.parse(String(row['document'])),
  };
}
