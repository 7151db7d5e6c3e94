import { randomUUID } from 'node:crypto';
import { conflict, invalidParameter, notFound, ServiceError } from '../http/service-error.ts';
import type { EnvironmentPools } from '../sandbox/pool.ts';
import type { CodeStore, StoredCode } from '../store/code-store.ts';
import type { FunctionRecord, FunctionStore } from '../store/function-store.ts';
import { configurationOf, functionArn, settled, type Whereabouts } from './configuration.ts';
import { field, readSettings, text } from './desired.ts';
import { readFunctionReference } from './function-names.ts';

export interface FunctionsOptions {
  readonly store: FunctionStore;
  readonly code: CodeStore;
  readonly pools: EnvironmentPools;
  /** Takes away what belongs to a function that is gone. */
  readonly onDelete: (functionName: string) => void;
  readonly where: Whereabouts;
  /** A link that downloads a package, valid for ten minutes. */
  readonly downloadUrl: (codeSha256: string) => string;
}

type Input = Readonly<Record<string, unknown>>;

/** The function resource: create, read, list, update, delete. */
export class Functions {
  readonly #options: FunctionsOptions;
  /** Names with a change under way; a second change meanwhile is a conflict, as on AWS. */
  readonly #changing = new Set<string>();

  constructor(options: FunctionsOptions) {
    this.#options = options;
  }

  async create(input: Input): Promise<unknown> {
    const { store, where } = this.#options;
    const { name } = this.reference(input);
    if (name.length > 64) {
      throw new ServiceError(
        'ValidationException',
        400,
        `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
      );
    }
    const exists = (): ServiceError => conflict(`Function already exist: ${name}`);
    if (store.get(name)) throw exists();
    const settings = readSettings(input, {
      runtime: '',
      handler: '',
      role: '',
      description: '',
      timeoutSeconds: 3,
      memorySizeMB: 128,
      ephemeralStorageMB: 512,
      environment: {},
      logGroup: `/aws/lambda/${name}`,
    });
    return this.#change(name, async () => {
      const stored = await this.#store(input['Code']);
      const record: FunctionRecord = {
        ...settings,
        ...stored,
        name,
        architecture: architectureOf(input['Architectures']) ?? 'x86_64',
        tags: Object.fromEntries(Object.entries(input['Tags'] ?? {}).map(([key, value]) => [key, String(value)])),
        ...revision(),
      };
      store.put(record);
      return configurationOf(record, where, { state: 'Pending' });
    });
  }

  get(input: Input): unknown {
    const record = this.find(input);
    const { where, downloadUrl } = this.#options;
    return {
      Configuration: configurationOf(record, where, settled),
      Code: { RepositoryType: 'S3', Location: downloadUrl(record.codeSha256) },
      ...(Object.keys(record.tags).length > 0 && { Tags: record.tags }),
    };
  }

  getConfiguration(input: Input): unknown {
    return configurationOf(this.find(input), this.#options.where, settled);
  }

  list(input: Input): unknown {
    const limit = Math.min(typeof input['MaxItems'] === 'number' ? input['MaxItems'] : 50, 50);
    const after = typeof input['Marker'] === 'string' ? readMarker(input['Marker']) : '';
    const records = this.#options.store.list(after, limit + 1);
    const page = records.slice(0, limit);
    const last = page.at(-1);
    return {
      Functions: page.map((record) => withoutState(configurationOf(record, this.#options.where, settled))),
      ...(records.length > limit && last && { NextMarker: Buffer.from(last.name).toString('base64') }),
    };
  }

  async updateCode(input: Input): Promise<unknown> {
    const before = this.find(input);
    return this.#change(before.name, async () => {
      checkRevision(input, before);
      const stored = await this.#store(input);
      const architecture = architectureOf(input['Architectures']) ?? before.architecture;
      if (input['DryRun'] === true)
        return configurationOf({ ...before, ...stored, architecture }, this.#options.where, settled);
      return this.#replace({ ...before, ...stored, architecture, ...revision() });
    });
  }

  async updateConfiguration(input: Input): Promise<unknown> {
    const before = this.find(input);
    return this.#change(before.name, async () => {
      checkRevision(input, before);
      return this.#replace({ ...before, ...readSettings(input, before), ...revision() });
    });
  }

  /** Its code stays until the engine's next start: environments may still be running it. */
  delete(input: Input): undefined {
    const record = this.find(input);
    this.#options.store.delete(record.name);
    this.#options.onDelete(record.name);
    this.#options.pools.retire(record.name);
    return undefined;
  }

  /** The function an input names. Throws ResourceNotFoundException in the service's words. */
  find(input: Input): FunctionRecord {
    const { name, qualifier } = this.reference(input);
    const record = this.#options.store.get(name);
    const arn = functionArn(this.#options.where, name);
    if (!record || (qualifier && qualifier !== '$LATEST')) {
      throw notFound(`Function not found: ${arn}${qualifier ? `:${qualifier}` : ''}`);
    }
    return record;
  }

  /** The name and qualifier an input gives, whether there is such a function or not. */
  reference(input: Input): { name: string; qualifier: string | undefined } {
    return readFunctionReference(
      text(input['FunctionName']) ?? '',
      text(input['Qualifier']),
      this.#options.where.region,
    );
  }

  #replace(record: FunctionRecord): unknown {
    this.#options.store.put(record);
    this.#options.pools.retire(record.name);
    return configurationOf(record, this.#options.where, { state: 'Active', lastUpdateStatus: 'InProgress' });
  }

  async #change<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.#changing.has(name)) {
      throw conflict(
        `The operation cannot be performed at this time. An update is in progress for resource: ${functionArn(this.#options.where, name)}`,
      );
    }
    this.#changing.add(name);
    try {
      return await work();
    } finally {
      this.#changing.delete(name);
    }
  }

  async #store(code: unknown): Promise<StoredCode> {
    const zip = field(code, 'ZipFile');
    if (zip instanceof Buffer) return this.#options.code.add(zip);
    if (field(code, 'S3Bucket') ?? field(code, 'ImageUri')) {
      throw invalidParameter(
        'The local Lambda takes packages as ZipFile; it has no S3 and no container images. Send the zip itself, or deploy this function to AWS.',
      );
    }
    throw invalidParameter('Please provide a source for function code.');
  }
}

function checkRevision(input: Input, record: FunctionRecord): void {
  const given = text(input['RevisionId']);
  if (given && given !== record.revisionId) {
    throw new ServiceError(
      'PreconditionFailedException',
      412,
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    );
  }
}

function architectureOf(value: unknown): 'x86_64' | 'arm64' | undefined {
  if (!Array.isArray(value)) return undefined;
  return value[0] === 'arm64' ? 'arm64' : 'x86_64';
}

function readMarker(marker: string): string {
  const name = Buffer.from(marker, 'base64').toString('utf8');
  if (Buffer.from(name).toString('base64') !== marker)
    throw invalidParameter('Invalid Marker. Use the NextMarker of the page before.');
  return name;
}

// ListFunctions leaves out what only GetFunction tells; see its entry in the API reference.
function withoutState({
  State: _state,
  LastUpdateStatus: _status,
  ...rest
}: Record<string, unknown>): Record<string, unknown> {
  return rest;
}

function revision(): Pick<FunctionRecord, 'revisionId' | 'lastModified'> {
  return { revisionId: randomUUID(), lastModified: new Date().toISOString().replace('Z', '+0000') };
}
