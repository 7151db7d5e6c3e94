import { ServiceError } from '../http/service-error.ts';
import { maxVisits, traceOf, visitOf } from '../events/lineage.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { functionArn, type Whereabouts } from './configuration.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';

export interface RecursionOptions {
  readonly functions: Functions;
  readonly resources: ResourceStore;
  readonly where: Whereabouts;
}

/** Recursive loop detection: its setting, and what it does to invocations. */
export class Recursion {
  readonly operations: OperationTable;
  readonly #options: RecursionOptions;

  constructor(options: RecursionOptions) {
    this.#options = options;
    const { functions, resources } = options;
    this.operations = {
      GetFunctionRecursionConfig: (input) => {
        const { name } = functions.find(input);
        return { RecursiveLoop: this.stopsLoops(name) ? 'Terminate' : 'Allow' };
      },
      PutFunctionRecursionConfig: (input) => {
        const { name } = functions.find(input);
        resources.put('recursion', name, input['RecursiveLoop']);
        return { RecursiveLoop: input['RecursiveLoop'] };
      },
    };
  }

  stopsLoops(functionName: string): boolean {
    return this.#options.resources.get('recursion', functionName) !== 'Allow';
  }

  /** The trace header of an invocation that comes with `header`, whichever visit it is. */
  trace(functionName: string, header: string | undefined): string {
    const isTraced = this.#options.functions.route(functionName, undefined)?.record.tracingMode === 'Active';
    return traceOf(functionArn(this.#options.where, functionName), header, isTraced).header;
  }

  /** As `trace`; throws RecursiveInvocationException where the chain has come back too often. */
  enter(functionName: string, header: string | undefined): string {
    const trace = this.trace(functionName, header);
    this.refuseLoop(functionName, trace);
    return trace;
  }

  /** Throws RecursiveInvocationException where a trace made by `trace` has come back too often. */
  refuseLoop(functionName: string, trace: string): void {
    if (visitOf(functionArn(this.#options.where, functionName), trace) <= maxVisits) return;
    if (!this.stopsLoops(functionName)) return;
    throw new ServiceError(
      'RecursiveInvocationException',
      400,
      "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
    );
  }
}
