// The lines Lambda itself writes into a function's log, in JSON format, and the level of each. Source: "System log level event mapping"
// in "Log-level filtering", AWS Lambda Developer Guide.
import type { SystemLogLevel } from '../store/function-store.ts';
import type { PlatformEvent } from './platform-events.ts';

const rank: Readonly<Record<SystemLogLevel, number>> = { DEBUG: 0, INFO: 1, WARN: 2 };

/** Undefined for what the JSON format has no line of, or whose level is below `wanted`. */
export function jsonLine(event: PlatformEvent, wanted: SystemLogLevel, timestamp: number): string | undefined {
  if (event.type === 'platform.end' || rank[levelOf(event)] < rank[wanted]) return undefined;
  const { type, record } = event;
  return `${JSON.stringify({ time: new Date(timestamp).toISOString(), type, record })}\n`;
}

function levelOf(event: PlatformEvent): SystemLogLevel {
  switch (event.type) {
    case 'platform.initRuntimeDone':
    case 'platform.runtimeDone':
      return event.record.status === 'success' ? 'DEBUG' : 'WARN';
    case 'platform.restoreRuntimeDone':
      return event.record.status === 'success' ? 'DEBUG' : 'WARN';
    case 'platform.restoreReport':
      return event.record.status === 'success' ? 'INFO' : 'WARN';
    case 'platform.initReport':
      if (event.record.status !== 'success') return 'WARN';
      return event.record.initializationType === 'on-demand' ? 'DEBUG' : 'INFO';
    case 'platform.report':
      return event.record.status === 'success' ? 'INFO' : 'WARN';
    case 'platform.extension':
      return event.record.errorType === undefined ? 'INFO' : 'WARN';
    case 'platform.fault':
    case 'platform.logsDropped':
      return 'WARN';
    default:
      return 'INFO';
  }
}
