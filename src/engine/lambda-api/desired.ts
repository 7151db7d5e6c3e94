// Reads and judges the settings of a function as CreateFunction and UpdateFunctionConfiguration carry them.
import { readDeadLetterTarget } from '../events/dead-letter.ts';
import { invalidParameter, ServiceError } from '../http/service-error.ts';
import type { FunctionRecord } from '../store/function-store.ts';
import { readLoggingConfig } from './logging-config.ts';
import { readOutsideSettings } from './outside-settings.ts';
import { checkSnapStart } from './snap-start.ts';

/** Runtimes this engine has a bootstrap for, and those that bring their own. */
const servedRuntimes =
  /^(nodejs(18|20|22|24|26)\.x|python3\.(8|9|1\d)|ruby3\.[2-4]|java(11|17|21|25)|provided\.al2(023)?)$/;

export type Settings = Pick<
  FunctionRecord,
  | 'runtime'
  | 'handler'
  | 'role'
  | 'description'
  | 'timeoutSeconds'
  | 'memorySizeMB'
  | 'ephemeralStorageMB'
  | 'environment'
  | 'logGroup'
  | 'logging'
  | 'tracingMode'
  | 'deadLetterTarget'
  | 'snapStart'
  | 'outside'
>;

/** `input` has passed the service model's constraints, so that types are what the model says. */
export function readSettings(input: Readonly<Record<string, unknown>>, before: Settings): Settings {
  const settings: Settings = {
    runtime: text(input['Runtime']) ?? before.runtime,
    handler: text(input['Handler']) ?? before.handler,
    role: text(input['Role']) ?? before.role,
    description: text(input['Description']) ?? before.description,
    timeoutSeconds: number(input['Timeout']) ?? before.timeoutSeconds,
    memorySizeMB: number(input['MemorySize']) ?? before.memorySizeMB,
    ephemeralStorageMB: number(field(input['EphemeralStorage'], 'Size')) ?? before.ephemeralStorageMB,
    environment: variables(input['Environment']) ?? before.environment,
    ...readLoggingConfig(input['LoggingConfig'], before),
    tracingMode: tracingMode(input['TracingConfig']) ?? before.tracingMode ?? 'PassThrough',
    deadLetterTarget: deadLetterTarget(input['DeadLetterConfig'], before.deadLetterTarget),
    ...snapStart(input['SnapStart'], before.snapStart),
    ...readOutsideSettings(input, before.outside),
  };
  if (!settings.runtime)
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  if (!settings.handler)
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  if (!servedRuntimes.test(settings.runtime)) {
    throw invalidParameter(
      `The local Lambda runs Node.js, Python, Ruby, Java and custom runtimes so far, not ${settings.runtime}. Deploy this function to AWS instead.`,
    );
  }
  // The model's own limits are wider: they also cover functions on capacity providers.
  checkLimit('timeout', settings.timeoutSeconds, 900);
  checkLimit('memorySize', settings.memorySizeMB, 10_240);
  checkLimit('ephemeralStorage.size', settings.ephemeralStorageMB, 10_240);
  checkEnvironment(settings.environment);
  checkSnapStart(settings);
  return settings;
}

/** An empty ARN takes the queue away. */
function deadLetterTarget(config: unknown, before: string | undefined): string | undefined {
  const arn = text(field(config, 'TargetArn'));
  if (arn === undefined) return before;
  if (arn === '') return undefined;
  if (readDeadLetterTarget(arn)) return arn;
  throw invalidParameter(
    `A dead-letter queue is an Amazon SQS queue or an Amazon SNS topic, not ${arn}. Let PutFunctionEventInvokeConfig send failed events to a function (DestinationConfig.OnFailure).`,
  );
}

function checkLimit(name: string, value: number, max: number): void {
  if (value <= max) return;
  throw new ServiceError(
    'ValidationException',
    400,
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value less than or equal to ${max}`,
  );
}

function checkEnvironment(environment: Readonly<Record<string, string>>): void {
  const measured = JSON.stringify(environment);
  if (Object.keys(environment).length > 0 && Buffer.byteLength(measured) > 4096) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
  const unfit = Object.keys(environment).filter((name) => environment[name]?.includes('\0'));
  if (unfit.length > 0)
    throw invalidParameter(`Environment variables cannot hold the character U+0000: ${unfit.join(', ')}.`);
  const reserved = Object.keys(environment).filter((name) => reservedNames.has(name));
  if (reserved.length > 0) {
    throw invalidParameter(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
}

const reservedNames = new Set([
  '_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR',
]); // prettier-ignore

/** Absent where it is off, so that versions of before it was known are no others. */
function snapStart(config: unknown, before: boolean | undefined): { readonly snapStart?: true } {
  const applyOn = text(field(config, 'ApplyOn'));
  const isOn = applyOn === undefined ? before === true : applyOn === 'PublishedVersions';
  return isOn ? { snapStart: true } : {};
}

function tracingMode(config: unknown): 'Active' | 'PassThrough' | undefined {
  const mode = field(config, 'Mode');
  return mode === 'Active' || mode === 'PassThrough' ? mode : undefined;
}

function variables(environment: unknown): Record<string, string> | undefined {
  if (environment === undefined) return undefined;
  const given = field(environment, 'Variables');
  if (typeof given !== 'object' || given === null) return {};
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
