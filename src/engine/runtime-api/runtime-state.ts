/**
 * Where a runtime stands in its own life, by the names that AWS's service gives in its refusals. `Ended` is ours: the runtime has gone,
 * and what it left behind may still call.
 */
export type RuntimeStateName =
  | 'Started'
  | 'InitError'
  | 'RestoreReady'
  | 'RestoreError'
  | 'Ready'
  | 'Running'
  | 'InvocationResponse'
  | 'InvocationErrorResponse'
  | 'RuntimeResponseSentState'
  | 'Ended';

/** All that is not listed is refused. `Running` to `Ready` is a runtime that asks again before it has answered. */
const transitions: Readonly<Record<RuntimeStateName, readonly RuntimeStateName[]>> = {
  Started: ['Ready', 'InitError', 'RestoreReady', 'Ended'],
  InitError: ['Ended'],
  RestoreReady: ['Ready', 'RestoreError', 'Ended'],
  RestoreError: ['Ended'],
  Ready: ['Ready', 'Running', 'Ended'],
  Running: ['Ready', 'InvocationResponse', 'InvocationErrorResponse', 'Ended'],
  InvocationResponse: ['RuntimeResponseSentState', 'Ended'],
  InvocationErrorResponse: ['RuntimeResponseSentState', 'Ended'],
  RuntimeResponseSentState: ['Ready', 'Ended'],
  Ended: ['Ended'],
};

/** What the caller is told with status 403. */
export class InvalidStateTransition extends Error {
  constructor(from: RuntimeStateName, to: RuntimeStateName) {
    super(`State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`);
    this.name = 'InvalidStateTransition';
  }
}

/**
 * The states of one runtime. Source: the wording and the order of states are those of the service and of AWS's runtime interface
 * emulator.
 */
export class RuntimeState {
  #name: RuntimeStateName = 'Started';

  get name(): RuntimeStateName {
    return this.#name;
  }

  /** Throws InvalidStateTransition where the runtime may not go there from where it is. */
  move(to: RuntimeStateName): void {
    this.check(to);
    this.#name = to;
  }

  /** As `move`, without going. */
  check(to: RuntimeStateName): void {
    if (!transitions[this.#name].includes(to)) throw new InvalidStateTransition(this.#name, to);
  }
}
