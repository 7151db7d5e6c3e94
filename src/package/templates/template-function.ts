import type { FunctionSettings, LoggingSettings } from '../function-settings.ts';
import { isNode, type TemplateNode } from './read-template.ts';

/** A function as a template describes it. */
export interface TemplateFunction {
  /** Its name in the template. */
  readonly id: string;
  /** Absolute path of the folder with its code. */
  readonly folder: string;
  readonly settings: FunctionSettings;
  /** What only a deployment by the template's own tool knows, such as `TABLE (!Ref Table)`. */
  readonly unknown: readonly string[];
}

/** A value, or what stands in its place. */
export type Evaluated = { readonly value: string | number | boolean } | { readonly unknown: string };
export type Evaluate = (raw: unknown) => Evaluated;

/** What of a function's description is taken over, as it stands in the template. */
export interface RawSettings {
  readonly name?: unknown;
  readonly runtime?: unknown;
  readonly handler?: unknown;
  readonly architecture?: unknown;
  readonly memorySize?: unknown;
  readonly timeout?: unknown;
  readonly role?: unknown;
  readonly environment?: unknown;
  readonly layers?: unknown;
  readonly logging?: Readonly<Record<keyof LoggingSettings, unknown>> | undefined;
}

const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value);

/** Of a function's description, what is known without deploying the template. */
export function settingsOf(raw: RawSettings, evaluate: Evaluate): Pick<TemplateFunction, 'settings' | 'unknown'> {
  const unknown: string[] = [];
  const known = (what: string, value: unknown): string | number | boolean | undefined => {
    if (value === undefined || value === null) return undefined;
    const result = evaluate(value);
    if ('value' in result) return result.value;
    unknown.push(`${what} (${result.unknown})`);
    return undefined;
  };
  const text = (what: string, value: unknown): string | undefined => known(what, value)?.toString();
  const whole = (what: string, value: unknown): number | undefined => {
    const found = known(what, value);
    const number = typeof found === 'string' ? Number(found) : found;
    return isWhole(number) ? number : undefined;
  };

  const name = text('the name', raw.name);
  const runtime = text('the runtime', raw.runtime);
  const handler = text('the handler', raw.handler);
  const architecture = text('the architecture', raw.architecture);
  const memorySize = whole('the memory size', raw.memorySize);
  const timeout = whole('the timeout', raw.timeout);
  const role = text('the role', raw.role);
  const environment = Object.entries(isNode(raw.environment) ? raw.environment : {}).flatMap(([key, value]) => {
    const found = text(key, value);
    return found === undefined ? [] : [[key, found] as const];
  });
  const layers = (Array.isArray(raw.layers) ? raw.layers : []).flatMap((layer) => text('a layer', layer) ?? []);
  const logging = loggingOf({
    format: text('the log format', raw.logging?.format),
    applicationLevel: text('the application log level', raw.logging?.applicationLevel),
    systemLevel: text('the system log level', raw.logging?.systemLevel),
    group: text('the log group', raw.logging?.group),
  });
  return {
    unknown,
    settings: {
      ...(name !== undefined && { name }),
      ...(runtime !== undefined && { runtime }),
      ...(handler !== undefined && { handler }),
      ...((architecture === 'arm64' || architecture === 'x86_64') && { architecture }),
      ...(memorySize !== undefined && { memorySize }),
      ...(timeout !== undefined && { timeout }),
      ...(role?.startsWith('arn:') && { role }),
      ...(environment.length > 0 && { environment: Object.fromEntries(environment) }),
      ...(layers.length > 0 && { layers }),
      ...(logging && { logging }),
    },
  };
}

const isOneOf = <Name extends string>(value: string | undefined, names: readonly Name[]): value is Name =>
  names.some((name) => name === value);

function loggingOf(raw: Readonly<Record<keyof LoggingSettings, string | undefined>>): LoggingSettings | undefined {
  const { format, applicationLevel, systemLevel, group } = raw;
  const logging: LoggingSettings = {
    ...(isOneOf(format, ['Text', 'JSON']) && { format }),
    ...(isOneOf(applicationLevel, ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']) && { applicationLevel }),
    ...(isOneOf(systemLevel, ['DEBUG', 'INFO', 'WARN']) && { systemLevel }),
    ...(group !== undefined && { group }),
  };
  return Object.keys(logging).length > 0 ? logging : undefined;
}

export const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** What is in `over` comes before what is in `base`. */
export const merged = (base: unknown, over: unknown): TemplateNode => ({
  ...(isNode(base) && base),
  ...(isNode(over) && over),
});
