// The lines Lambda itself writes into a function's log, in text format. Source: "Monitor function logs" and the init, invoke and
// shutdown phases in the AWS Lambda Developer Guide.
import type { ExtensionState, InitReport, PlatformEvent, Report, Subscribed, Tracing } from './platform-events.ts';

type RestoreReport = Extract<PlatformEvent, { type: 'platform.restoreReport' }>['record'];

/** Undefined for what the text format says nothing of. */
export function textLine(event: PlatformEvent): string | undefined {
  switch (event.type) {
    case 'platform.initStart':
      if (event.record.phase === 'invoke') return undefined;
      return `INIT_START Runtime Version: ${event.record.runtimeVersion}\tRuntime Version ARN: ${event.record.runtimeVersionArn}\n`;
    case 'platform.initReport':
      return event.record.status === 'success' ? undefined : initReport(event.record);
    case 'platform.restoreStart':
      return `RESTORE_START Runtime Version: ${event.record.runtimeVersion}\tRuntime Version ARN: ${event.record.runtimeVersionArn}\n`;
    case 'platform.restoreReport':
      return restoreReport(event.record);
    case 'platform.start':
      return `START RequestId: ${event.record.requestId} Version: ${event.record.version}\n`;
    case 'platform.end':
      return `END RequestId: ${event.record.requestId}\n`;
    case 'platform.report':
      return report(event.record);
    case 'platform.fault':
      return `${event.record}\n`;
    case 'platform.extension':
      return extension(event.record);
    case 'platform.telemetrySubscription':
      return subscription('TELEMETRY', event.record);
    case 'platform.logsSubscription':
      return subscription('LOGS', event.record);
    default:
      return undefined;
  }
}

function report({ requestId, metrics, status, errorType, tracing }: Report): string {
  return [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${metrics.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${metrics.billedDurationMs} ms`,
    `Memory Size: ${metrics.memorySizeMB} MB`,
    `Max Memory Used: ${metrics.maxMemoryUsedMB} MB`,
    ...(metrics.initDurationMs === undefined ? [] : [`Init Duration: ${metrics.initDurationMs.toFixed(2)} ms`]),
    ...(metrics.restoreDurationMs === undefined
      ? []
      : [
          `Restore Duration: ${metrics.restoreDurationMs.toFixed(2)} ms`,
          `Billed Restore Duration: ${metrics.billedRestoreDurationMs ?? 0} ms`,
        ]),
    ...(status === 'success' ? [] : [`Status: ${status}`]),
    ...(status === 'error' && errorType ? [`Error Type: ${errorType}`] : []),
    ...(tracing ? xray(tracing) : []),
    '\n',
  ].join('\t');
}

/** A line of its own within the REPORT's event. */
function xray({ value, spanId }: Tracing): string[] {
  const part = (name: string): string => new RegExp(`${name}=([^;]+)`).exec(value)?.[1] ?? '';
  return [`\nXRAY TraceId: ${part('Root')}`, `SegmentId: ${spanId}`, `Sampled: ${part('Sampled') === '1'}`];
}

function restoreReport({ metrics, status, errorType }: RestoreReport): string {
  const type = errorType ? `\tError Type: ${errorType}` : '';
  const outcome = status === 'success' ? '' : `\tStatus: ${status}${type}`;
  return `RESTORE_REPORT Restore Duration: ${metrics.durationMs.toFixed(2)} ms${outcome}\n`;
}

function initReport({ metrics, phase, status, errorType }: InitReport): string {
  const type = errorType ? `\tError Type: ${errorType}` : '';
  return `INIT_REPORT Init Duration: ${metrics.durationMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${status}${type}\n`;
}

function extension({ name, state, events, errorType }: ExtensionState): string {
  const type = errorType ? `\tError Type: ${errorType}` : '';
  return `EXTENSION\tName: ${name}\tState: ${state}\tEvents: [${events.join(', ')}]${type}\n`;
}

function subscription(api: string, { name, state, types }: Subscribed): string {
  const named = types.map((type) => type.charAt(0).toUpperCase() + type.slice(1));
  return `${api}\tName: ${name}\tState: ${state}\tTypes: [${named.join(', ')}]\n`;
}
