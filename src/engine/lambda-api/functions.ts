import { conflict, invalidParameter, notFound, ServiceError } from '../http/service-error.ts';
import type { EnvironmentPools } from '../sandbox/pool.ts';
import type { CodeStore, StoredCode } from '../store/code-store.ts';
import type { FunctionRecord, FunctionStore } from '../store/function-store.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { asAlias, chooseVersion, versionsOf, type AliasDocument } from './alias-document.ts';
import { configurationOf, functionArn, settled, type Whereabouts } from './configuration.ts';
import { field, readSettings, text } from './desired.ts';
import type { FunctionLayers } from './function-layers.ts';
import { readFunctionReference, readNewName } from './function-names.ts';
import { pageOf, pageOfAll } from './paging.ts';
import { checkRevision, isSameVersion, revision } from './revision.ts';
import type { Snapshots } from './snapshots.ts';
import { readTags } from './tags.ts';

export interface FunctionsOptions {
  readonly store: FunctionStore;
  readonly resources: ResourceStore;
  readonly code: CodeStore;
  readonly layers: FunctionLayers;
  readonly pools: EnvironmentPools;
  readonly snapshots: Snapshots;
  /** Takes away what belongs to a function that is gone. */
  readonly onDelete: (functionName: string) => void;
  readonly where: Whereabouts;
  /** A link that downloads a package, valid for ten minutes. */
  readonly downloadUrl: (codeSha256: string) => string;
}

type Input = Readonly<Record<string, unknown>>;

