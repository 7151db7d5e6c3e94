// What platform events and log lines are to a subscriber of the Telemetry API, and to one of the older Logs API.
import type { PlatformEvent } from '../sandbox/platform-events.ts';
import type { TelemetryCategory, TelemetryRequest } from './telemetry-request.ts';

export type TelemetryEvent =
  | PlatformEvent
  /** A line, and whether the function's log format is JSON. */
  | { readonly type: 'function' | 'extension'; readonly record: string; readonly isJson: boolean };

const unknownToTelemetry = new Set(['platform.end', 'platform.fault', 'platform.logsSubscription']);
const unknownToLogs = new Set([
  'platform.initStart', 'platform.initRuntimeDone', 'platform.initReport', 'platform.telemetrySubscription',
  'platform.restoreStart', 'platform.restoreRuntimeDone', 'platform.restoreReport',
]); // prettier-ignore

/** JSON; undefined for what the subscriber has not asked for, or its API does not know. */
export function recordFor(
  { api, schemaVersion, categories }: TelemetryRequest,
  event: TelemetryEvent,
  timestamp: number,
): string | undefined {
  const { type } = event;
  if (!categories.includes(categoryOf(type))) return undefined;
  if ((api === 'Telemetry' ? unknownToTelemetry : unknownToLogs).has(type)) return undefined;
  if (type === 'platform.runtimeDone' && schemaVersion === '2020-08-15') return undefined;
  const record = api === 'Telemetry' ? telemetryRecord(event, schemaVersion) : logsRecord(event);
  return JSON.stringify({ time: new Date(timestamp).toISOString(), type, record });
}

const categoryOf = (type: TelemetryEvent['type']): TelemetryCategory =>
  type === 'function' || type === 'extension' ? type : 'platform';

/** Lines in JSON are objects since the second version of the schema. */
function telemetryRecord(event: TelemetryEvent, schemaVersion: string): unknown {
  if (!('isJson' in event) || !event.isJson || schemaVersion === '2022-07-01') return event.record;
  try {
    const parsed: unknown = JSON.parse(event.record);
    return typeof parsed === 'object' && parsed !== null ? parsed : event.record;
  } catch {
    return event.record;
  }
}

function logsRecord(event: TelemetryEvent): unknown {
  if (event.type === 'platform.start') return { requestId: event.record.requestId, version: event.record.version };
  if (event.type === 'platform.runtimeDone') {
    const { requestId, status } = event.record;
    return { requestId, status: status === 'error' ? 'failure' : status };
  }
  if (event.type === 'platform.report') return { requestId: event.record.requestId, metrics: event.record.metrics };
  return event.record;
}
