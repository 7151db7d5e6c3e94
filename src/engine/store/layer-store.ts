import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from './database.ts';

/** A layer version as the engine keeps it. */
export interface LayerVersion {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly created: string;
  readonly compatibleRuntimes: readonly string[];
  readonly compatibleArchitectures: readonly string[];
  readonly licenseInfo?: string;
  /** Base64, as the API shows it. */
  readonly codeSha256: string;
  readonly codeSize: number;
}

/** Layer versions by name and number. A number is never given twice, also after its version was deleted. */
export class LayerStore {
  readonly #database: DatabaseSync;
  readonly #last: StatementSync;
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #delete: StatementSync;
  readonly #names: StatementSync;
  readonly #versions: StatementSync;
  readonly #codes: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#last = database.prepare('SELECT MAX(version) AS version FROM layer_versions WHERE name = ?');
    this.#put = database.prepare('INSERT INTO layer_versions (name, version, document) VALUES (?, ?, ?)');
    this.#get = database.prepare(
      'SELECT document FROM layer_versions WHERE name = ? AND version = ? AND document IS NOT NULL',
    );
    this.#delete = database.prepare('UPDATE layer_versions SET document = NULL WHERE name = ? AND version = ?');
    this.#names = database.prepare(
      'SELECT DISTINCT name FROM layer_versions WHERE document IS NOT NULL AND name > ? ORDER BY name',
    );
    this.#versions = database.prepare(
      'SELECT document FROM layer_versions WHERE name = ? AND document IS NOT NULL ORDER BY version DESC',
    );
    this.#codes = database.prepare(
      "SELECT DISTINCT document ->> 'codeSha256' AS code FROM layer_versions WHERE document IS NOT NULL",
    );
  }

  /** Keeps a version under the layer's next number. */
  publish(layer: Omit<LayerVersion, 'version'>): LayerVersion {
    let published: LayerVersion = { ...layer, version: 0 };
    inTransaction(this.#database, () => {
      published = { ...layer, version: Number(this.#last.get(layer.name)?.['version'] ?? 0) + 1 };
      this.#put.run(published.name, published.version, JSON.stringify(published));
    });
    return published;
  }

  get(name: string, version: number): LayerVersion | undefined {
    const row = this.#get.get(name, version);
    return row && parse(row['document']);
  }

  delete(name: string, version: number): void {
    this.#delete.run(name, version);
  }

  /** Names of layers in their order, from the one after `after`. */
  names(after: string): string[] {
    return this.#names.all(after).map((row) => String(row['name']));
  }

  /** The newest first. */
  versions(name: string): LayerVersion[] {
    return this.#versions.all(name).map((row) => parse(row['document']));
  }

  /** SHA-256 (base64) of every layer version's content. */
  usedCode(): Set<string> {
    return new Set(this.#codes.all().map((row) => String(row['code'])));
  }
}

function parse(json: unknown): LayerVersion {
  return JSON.parse(String(json)) as LayerVersion; // written by publish()
}
