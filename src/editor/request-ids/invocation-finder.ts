import type { Pipeline } from '../../pipeline.ts';
import { Problem } from '../../problem.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import type { FunctionTree } from '../explorer/function-tree.ts';
import type { KeptTimings } from '../panel/kept-timings.ts';
import type { LogPanels } from '../panel/log-panels.ts';

/** What is known of an invocation beside its request id. */
export interface InvocationHint {
  readonly functionNames?: readonly string[];
  /** Of a line of it, ms since the epoch. */
  readonly at?: number;
}

export interface InvocationFinderParts {
  readonly pipeline: Pick<Pipeline, 'findInvocation'>;
  readonly targets: Pick<TargetSelection, 'label' | 'resolve'>;
  readonly tree: Pick<FunctionTree, 'list'>;
  readonly timings: Pick<KeptTimings, 'find'>;
  readonly panels: Pick<LogPanels, 'functionsWith' | 'reveal'>;
}

/** An invocation runs no longer than that (ms): its log is read from so long before. */
const longestMs = 15 * 60_000;
/** Logs are searched so far back, ms. */
const searchedMs = 7 * 24 * 3_600_000;

/** Leads from a request id to its invocation in a panel. */
export class InvocationFinder {
  readonly #parts: InvocationFinderParts;

  constructor(parts: InvocationFinderParts) {
    this.#parts = parts;
  }

  /** Whether the extension has seen the invocation; nothing is asked of the target. */
  async knows(requestId: string): Promise<boolean> {
    const { targets, timings, panels } = this.#parts;
    if (panels.functionsWith(requestId)) return true;
    return (await timings.find({ target: targets.label, requestId })) !== undefined;
  }

  /** Shows the invocation in a panel. Searches the logs of the target where it is not known; a Problem where none names it. */
  async show(requestId: string, { functionNames, at }: InvocationHint = {}, signal?: AbortSignal): Promise<void> {
    const { targets, timings, panels } = this.#parts;
    const open = panels.functionsWith(requestId);
    const [only, ...others] = functionNames ?? [];
    if (open) panels.reveal(open, { preserveFocus: false }).showInvocation(requestId);
    else if (only !== undefined && others.length === 0 && at !== undefined) this.#open(requestId, only, at);
    else {
      const kept = await timings.find({ target: targets.label, requestId });
      const found = kept ?? (await this.#search(requestId, functionNames, signal));
      this.#open(requestId, found.functionName, found.at);
    }
  }

  #open(requestId: string, functionName: string, at: number): void {
    const panel = this.#parts.panels.reveal([functionName], { preserveFocus: false });
    panel.showInvocation(requestId, at - longestMs);
  }

  async #search(
    requestId: string,
    named: readonly string[] | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ functionName: string; at: number }> {
    const { pipeline, targets, tree } = this.#parts;
    const functionNames = named ?? (await tree.list()).map(({ name }) => name);
    const target = await targets.resolve();
    const since = Date.now() - searchedMs;
    const search = { target, functionNames, requestId, since, ...(signal && { signal }) };
    const found = await pipeline.findInvocation(search);
    if (found) return found;
    throw new Problem(
      'InvocationNotFound',
      `No log of the last 7 days on ${targets.label} names the request ${requestId}. Choose the target that it ran on, and try again.`,
    );
  }
}
