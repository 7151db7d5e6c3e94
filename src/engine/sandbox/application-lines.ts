// What a function itself logs, in JSON format: which of it is kept. Source: "Log-level filtering", AWS Lambda Developer Guide.
import type { ApplicationLogLevel } from '../store/function-store.ts';

const levels: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] satisfies ApplicationLogLevel[];
/** As loggers name them. */
const otherNames: Readonly<Record<string, ApplicationLogLevel>> = { WARNING: 'WARN', CRITICAL: 'FATAL' };
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const timestampNames = ['timestamp', 'Timestamp', '@timestamp', 'time'];

/**
 * A message that says no level of its own passes as it is. A JSON object has the level it names, or INFO where it names none, or no
 * valid time: then it is given both. Undefined for an object below `wanted`.
 */
export function applicationLine(message: string, wanted: ApplicationLogLevel, timestamp: number): string | undefined {
  if (!message.startsWith('{')) return message;
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    return message;
  }
  if (typeof parsed !== 'object' || parsed === null) return message;
  const said = String(Reflect.get(parsed, 'level') ?? '').toUpperCase();
  const level = otherNames[said] ?? said;
  const isTimed = timestampNames.some((name) => rfc3339.test(String(Reflect.get(parsed, name) ?? '')));
  const isComplete = isTimed && levels.includes(level);
  if (levels.indexOf(isComplete ? level : 'INFO') < levels.indexOf(wanted)) return undefined;
  if (isComplete) return message;
  const time = isTimed ? {} : { timestamp: new Date(timestamp).toISOString() };
  return JSON.stringify({ ...time, ...parsed, level: 'INFO', ...time });
}
