// LoggingConfig: a function's log format, levels and log group. Source: LoggingConfig in the AWS Lambda API Reference.
import { invalidParameter } from '../http/service-error.ts';
import type { ApplicationLogLevel, FunctionRecord, LoggingSettings, SystemLogLevel } from '../store/function-store.ts';

type Config = Pick<FunctionRecord, 'logging' | 'logGroup'>;

/** `given` has passed the service model's constraints. What it does not say stays; levels go with JSON and come with it. */
export function readLoggingConfig(given: unknown, before: Config): Config {
  const member = (name: string): unknown =>
    typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined;
  const format = member('LogFormat') ?? before.logging?.format ?? 'Text';
  const group = member('LogGroup');
  const logGroup = typeof group === 'string' ? group : before.logGroup;
  const applicationLevel = member('ApplicationLogLevel') ?? before.logging?.applicationLevel ?? 'INFO';
  const systemLevel = member('SystemLogLevel') ?? before.logging?.systemLevel ?? 'INFO';
  if (format === 'JSON') {
    // The model has judged both.
    const levels = { applicationLevel: applicationLevel as ApplicationLogLevel, systemLevel: systemLevel as SystemLogLevel }; // prettier-ignore
    return { logGroup, logging: { format: 'JSON', ...levels } };
  }
  if (member('ApplicationLogLevel') !== undefined || member('SystemLogLevel') !== undefined) {
    throw invalidParameter(
      'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
    );
  }
  const logging: LoggingSettings = { format: 'Text' };
  return { logGroup, logging };
}

/** As FunctionConfiguration shows it. */
export function loggingConfigOf({ logging, logGroup }: Config): Record<string, unknown> {
  return {
    LogFormat: logging?.format ?? 'Text',
    ...(logging?.format === 'JSON' && {
      ApplicationLogLevel: logging.applicationLevel,
      SystemLogLevel: logging.systemLevel,
    }),
    LogGroup: logGroup,
  };
}
