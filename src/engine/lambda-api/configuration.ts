import type { FunctionRecord } from '../store/function-store.ts';
import { loggingConfigOf } from './logging-config.ts';
import { outsideSettingsOf } from './outside-settings.ts';
import { snapStartOf } from './snap-start.ts';

export interface Whereabouts {
  readonly region: string;
  readonly accountId: string;
}

export const functionArn = (where: Whereabouts, name: string, qualifier?: string): string =>
  `arn:aws:lambda:${where.region}:${where.accountId}:function:${name}${qualifier ? `:${qualifier}` : ''}`;

export interface ConfigurationState {
  readonly state: 'Pending' | 'Active' | 'Failed';
  readonly lastUpdateStatus?: 'InProgress' | 'Successful';
  /** Of a state that is not Active; absent: it is being created. */
  readonly reason?: { readonly text: string; readonly code: string };
}

const creating = { text: 'The function is being created.', code: 'Creating' };

export const settled: ConfigurationState = { state: 'Active', lastUpdateStatus: 'Successful' };

/** The API's FunctionConfiguration of a function. */
export function configurationOf(
  record: FunctionRecord,
  where: Whereabouts,
  { state, lastUpdateStatus, reason = creating }: ConfigurationState,
  /** As the ARN has it; absent: an ARN without one. */
  qualifier?: string,
): Record<string, unknown> {
  return {
    FunctionName: record.name,
    FunctionArn: functionArn(where, record.name, qualifier),
    Runtime: record.runtime,
    Role: record.role,
    Handler: record.handler,
    CodeSize: record.codeSize,
    Description: record.description,
    Timeout: record.timeoutSeconds,
    MemorySize: record.memorySizeMB,
    LastModified: record.lastModified,
    CodeSha256: record.codeSha256,
    Version: record.version,
    ...(Object.keys(record.environment).length > 0 && { Environment: { Variables: record.environment } }),
    ...(record.deadLetterTarget && { DeadLetterConfig: { TargetArn: record.deadLetterTarget } }),
    TracingConfig: { Mode: record.tracingMode ?? 'PassThrough' },
    RevisionId: record.revisionId,
    State: state,
    ...(state !== 'Active' && { StateReason: reason.text, StateReasonCode: reason.code }),
    ...(lastUpdateStatus && { LastUpdateStatus: lastUpdateStatus }),
    ...(lastUpdateStatus === 'InProgress' && {
      LastUpdateStatusReason: creating.text,
      LastUpdateStatusReasonCode: creating.code,
    }),
    ...(record.layers?.length && {
      Layers: record.layers.map(({ arn, codeSize }) => ({ Arn: arn, CodeSize: codeSize })),
    }),
    ...outsideSettingsOf(record.outside),
    PackageType: 'Zip',
    Architectures: [record.architecture],
    EphemeralStorage: { Size: record.ephemeralStorageMB },
    SnapStart: snapStartOf(record),
    RuntimeVersionConfig: { RuntimeVersionArn: `arn:aws:lambda:${where.region}::runtime:${record.runtime}` },
    LoggingConfig: loggingConfigOf(record),
  };
}
