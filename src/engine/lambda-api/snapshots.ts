import { conflict, ServiceError } from '../http/service-error.ts';
import type { InvocationFailure } from '../sandbox/outcome.ts';
import type { EnvironmentPools } from '../sandbox/pool.ts';
import type { FunctionRecord, FunctionStore } from '../store/function-store.ts';
import type { ResourceStore } from '../store/resource-store.ts';
import { settled, type ConfigurationState } from './configuration.ts';

export interface SnapshotsOptions {
  readonly resources: ResourceStore;
  readonly pools: Pick<EnvironmentPools, 'snapshot'>;
  readonly reportFault: (error: unknown) => void;
}

type SnapshotDocument =
  | { readonly state: 'Pending' | 'Active' }
  | { readonly state: 'Failed'; readonly reason: { readonly text: string; readonly code: string } };

const kind = 'snapshot';

/** Codes of `StateReasonCode` for what an init can fail with; any other is a FunctionError. */
const codes: Readonly<Record<string, string>> = {
  'Sandbox.Timedout': 'FunctionError.InitTimeout',
  'Runtime.InvalidEntrypoint': 'FunctionError.InvalidEntryPoint',
  'Runtime.OutOfMemory': 'FunctionError.InitResourceExhausted',
  'Runtime.ExitError': 'FunctionError.RuntimeInitError',
};

/**
 * Of published versions with SnapStart: each is initialised once when it is published, and can be invoked when that has gone well. Source:
 * "Improving startup performance with Lambda SnapStart" in the AWS Lambda Developer Guide.
 */
export class Snapshots {
  readonly #options: SnapshotsOptions;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /** Begins it for a version that has just been published; nothing without SnapStart. */
  take(record: FunctionRecord): void {
    if (!record.snapStart) return;
    this.#put(record, { state: 'Pending' });
    void this.#make(record);
  }

  /** Takes up those that an earlier engine did not come to the end of. */
  resume(store: FunctionStore): void {
    for (const { functionName, qualifier } of this.#options.resources.all(kind)) {
      const record = store.versions(functionName).find(({ version }) => version === qualifier);
      if (record && this.#get(record)?.state === 'Pending') void this.#make(record);
    }
  }

  stateOf(record: FunctionRecord): ConfigurationState {
    const document = this.#get(record);
    return document === undefined || document.state === 'Active' ? settled : { ...settled, ...document };
  }

  /** Throws SnapStartNotReadyException (409), and ResourceConflictException (409) for a version that has failed. */
  checkInvocable(record: FunctionRecord): void {
    const state = this.#get(record)?.state;
    if (state === undefined || state === 'Active') return;
    if (state === 'Pending') {
      const message =
        'Lambda is initializing your function. It will be ready to invoke once your function state becomes ACTIVE.';
      throw new ServiceError('SnapStartNotReadyException', 409, message);
    }
    throw conflict(
      `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
    );
  }

  async #make(record: FunctionRecord): Promise<void> {
    try {
      const failure = await this.#options.pools.snapshot(record);
      // Else it has been deleted meanwhile.
      if (this.#get(record)) this.#put(record, failure ? failedBy(failure) : { state: 'Active' });
    } catch (error) {
      // A version that cannot even be started, such as for want of an interpreter.
      const text = error instanceof Error ? error.message : String(error);
      if (this.#get(record)) this.#put(record, { state: 'Failed', reason: { text, code: 'FunctionError' } });
      if (!(error instanceof ServiceError)) this.#options.reportFault(error);
    }
  }

  #get({ name, version, snapStart }: FunctionRecord): SnapshotDocument | undefined {
    if (!snapStart || version === '$LATEST') return undefined;
    return this.#options.resources.get(kind, name, version) as SnapshotDocument | undefined; // written by #put()
  }

  #put({ name, version }: FunctionRecord, document: SnapshotDocument): void {
    this.#options.resources.put(kind, name, document, version);
  }
}

function failedBy({ payload, errorType, status }: InvocationFailure): SnapshotDocument {
  const code = codes[status === 'timeout' ? 'Sandbox.Timedout' : (errorType ?? '')] ?? 'FunctionError';
  return { state: 'Failed', reason: { text: `Function initialization failed: ${payload.toString('utf8')}`, code } };
}
