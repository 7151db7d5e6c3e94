// What PUT /2022-07-01/telemetry, and PUT /2020-08-15/logs of the older API, ask for.
// Source: "Lambda Telemetry API reference" and "Using the Lambda Logs API" in the AWS Lambda Developer Guide.

export type TelemetryApiName = 'Telemetry' | 'Logs';
export type TelemetryCategory = 'platform' | 'function' | 'extension';

export interface Buffering {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export type Destination =
  | { readonly protocol: 'HTTP'; readonly url: URL; readonly method: 'POST' | 'PUT' }
  | { readonly protocol: 'TCP'; readonly port: number };

export interface TelemetryRequest {
  readonly api: TelemetryApiName;
  readonly schemaVersion: string;
  readonly categories: readonly TelemetryCategory[];
  readonly buffering: Buffering;
  readonly destination: Destination;
}

export class InvalidTelemetryRequest extends Error {}

const schemaVersions: Readonly<Record<TelemetryApiName, readonly string[]>> = {
  Telemetry: ['2025-01-29', '2022-12-13', '2022-07-01'],
  Logs: ['2020-08-15', '2021-03-18'],
};
const categories: readonly TelemetryCategory[] = ['platform', 'function', 'extension'];
/** Of the environment alone: on AWS `sandbox.localdomain`, which no other machine resolves. */
const hosts = new Set(['sandbox.localdomain', 'sandbox', 'localhost', '127.0.0.1']);

/** Throws InvalidTelemetryRequest, which says what is wrong. */
export function readTelemetryRequest(api: TelemetryApiName, body: Buffer): TelemetryRequest {
  const asked = parse(body);
  const types = asked['types'];
  const valid = Array.isArray(types) ? categories.filter((category) => types.includes(category)) : [];
  if (!Array.isArray(types) || types.length === 0 || valid.length !== new Set(types).size)
    throw new InvalidTelemetryRequest('types: one or more of platform, function, extension');
  const schemaVersion = asked['schemaVersion'] ?? schemaVersions[api].at(-1);
  if (typeof schemaVersion !== 'string' || !schemaVersions[api].includes(schemaVersion))
    throw new InvalidTelemetryRequest(`schemaVersion: one of ${schemaVersions[api].join(', ')}`);
  const buffering = record(asked['buffering']);
  return {
    api,
    schemaVersion,
    categories: valid,
    buffering: {
      maxItems: within(buffering, 'maxItems', { least: 1000, most: 10_000, otherwise: 10_000 }),
      maxBytes: within(buffering, 'maxBytes', { least: 262_144, most: 1_048_576, otherwise: 262_144 }),
      timeoutMs: within(buffering, 'timeoutMs', { least: 25, most: 30_000, otherwise: 1000 }),
    },
    destination: readDestination(record(asked['destination'])),
  };
}

function parse(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    return record(JSON.parse(body.toString()));
  } catch {
    throw new InvalidTelemetryRequest('The body is no JSON');
  }
}

function within(
  buffering: Readonly<Record<string, unknown>>,
  name: string,
  { least, most, otherwise }: { readonly least: number; readonly most: number; readonly otherwise: number },
): number {
  const value = buffering[name] ?? otherwise;
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new InvalidTelemetryRequest(`buffering.${name}: from ${least} to ${most}`);
  return value;
}

function readDestination({ protocol, URI, port, method }: Readonly<Record<string, unknown>>): Destination {
  if (protocol === 'TCP') {
    if (typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65_536) return { protocol, port };
    throw new InvalidTelemetryRequest('destination.port: from 1 to 65535');
  }
  const url = typeof URI === 'string' ? URL.parse(URI) : null;
  if (protocol !== 'HTTP' || url?.protocol !== 'http:')
    throw new InvalidTelemetryRequest('destination: protocol HTTP with a URI, or TCP with a port');
  if (!hosts.has(url.hostname)) throw new InvalidTelemetryRequest('destination.URI: of the host sandbox.localdomain');
  url.hostname = '127.0.0.1';
  return { protocol, url, method: method === 'PUT' ? 'PUT' : 'POST' };
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
