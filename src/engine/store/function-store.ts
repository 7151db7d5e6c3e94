import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from './database.ts';

/** A layer version as a function keeps it, so that it runs on when the version is deleted. */
export interface UsedLayer {
  readonly arn: string;
  /** Base64, of its zip. */
  readonly codeSha256: string;
  readonly codeSize: number;
}

/** The most detail first. */
export type ApplicationLogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
export type SystemLogLevel = 'DEBUG' | 'INFO' | 'WARN';

export interface LoggingSettings {
  readonly format: 'Text' | 'JSON';
  /** Of JSON only, as is the next. */
  readonly applicationLevel?: ApplicationLogLevel;
  readonly systemLevel?: SystemLogLevel;
}

/** Of what there is not here: kept and shown. */
export interface OutsideSettings {
  readonly vpc?:
    | {
        readonly subnetIds: readonly string[];
        readonly securityGroupIds: readonly string[];
        readonly allowsIpv6: boolean;
      }
    | undefined;
  /** As the API has them. */
  readonly fileSystems?: readonly unknown[];
  readonly kmsKeyArn?: string;
}

/** A function as the engine keeps it; the API's FunctionConfiguration is derived from it. */
export interface FunctionRecord {
  readonly name: string;
  /** `$LATEST`, or the number of a published version. */
  readonly version: string;
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
  /** Absent: text. */
  readonly logging?: LoggingSettings;
  /** ARN of the queue or topic for events that are given up. */
  readonly deadLetterTarget?: string | undefined;
  /** Whether invocations are traced on their own; absent: `PassThrough`. */
  readonly tracingMode?: 'Active' | 'PassThrough';
  /** Its published versions are to start from a snapshot. */
  readonly snapStart?: boolean;
  readonly outside?: OutsideSettings;
  /** Base64, as the API shows it. */
  readonly codeSha256: string;
  readonly codeSize: number;
  /** The first at the bottom. */
  readonly layers?: readonly UsedLayer[];
  readonly lastModified: string;
  /** Changes with every change of code or configuration. */
  readonly revisionId: string;
}

/** Functions as they are now, and the versions published of them, which never change. */
export class FunctionStore {
  readonly #database: DatabaseSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #list: StatementSync;
  readonly #codes: StatementSync;
  readonly #versions: StatementSync;
  /** What `get` has read: every invocation asks. */
  readonly #known = new Map<string, FunctionRecord>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#get = database.prepare('SELECT configuration FROM functions WHERE name = ?');
    this.#put = database.prepare(
      'INSERT INTO functions (name, configuration) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET configuration = excluded.configuration',
    );
    this.#list = database.prepare('SELECT configuration FROM functions WHERE name > ? ORDER BY name LIMIT ?');
    this.#codes = database.prepare(
      `WITH every AS (SELECT configuration FROM functions UNION ALL SELECT configuration FROM function_versions)
       SELECT configuration ->> 'codeSha256' AS code FROM every
       UNION SELECT layer.value ->> 'codeSha256' FROM every, json_each(configuration, '$.layers') AS layer`,
    );
    this.#versions = database.prepare('SELECT configuration FROM function_versions WHERE name = ? ORDER BY version');
  }

  get(name: string): FunctionRecord | undefined {
    const known = this.#known.get(name);
    if (known) return known;
    const row = this.#get.get(name);
    const record = row && parse(row['configuration']);
    if (record) this.#known.set(name, record);
    return record;
  }

  put(record: FunctionRecord): void {
    this.#known.delete(record.name);
    this.#put.run(record.name, JSON.stringify(record));
  }

  /** With all its versions. Their numbers are not used again, also by a function of that name that comes later. */
  delete(name: string): void {
    this.#known.delete(name);
    inTransaction(this.#database, () => {
      for (const table of ['functions', 'function_versions'])
        this.#database.prepare(`DELETE FROM ${table} WHERE name = ?`).run(name);
    });
  }

  /** Functions in the order of their names, from the one after `after`. */
  list(after: string, limit: number): FunctionRecord[] {
    return this.#list.all(after, limit).map((row) => parse(row['configuration']));
  }

  /** Keeps a function as it is under the next number. */
  publish(record: FunctionRecord): FunctionRecord {
    let published = record;
    inTransaction(this.#database, () => {
      const counted = this.#database
        .prepare(
          'INSERT INTO version_numbers VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 RETURNING last',
        )
        .get(record.name);
      published = { ...record, version: String(counted?.['last']) };
      this.#database
        .prepare('INSERT INTO function_versions VALUES (?, ?, ?)')
        .run(record.name, Number(published.version), JSON.stringify(published));
    });
    return published;
  }

  /** The published versions, the oldest first. */
  versions(name: string): FunctionRecord[] {
    return this.#versions.all(name).map((row) => parse(row['configuration']));
  }

  deleteVersion(name: string, version: string): void {
    this.#database.prepare('DELETE FROM function_versions WHERE name = ? AND version = ?').run(name, Number(version));
  }

  /** SHA-256 (base64) of every package and layer that some function or version uses. */
  usedCode(): Set<string> {
    return new Set(this.#codes.all().map((row) => String(row['code'])));
  }
}

/** Records of earlier releases have no version. */
function parse(json: unknown): FunctionRecord {
  return { version: '$LATEST', ...JSON.parse(String(json)) }; // written by put() or publish()
}
