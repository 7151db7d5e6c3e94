import { invalidParameter, ServiceError } from '../http/service-error.ts';
import type { EnvironmentPools } from '../sandbox/pool.ts';
import type { FunctionRecord } from '../store/function-store.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { leastUnreserved, type Concurrency } from './concurrency.ts';
import { functionArn, type Whereabouts } from './configuration.ts';
import { text } from './desired.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';
import { pageOfAll } from './paging.ts';
import { refuseSecondConfiguration } from './provisioned-conflicts.ts';
import { refuseProvisionedSnapStart } from './snap-start.ts';

export interface ProvisionedConcurrencyOptions {
  readonly functions: Functions;
  readonly resources: ResourceStore;
  readonly pools: EnvironmentPools;
  readonly concurrency: Concurrency;
  readonly where: Whereabouts;
  readonly reportFault: (error: unknown) => void;
}

interface ProvisionedDocument {
  readonly requested: number;
  readonly lastModified: string;
}

type Input = Readonly<Record<string, unknown>>;

const kind = 'provisioned';
const asDocument = (stored: unknown): ProvisionedDocument => stored as ProvisionedDocument; // written by #put()

/** Environments of versions and aliases that are initialised before they are needed. */
export class ProvisionedConcurrency {
  readonly operations: OperationTable;
  readonly #options: ProvisionedConcurrencyOptions;

  constructor(options: ProvisionedConcurrencyOptions) {
    this.#options = options;
    const { functions, resources } = options;
    this.operations = {
      PutProvisionedConcurrencyConfig: (input) => this.#put(input),
      GetProvisionedConcurrencyConfig: (input) => {
        const { name, qualifier } = this.#named(input);
        return this.#describe(name, qualifier, this.#existing(name, qualifier));
      },
      ListProvisionedConcurrencyConfigs: (input) => {
        const { name } = functions.latest(input);
        const { page, next } = pageOfAll(input, resources.list(kind, name), ({ qualifier }) => qualifier);
        return {
          ProvisionedConcurrencyConfigs: page.map(({ qualifier, document }) => ({
            FunctionArn: functionArn(options.where, name, qualifier),
            ...this.#describe(name, qualifier, asDocument(document)),
          })),
          ...next,
        };
      },
      DeleteProvisionedConcurrencyConfig: (input) => {
        const { name, qualifier } = this.#named(input);
        this.#existing(name, qualifier);
        resources.delete(kind, name, qualifier);
        void this.refresh(name);
      },
    };
  }

  /** Takes up what was asked for before the engine started. */
  resume(): void {
    const names = new Set(this.#options.resources.all(kind).map(({ functionName }) => functionName));
    for (const name of names) void this.refresh(name);
  }

  /** Makes the environments of a function's versions as many as its configurations say. */
  async refresh(functionName: string): Promise<void> {
    const { resources, pools, reportFault } = this.#options;
    const wanted = resources.list(kind, functionName).flatMap(({ qualifier, document }) => {
      const record = this.#recordOf(functionName, qualifier);
      return record ? [{ record, count: asDocument(document).requested }] : [];
    });
    try {
      await pools.provision(functionName, wanted);
    } catch (error) {
      reportFault(error);
    }
  }

  #put(input: Input): unknown {
    const { resources, concurrency } = this.#options;
    const { name, qualifier, version } = this.#named(input);
    refuseProvisionedSnapStart(this.#options.functions.find(input));
    refuseSecondConfiguration(resources, name, { qualifier, version });
    const requested = Number(input['ProvisionedConcurrentExecutions']);
    const others = resources
      .list(kind, name)
      .filter((each) => each.qualifier !== qualifier)
      .reduce((sum, { document }) => sum + asDocument(document).requested, 0);
    const reserved = concurrency.reservedOf(name);
    if (reserved !== undefined && others + requested > reserved) {
      throw invalidParameter(
        'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
      );
    }
    if (reserved === undefined && concurrency.unreserved() - others - requested < leastUnreserved) {
      throw invalidParameter(
        `Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
      );
    }
    const document: ProvisionedDocument = { requested, lastModified: new Date().toISOString().replace('Z', '+0000') };
    resources.put(kind, name, document, qualifier);
    void this.refresh(name);
    return this.#describe(name, qualifier, document);
  }

  #describe(name: string, qualifier: string, { requested, lastModified }: ProvisionedDocument): object {
    const record = this.#recordOf(name, qualifier);
    const { ready, reason } = record ? this.#options.pools.provisioned(record) : { ready: 0, reason: undefined };
    const available = Math.min(ready, requested);
    const status = available === requested ? 'READY' : reason === undefined ? 'IN_PROGRESS' : 'FAILED';
    return {
      RequestedProvisionedConcurrentExecutions: requested,
      AvailableProvisionedConcurrentExecutions: available,
      AllocatedProvisionedConcurrentExecutions: available,
      Status: status,
      ...(status === 'FAILED' && { StatusReason: reason }),
      LastModified: lastModified,
    };
  }

  #recordOf(name: string, qualifier: string): FunctionRecord | undefined {
    try {
      return this.#options.functions.find({ FunctionName: name, Qualifier: qualifier });
    } catch (error) {
      if (error instanceof ServiceError) return undefined; // the version is gone
      throw error;
    }
  }

  #named(input: Input): { name: string; qualifier: string; version: string } {
    const qualifier = text(input['Qualifier']) ?? '$LATEST';
    const { name, version } = this.#options.functions.find(input);
    if (version === '$LATEST')
      throw invalidParameter('The function resource provided must be an alias or a published version.');
    return { name, qualifier, version };
  }

  #existing(name: string, qualifier: string): ProvisionedDocument {
    const stored = this.#options.resources.get(kind, name, qualifier);
    if (stored !== undefined) return asDocument(stored);
    throw new ServiceError(
      'ProvisionedConcurrencyConfigNotFoundException',
      404,
      'No Provisioned Concurrency Config found for this function',
    );
  }
}
