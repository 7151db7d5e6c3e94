import type { Meter } from './meter.ts';

/** The meters that an invocation moves. */
export interface Meters {
  readonly all: Meter;
  readonly function: Meter;
  readonly resource: Meter;
  /** Of an alias, that of the version that runs; else the resource's. */
  readonly version: Meter;
}

/** How an invocation used the provisioned concurrency of its version, which has some. */
export interface ProvisionedUse {
  /** In one of those that were initialised ahead. */
  readonly isAhead: boolean;
  /** Of those initialised ahead, how many are at work, with this one. */
  readonly busy: number;
  readonly wanted: number;
}

/** One invocation, from when it was asked for to its outcome, as Lambda's metrics count it: by when it began. */
export class InvocationCount {
  readonly #meters: Meters;
  readonly #at = Date.now();

  constructor(meters: Meters) {
    this.#meters = meters;
  }

  /** There was no room: neither an invocation nor an error. */
  throttled(): void {
    this.#meters.version.count('Throttles', 1, this.#at);
  }

  /** `ofFunction` and `ofAll`: how many run, with this one. */
  began(ofFunction: number, ofAll: number): void {
    const { all, function: fn, resource, version } = this.#meters;
    this.#runs(resource);
    if (version !== resource) this.#runs(version);
    fn.count('ConcurrentExecutions', ofFunction, this.#at);
    all.count('ConcurrentExecutions', ofAll, this.#at);
  }

  #runs(meter: Meter): void {
    meter.running += 1;
    meter.count('ConcurrentExecutions', meter.running, this.#at);
  }

  /** The function was run. Errors and Throttles count 0 beside it, so that their averages are rates. */
  ran(outcome: { readonly isFailed: boolean; readonly durationMs: number }, use: ProvisionedUse | undefined): void {
    const { version } = this.#meters;
    version.count('Invocations', 1, this.#at);
    version.count('Errors', outcome.isFailed ? 1 : 0, this.#at);
    version.count('Throttles', 0, this.#at);
    version.count('Duration', Math.round(outcome.durationMs * 100) / 100, this.#at);
    if (!use) return;
    version.count('ProvisionedConcurrentExecutions', use.busy, this.#at);
    version.count('ProvisionedConcurrencyUtilization', use.busy / use.wanted, this.#at);
    const kind = use.isAhead ? 'ProvisionedConcurrencyInvocations' : 'ProvisionedConcurrencySpilloverInvocations';
    version.count(kind, 1, this.#at);
  }

  /** However it went. */
  ended(): void {
    const { resource, version } = this.#meters;
    resource.running -= 1;
    if (version !== resource) version.running -= 1;
  }
}
