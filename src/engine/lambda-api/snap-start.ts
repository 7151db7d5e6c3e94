import { invalidParameter } from '../http/service-error.ts';
import type { FunctionRecord } from '../store/function-store.ts';

/** Source: "Supported features and limitations" of SnapStart in the AWS Lambda Developer Guide. */
const runtimes = /^(java(11|17|21|25)|python3\.1[2-9])$/;

const unsupported = (what: string): Error =>
  invalidParameter(`${what} is not supported for SnapStart enabled functions.`);

/** Throws InvalidParameterValueException for settings that AWS does not take together with SnapStart. */
export function checkSnapStart({
  snapStart,
  runtime,
  ephemeralStorageMB,
}: Pick<FunctionRecord, 'snapStart' | 'runtime' | 'ephemeralStorageMB'>): void {
  if (!snapStart) return;
  if (!runtimes.test(runtime)) throw unsupported(runtime);
  if (ephemeralStorageMB > 512) throw unsupported('Ephemeral storage of more than 512 MB');
}

/** Throws InvalidParameterValueException for a version that starts from a snapshot. */
export function refuseProvisionedSnapStart(record: FunctionRecord): void {
  if (record.snapStart) throw unsupported('Provisioned Concurrency');
}

/** As configurations have it: of a published version alone it takes effect. */
export function snapStartOf({ snapStart, version }: FunctionRecord): object {
  return {
    ApplyOn: snapStart ? 'PublishedVersions' : 'None',
    OptimizationStatus: snapStart && version !== '$LATEST' ? 'On' : 'Off',
  };
}
