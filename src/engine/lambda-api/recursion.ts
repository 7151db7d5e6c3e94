import { ServiceError } from '../http/service-error.ts';
import { maxVisits, traceOf, type Trace } from '../events/lineage.ts';
import type { FunctionMetrics } from '../metrics/function-metrics.ts';
import type { FunctionRecord } from '../store/function-store.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { functionArn, type Whereabouts } from './configuration.ts';
import type { Functions } from './functions.ts';
import type { OperationTable } from './operation.ts';

export interface RecursionOptions {
  readonly functions: Functions;
  readonly resources: ResourceStore;
  readonly where: Whereabouts;
  readonly metrics: FunctionMetrics;
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

  /** The trace of an invocation that comes with `header`, whichever visit it is. */
  trace({ name, tracingMode }: Pick<FunctionRecord, 'name' | 'tracingMode'>, header: string | undefined): Trace {
    return traceOf(functionArn(this.#options.where, name), header, tracingMode === 'Active');
  }

  /** The trace header of an invocation; throws RecursiveInvocationException where the chain has come back too often. */
  enter(fn: Pick<FunctionRecord, 'name' | 'tracingMode'>, header: string | undefined): string {
    const trace = this.trace(fn, header);
    this.refuseLoop(fn.name, trace);
    return trace.header;
  }

  /** Throws RecursiveInvocationException where a trace has come back too often. */
  refuseLoop(functionName: string, { visit }: Trace): void {
    if (visit <= maxVisits) return;
    if (!this.stopsLoops(functionName)) return;
    const { metrics, where } = this.#options;
    metrics.of(functionArn(where, functionName)).count('RecursiveInvocationsDropped', 1);
    throw new ServiceError(
      'RecursiveInvocationException',
      400,
      "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources and stopped your function's invocation.",
    );
  }
}
