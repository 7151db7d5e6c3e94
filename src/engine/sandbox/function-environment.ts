import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EnvironmentOptions } from './environment-options.ts';
import { javaArguments } from './java.ts';
import { optVariables, withOptPaths } from './opt-variables.ts';
import type { OwnFiles } from './own-files.ts';
import type { FunctionCredentials } from './profile-credentials.ts';

/** Names the folder of an execution environment in this data folder. */
export const environmentMark = '_LAMBDA_LOCAL_ENVIRONMENT';

/**
 * The environment variables a function sees: those Lambda defines, the function's own, and nothing of the user's shell.
 * Source: "Defined runtime environment variables" in the AWS Lambda Developer Guide.
 */
export function functionEnvironment(
  options: Pick<
    EnvironmentOptions,
    'function' | 'initializationType' | 'layers' | 'engine' | 'credentials' | 'interpreter'
  > & {
    readonly files: OwnFiles;
    readonly logStream: string;
    /** By which the engine's next start finds what this one has left running. */
    readonly mark: string;
  },
): Record<string, string> {
  const { function: fn, engine, credentials, interpreter, layers, logStream, mark } = options;
  const { isContained, taskRoot, opt, temporary, runtimeDirectory } = options.files;
  const hasLibraries = layers !== undefined && existsSync(path.join(layers.path, 'lib'));
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin:/opt/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    ...(!isContained && { TMPDIR: temporary }),
    [environmentMark]: mark,
    ...(process.platform === 'win32' && {
      SYSTEMROOT: process.env['SYSTEMROOT'] ?? '',
      TEMP: temporary,
      TMP: temporary,
    }),
    ...(fn.runtime.startsWith('nodejs') && { NODE_PATH: path.join(taskRoot, 'node_modules') }),
    ...(fn.runtime.startsWith('python') && { PYTHONPATH: taskRoot, PYTHONDONTWRITEBYTECODE: '1' }),
    ...(fn.runtime.startsWith('ruby') && rubyPaths(fn.runtime, taskRoot)),
    ...(opt !== undefined && optVariables({ runtime: fn.runtime, taskRoot, opt, hasLibraries })),
    ...(opt === undefined ? fn.environment : inOpt(fn.environment, opt)),
    ...(opt !== undefined && fn.runtime.startsWith('nodejs') && { _LAMBDA_OPT: opt }),
    _HANDLER: opt === undefined ? fn.handler : withOptPaths(fn.handler, opt),
    AWS_REGION: engine.region,
    AWS_DEFAULT_REGION: engine.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memorySizeMB),
    AWS_LAMBDA_FUNCTION_VERSION: fn.version,
    AWS_LAMBDA_INITIALIZATION_TYPE: options.initializationType,
    // A snapshot becomes many environments, each with a log stream of its own.
    ...(options.initializationType !== 'snap-start' && {
      AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    }),
    ...(fn.logging?.format === 'JSON' && {
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: fn.logging.applicationLevel ?? 'INFO',
    }),
    ...credentialVariables(credentials, engine.endpoint),
    LAMBDA_TASK_ROOT: taskRoot,
    LAMBDA_RUNTIME_DIR: runtimeDirectory,
    _LAMBDA_TELEMETRY_LOG_FD: '3',
    ...interpreter.environment,
  };
}

/** What the interpreter is started with; nothing for a program that is the runtime itself. */
export function bootstrapArguments(
  { function: fn, bootstrap }: Pick<EnvironmentOptions, 'function' | 'bootstrap'>,
  files: OwnFiles,
): string[] {
  if (bootstrap === undefined) return [];
  if (!fn.runtime.startsWith('java')) return [files.place(bootstrap)];
  const toolOptions = fn.environment['JAVA_TOOL_OPTIONS'] ?? '';
  return javaArguments({
    classes: files.place(bootstrap),
    memorySizeMB: fn.memorySizeMB,
    temporary: files.temporary,
    toolOptions,
  });
}

/** With the engine's own, functions call each other, and read logs, where they run themselves. */
function credentialVariables(
  { accessKeyId, secretAccessKey, ofAws }: FunctionCredentials,
  endpoint: string,
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(ofAws?.sessionToken !== undefined && { AWS_SESSION_TOKEN: ofAws.sessionToken }),
    ...(!ofAws && {
      AWS_ENDPOINT_URL_LAMBDA: endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH: endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint,
      AWS_ENDPOINT_URL_STS: endpoint,
      AWS_ENDPOINT_URL_IAM: endpoint,
    }),
  };
}

const inOpt = (variables: Readonly<Record<string, string>>, opt: string): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, withOptPaths(value, opt)]));

/** Where Bundler puts gems (`vendor/bundle`), before the interpreter's own: those follow the separator at the end. */
function rubyPaths(runtime: string, taskRoot: string): Record<string, string> {
  const gems = path.join(taskRoot, 'vendor', 'bundle', 'ruby', `${runtime.replace('ruby', '')}.0`);
  return { GEM_PATH: gems + path.delimiter, RUBYLIB: taskRoot };
}