/** What an invocation runs, and the ARN by which it was asked for. */
export interface FunctionRoute {
  readonly record: FunctionRecord;
  readonly functionArn: string;
}

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
    const name = readNewName(this.reference(input));
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
    const layers = this.#options.layers.read(input) ?? [];
    return this.#change(name, async () => {
      const stored = await this.#store(input['Code']);
      const record: FunctionRecord = {
        ...settings,
        ...stored,
        layers,
        name,
        version: '$LATEST',
        architecture: architectureOf(input['Architectures']) ?? 'x86_64',
        tags: readTags(input['Tags'], {}),
        ...revision(),
      };
      await this.#options.layers.checkSize(record);
      store.put(record);
      if (input['Publish'] === true) return this.#published(this.#publishNew(record));
      return configurationOf(record, where, { state: 'Pending' });
    });
  }

  get(input: Input): unknown {
    const record = this.find(input);
    const { downloadUrl, resources } = this.#options;
    const reserved = resources.get('concurrency', record.name);
    return {
      Configuration: this.getConfiguration(input),
      ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
      Code: { RepositoryType: 'S3', Location: downloadUrl(record.codeSha256) },
      ...(Object.keys(record.tags).length > 0 && { Tags: record.tags }),
    };
  }

  getConfiguration(input: Input): unknown {
    const record = this.find(input);
    return configurationOf(
      record,
      this.#options.where,
      this.snapshots.stateOf(record),
      this.reference(input).qualifier,
    );
  }

  list(input: Input): unknown {
    const { store, where } = this.#options;
    const all = input['FunctionVersion'] === 'ALL';
    const withVersions = (): FunctionRecord[] =>
      store.list('', Number.MAX_SAFE_INTEGER).flatMap((record) => [record, ...store.versions(record.name)]);
    const { page, next } = all
      ? pageOfAll(input, withVersions(), ({ name, version }) => `${name}:${version}`)
      : pageOf(
          input,
          (after, limit) => store.list(after, limit),
          ({ name }) => name,
        );
    return {
      Functions: page.map((record) =>
        withoutState(configurationOf(record, where, this.snapshots.stateOf(record), all ? record.version : undefined)),
      ),
      ...next,
    };
  }

  async updateCode(input: Input): Promise<unknown> {
    const before = this.latest(input);
    return this.#change(before.name, async () => {
      checkRevision(input, before);
      const stored = await this.#store(input);
      await this.#options.layers.checkSize({ ...before, ...stored });
      const architecture = architectureOf(input['Architectures']) ?? before.architecture;
      if (input['DryRun'] === true)
        return configurationOf({ ...before, ...stored, architecture }, this.#options.where, settled);
      const updated = { ...before, ...stored, architecture, ...revision() };
      const answer = this.#replace(updated);
      return input['Publish'] === true ? this.#published(this.publish(updated)) : answer;
    });
  }

  async updateConfiguration(input: Input): Promise<unknown> {
    const before = this.latest(input);
    return this.#change(before.name, async () => {
      checkRevision(input, before);
      const settings = readSettings(input, before);
      const layers = this.#options.layers.read(input) ?? before.layers ?? [];
      await this.#options.layers.checkSize({ ...before, layers });
      const { snapStart: _snapStart, outside: _outside, ...kept } = before;
      return this.#replace({ ...kept, ...settings, layers, ...revision() });
    });
  }

  /** Its code stays until the engine's next start: environments may still be running it. */
  delete(input: Input): undefined {
    const { qualifier } = this.reference(input);
    const { store, pools, onDelete } = this.#options;
    const record = this.find(input);
    if (qualifier !== undefined) return this.#deleteVersion(record, qualifier);
    store.delete(record.name);
    onDelete(record.name);
    pools.retire(record.name);
    return undefined;
  }

  /** The function, or the version of it, that an input names; of an alias its first version. Throws ResourceNotFoundException in the service's words. */
  find(input: Input): FunctionRecord {
    const { name, qualifier } = this.reference(input);
    const record = this.#versionOf(name, qualifier, (alias) => alias.functionVersion);
    if (!record) throw notFound(`Function not found: ${functionArn(this.#options.where, name, qualifier)}`);
    return record;
  }

  /** What an invocation of a function runs: of an alias, the version that its weights choose. Undefined where there is none. */
  route(name: string, qualifier: string | undefined): FunctionRoute | undefined {
    const record = this.#versionOf(name, qualifier, chooseVersion);
    return record && { record, functionArn: functionArn(this.#options.where, name, qualifier) };
  }

  /** The function as it is now. Throws where an input names a version. */
  latest(input: Input): FunctionRecord {
    const { qualifier } = this.reference(input);
    const record = this.find(input);
    if (qualifier === undefined || qualifier === '$LATEST') return record;
    throw invalidParameter(
      `Versions and aliases cannot be changed through the function: ${qualifier} was given. Name the function alone.`,
    );
  }

  /** A new version of the function as it is, or the newest one where nothing has changed since. */
  publish(record: FunctionRecord, description?: string): FunctionRecord {
    const { store } = this.#options;
    const newest = store.versions(record.name).at(-1);
    if (newest && isSameVersion(newest, record)) return newest;
    return this.#publishNew({ ...record, ...revision(), description: description ?? record.description });
  }

  #publishNew(record: FunctionRecord): FunctionRecord {
    const published = this.#options.store.publish(record);
    this.#options.snapshots.take(published);
    return published;
  }

  get snapshots(): Snapshots {
    return this.#options.snapshots;
  }

  #versionOf(
    name: string,
    qualifier: string | undefined,
    choose: (alias: AliasDocument) => string,
  ): FunctionRecord | undefined {
    const { store, resources } = this.#options;
    if (qualifier === undefined || qualifier === '$LATEST') return store.get(name);
    const alias = /^\d+$/.test(qualifier) ? undefined : resources.get('alias', name, qualifier);
    if (alias === undefined && !/^\d+$/.test(qualifier)) return undefined;
    const version = alias === undefined ? qualifier : choose(asAlias(alias));
    return version === '$LATEST' ? store.get(name) : store.versions(name).find((each) => each.version === version);
  }

  #deleteVersion(record: FunctionRecord, qualifier: string): undefined {
    const { store, resources, pools } = this.#options;
    if (qualifier === '$LATEST')
      throw invalidParameter('$LATEST version cannot be deleted without deleting the function.');
    if (qualifier !== record.version)
      throw invalidParameter(`An alias is deleted by DeleteAlias: ${qualifier} is no version.`);
    const aliases = resources
      .list('alias', record.name)
      .filter(({ document }) => versionsOf(asAlias(document)).includes(record.version))
      .map((alias) => alias.qualifier);
    if (aliases.length > 0)
      throw conflict(`Unable to delete version because the following aliases reference it: [${aliases.join(', ')}]`);
    store.deleteVersion(record.name, record.version);
    for (const kind of ['provisioned', 'snapshot'] as const) resources.delete(kind, record.name, record.version);
    pools.retire(record.name, record.version);
    return undefined;
  }

  #published(record: FunctionRecord): unknown {
    return configurationOf(record, this.#options.where, this.snapshots.stateOf(record), record.version);
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
    this.#options.pools.retire(record.name, record.version);
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

function architectureOf(value: unknown): 'x86_64' | 'arm64' | undefined {
  if (!Array.isArray(value)) return undefined;
  return value[0] === 'arm64' ? 'arm64' : 'x86_64';
}

// ListFunctions leaves out what only GetFunction tells; see its entry in the API reference.
function withoutState({
  State: _state,
  LastUpdateStatus: _status,
  ...rest
}: Record<string, unknown>): Record<string, unknown> {
  return rest;
}
