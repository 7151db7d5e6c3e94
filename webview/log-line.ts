import { stackTraceIn, type StackTrace } from './stack-trace.ts';

export type Level = 'error' | 'warning' | 'info' | 'debug' | 'plain';

/** What a line says beyond its text. */
export interface LineFacts {
  /** `platform` of Lambda's own. */
  readonly level: Level | 'platform';
  /** What a person reads first, where the line is an object or ends in one. */
  readonly text?: string;
  /** The object that the line is, or ends in. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The stack trace that the line is, or ends in. */
  readonly trace?: StackTrace;
}

/** Longer lines are shown as they are. */
const longestObject = 300_000;

const levels: Readonly<Record<string, Level>> = {
  fatal: 'error', critical: 'error', error: 'error', err: 'error', warn: 'warning', warning: 'warning',
  info: 'info', information: 'info', notice: 'info', debug: 'debug', trace: 'debug', verbose: 'debug',
}; // prettier-ignore

// As the managed runtimes write them: Node.js between tabs, Python in brackets, Ruby's Logger by its first letter and name.
const textLevels = [
  /\t(FATAL|ERROR|WARN|INFO|DEBUG|TRACE)\t/,
  /^\[(CRITICAL|ERROR|WARNING|INFO|DEBUG)\]/,
  /^[FEWID], \[[^\]]*\] +(FATAL|ERROR|WARN|INFO|DEBUG) /,
];
const failures = /Task timed out after [\d.]+ seconds|^RequestId: \S+ Error: |Runtime exited/;

/** Reads the level, and the JSON of Lambda's JSON format, of loggers such as Powertools and pino, and of uncaught errors. */
export function factsOf(message: string): LineFacts & { readonly level: Level } {
  const fields = objectIn(message);
  if (fields) {
    const level = levelIn(fields) ?? textLevel(message);
    const text = textIn(fields);
    return { level, fields, ...(text !== undefined && { text }) };
  }
  const trace = message.length > longestObject ? undefined : stackTraceIn(message);
  return { level: textLevel(message), ...(trace && { trace }) };
}

function textLevel(message: string): Level {
  const start = message.slice(0, 300);
  for (const pattern of textLevels) {
    const found = pattern.exec(start)?.[1];
    if (found) return levels[found.toLowerCase()] ?? 'plain';
  }
  if (start.startsWith('LAMBDA_WARNING')) return 'warning';
  return failures.test(start) ? 'error' : 'plain';
}

/** The whole line, or what follows the last tab, as Node.js writes an error that nobody caught. */
function objectIn(message: string): Readonly<Record<string, unknown>> | undefined {
  if (message.length > longestObject) return undefined;
  const text = message.trim();
  if (!text.endsWith('}')) return undefined;
  const from = text.startsWith('{') ? 0 : text.indexOf('\t{') + 1;
  if (from === 0 && !text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text.slice(from));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function levelIn(fields: Readonly<Record<string, unknown>>): Level | undefined {
  const given = fields['level'] ?? fields['severity'] ?? fields['log_level'];
  // pino's numbers: 10 trace … 60 fatal.
  if (typeof given === 'number')
    return given >= 50 ? 'error' : given >= 40 ? 'warning' : given >= 30 ? 'info' : 'debug';
  return typeof given === 'string' ? levels[given.toLowerCase()] : undefined;
}

function textIn(fields: Readonly<Record<string, unknown>>): string | undefined {
  const { errorType, errorMessage } = fields;
  if (typeof errorMessage === 'string')
    return typeof errorType === 'string' ? `${errorType}: ${errorMessage}` : errorMessage;
  const said = fields['message'] ?? fields['msg'];
  if (typeof said === 'string') return said;
  return isObject(said) && typeof said['errorMessage'] === 'string' ? said['errorMessage'] : undefined;
}

const ranks: Readonly<Record<Level, number>> = { debug: 0, plain: 1, info: 1, warning: 2, error: 3 };

/** Whether a line is at least as grave. Lines that say no level count as info. */
export const isAtLeast = (level: Level, least: Level): boolean => ranks[level] >= ranks[least];
