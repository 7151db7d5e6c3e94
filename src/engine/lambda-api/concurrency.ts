import { invalidParameter } from '../http/service-error.ts';
import type { FunctionStore } from '../store/function-store.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';

export interface ConcurrencyOptions {
  readonly functions: Functions;
  readonly store: FunctionStore;
  readonly resources: ResourceStore;
  /** Invocations at the same time, over all functions. */
  readonly total: number;
}

const kind = 'concurrency';
/** So much of the account's concurrency stays for functions that have none of their own. */
export const leastUnreserved = 100;
const mebibyte = 1_048_576;

/** Reserved concurrency, and the account's limits. */
export class Concurrency {
  readonly operations: OperationTable;
  readonly #options: ConcurrencyOptions;

  constructor(options: ConcurrencyOptions) {
    this.#options = options;
    const { functions, resources } = options;
    this.operations = {
      PutFunctionConcurrency: (input) => {
        const { name } = functions.latest(input);
        const wanted = Number(input['ReservedConcurrentExecutions']);
        const others = this.reservedTotal() - (this.reservedOf(name) ?? 0);
        if (wanted > 0 && options.total - others - wanted < leastUnreserved) {
          throw invalidParameter(
            `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
          );
        }
        const provisioned = resources
          .list('provisioned', name)
          .reduce((sum, { document }) => sum + Number(Object(document).requested), 0);
        if (wanted < provisioned) {
          throw invalidParameter(
            ` ReservedConcurrentExecutions  ${wanted} should not be lower than function's total provisioned concurrency [${provisioned}].`,
          );
        }
        resources.put(kind, name, wanted);
        return { ReservedConcurrentExecutions: wanted };
      },
      GetFunctionConcurrency: (input) => {
        const reserved = this.reservedOf(functions.latest(input).name);
        return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved };
      },
      DeleteFunctionConcurrency: (input) => {
        resources.delete(kind, functions.latest(input).name);
      },
      GetAccountSettings: () => this.#settings(),
    };
  }

  /** Undefined: the function shares what is not reserved. */
  reservedOf(functionName: string): number | undefined {
    const stored = this.#options.resources.get(kind, functionName);
    return typeof stored === 'number' ? stored : undefined;
  }

  reservedTotal(): number {
    return this.#options.resources.all(kind).reduce((sum, { document }) => sum + Number(document), 0);
  }

  /** What functions without a reservation share. */
  unreserved(): number {
    return this.#options.total - this.reservedTotal();
  }

  #settings(): unknown {
    const { store, total } = this.#options;
    const functions = store.list('', Number.MAX_SAFE_INTEGER);
    const packages = functions.flatMap((record) => [record, ...store.versions(record.name)]);
    return {
      AccountLimit: {
        TotalCodeSize: 75 * 1024 * mebibyte,
        CodeSizeUnzipped: 250 * mebibyte,
        CodeSizeZipped: 50 * mebibyte,
        ConcurrentExecutions: total,
        UnreservedConcurrentExecutions: this.unreserved(),
      },
      AccountUsage: {
        TotalCodeSize: packages.reduce((sum, { codeSize }) => sum + codeSize, 0),
        FunctionCount: functions.length,
      },
    };
  }
}
