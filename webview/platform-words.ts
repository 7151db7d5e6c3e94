// What Lambda itself says in JSON, in the words of its text format.
import { isObject, type LineFacts } from './log-line.ts';

/** A line of Lambda's own: as it stands, or in words where it is a JSON record, which then opens to all it says. */
export function platformFactsOf(message: string): LineFacts {
  const event = message.startsWith('{') ? objectOf(message) : undefined;
  const { type, record } = event ?? {};
  if (!event || typeof type !== 'string') return { level: 'platform' };
  return { level: 'platform', fields: event, text: wordsOf(type.replace('platform.', ''), record) };
}

function objectOf(message: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(message);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const names: Readonly<Record<string, string>> = {
  initStart: 'INIT_START', initRuntimeDone: 'INIT_RUNTIME_DONE', initReport: 'INIT_REPORT', start: 'START', runtimeDone: 'END',
  end: 'END', report: 'REPORT', restoreStart: 'RESTORE_START', restoreRuntimeDone: 'RESTORE_RUNTIME_DONE', restoreReport: 'RESTORE_REPORT',
  extension: 'EXTENSION', telemetrySubscription: 'TELEMETRY', logsSubscription: 'LOGS', logsDropped: 'LOGS_DROPPED', fault: 'FAULT',
}; // prettier-ignore

/** In the order in which they are said; a metric with its unit, all else as it is. */
const members: readonly (readonly [key: string, words: string, unit?: string])[] = [
  ['requestId', 'RequestId'],
  ['version', 'Version'],
  ['name', 'Name'],
  ['state', 'State'],
  ['events', 'Events'],
  ['types', 'Types'],
  ['runtimeVersion', 'Runtime Version'],
  ['durationMs', 'Duration', 'ms'],
  ['billedDurationMs', 'Billed Duration', 'ms'],
  ['memorySizeMB', 'Memory Size', 'MB'],
  ['maxMemoryUsedMB', 'Max Memory Used', 'MB'],
  ['initDurationMs', 'Init Duration', 'ms'],
  ['restoreDurationMs', 'Restore Duration', 'ms'],
  ['droppedRecords', 'Records', ''],
  ['reason', 'Reason'],
  ['phase', 'Phase'],
  ['status', 'Status'],
  ['errorType', 'Error Type'],
];

/** START RequestId: …  Version: $LATEST. That all went well is not said. */
function wordsOf(type: string, record: unknown): string {
  const name = names[type] ?? type;
  if (!isObject(record)) return typeof record === 'string' ? `${name} ${record}` : name;
  const { metrics } = record;
  const said = isObject(metrics) ? { ...record, ...metrics } : record;
  const parts = members.flatMap(([key, words, unit]) => {
    const value = valueWords(said[key]);
    if (value === undefined || (key === 'status' && value === 'success')) return [];
    return [`${words}: ${value}${unit ? ` ${unit}` : ''}`];
  });
  return [name, parts.join('  ')].join(' ').trim();
}

function valueWords(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  return Array.isArray(value) ? `[${value.join(', ')}]` : undefined;
}
