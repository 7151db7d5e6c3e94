// What has to change so that the function is as desired. Pure: no network, no clock.

import type { LoggingConfig } from '@aws-sdk/client-lambda';

export interface CurrentFunction {
  readonly codeSha256: string | undefined;
  readonly runtime: string | undefined;
  readonly handler: string | undefined;
  readonly memorySizeMB: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly role: string | undefined;
  readonly architecture: string | undefined;
  readonly layers: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logging?: LoggingConfig | undefined;
}

export interface DesiredFunction {
  readonly codeSha256: string;
  readonly runtime: string;
  readonly handler: string;
  readonly memorySizeMB?: number;
  readonly timeoutSeconds?: number;
  readonly role?: string;
  readonly architecture?: 'x86_64' | 'arm64';
  /** Layer versions, the first at the bottom. */
  readonly layers?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Options that Node.js needs for the code, such as `--enable-source-maps`; the function's own stay beside them. */
  readonly nodeOptions?: readonly string[];
  readonly logging?: LoggingConfig;
}

/** Members of UpdateFunctionConfiguration that differ; what the user did not state is not among them. */
export interface ConfigurationChange {
  readonly Runtime?: string;
  readonly Handler?: string;
  readonly MemorySize?: number;
  readonly Timeout?: number;
  readonly Role?: string;
  readonly Layers?: string[];
  readonly Environment?: { readonly Variables: Record<string, string> };
  readonly LoggingConfig?: LoggingConfig;
}

export type Plan =
  | { readonly action: 'create' }
  | { readonly action: 'update'; readonly uploadCode: boolean; readonly configuration: ConfigurationChange | undefined }
  | { readonly action: 'none' };

export function planDeployment(current: CurrentFunction | undefined, desired: DesiredFunction): Plan {
  if (!current) return { action: 'create' };
  const environment = desiredVariables(desired, current.environment);
  const configuration: ConfigurationChange = {
    ...(desired.runtime !== current.runtime && { Runtime: desired.runtime }),
    ...(desired.handler !== current.handler && { Handler: desired.handler }),
    ...differing('MemorySize', desired.memorySizeMB, current.memorySizeMB),
    ...differing('Timeout', desired.timeoutSeconds, current.timeoutSeconds),
    ...differing('Role', desired.role, current.role),
    ...(desired.layers && desired.layers.join() !== current.layers.join() && { Layers: [...desired.layers] }),
    ...(environment && !sameVariables(environment, current.environment) && { Environment: { Variables: environment } }),
    ...loggingChange(desired.logging, current.logging),
  };
  // The architecture goes with the code: UpdateFunctionCode alone takes it.
  const uploadCode =
    desired.codeSha256 !== current.codeSha256 ||
    (desired.architecture !== undefined && desired.architecture !== (current.architecture ?? 'x86_64'));
  const changes = Object.keys(configuration).length > 0;
  if (!uploadCode && !changes) return { action: 'none' };
  return { action: 'update', uploadCode, configuration: changes ? configuration : undefined };
}

/**
 * All variables that the function is to have; nothing where they are of no concern. The API replaces all at once: those of the
 * function (`current`) that the user did not name stay.
 */
export function desiredVariables(
  { environment, nodeOptions = [] }: DesiredFunction,
  current: Readonly<Record<string, string>> = {},
): Record<string, string> | undefined {
  if (!environment && nodeOptions.length === 0) return undefined;
  const variables = { ...current, ...environment };
  const given = variables['NODE_OPTIONS']?.split(/\s+/).filter(Boolean) ?? [];
  const missing = nodeOptions.filter((option) => !given.includes(option));
  if (missing.length > 0) variables['NODE_OPTIONS'] = [...given, ...missing].join(' ');
  return variables;
}

function differing<Name extends string, Value>(
  name: Name,
  desired: Value | undefined,
  current: Value | undefined,
): Partial<Record<Name, Value>> {
  if (desired === undefined || desired === current) return {};
  return { [name]: desired } as Record<Name, Value>; // a computed key loses its literal type
}

/** Whole, as what the request does not say may fall back to the service's own; levels go with JSON alone. */
function loggingChange(
  desired: LoggingConfig | undefined,
  current: LoggingConfig | undefined,
): { LoggingConfig?: LoggingConfig } {
  const stated = Object.entries(desired ?? {});
  if (!desired || stated.every(([name, value]) => value === (current ? Reflect.get(current, name) : undefined)))
    return {};
  const { LogGroup, ...format } = { ...current };
  const kept = (desired.LogFormat ?? current?.LogFormat) === 'JSON' ? format : {};
  return { LoggingConfig: { ...(LogGroup !== undefined && { LogGroup }), ...kept, ...desired } };
}

function sameVariables(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
