// Reads the lines that Lambda itself writes into a function's log, in their text and their JSON form. Never throws, and never
// invents a number: what a line does not say is absent. Source: "Monitor function logs" in the AWS Lambda Developer Guide.

export interface ReportFigures {
  readonly durationMs?: number;
  readonly billedDurationMs?: number;
  readonly memorySizeMB?: number;
  readonly maxMemoryUsedMB?: number;
  readonly initDurationMs?: number;
  readonly restoreDurationMs?: number;
}

export type PlatformLine =
  | { readonly kind: 'init-start' }
  | { readonly kind: 'init-report'; readonly status?: string; readonly errorType?: string }
  | { readonly kind: 'start'; readonly requestId: string; readonly version?: string }
  | { readonly kind: 'end'; readonly requestId: string }
  | {
      readonly kind: 'report';
      readonly requestId: string;
      readonly figures: ReportFigures;
      readonly status?: string;
      readonly errorType?: string;
    }
  /** Said by Lambda, and of no invocation's figures: X-Ray, extensions, subscriptions. */
  | { readonly kind: 'other' };

const id = '([0-9a-fA-F-]{36})';
const startPattern = new RegExp(`^START RequestId: ${id}(?: Version: (\\S+))?\\s*$`);
const endPattern = new RegExp(`^END RequestId: ${id}\\s*$`);
const firstLetters = /^[SERIXTL]/;
const otherPattern = /^(?:XRAY TraceId: |(?:EXTENSION|TELEMETRY|LOGS)\tName: )/;
const reportPattern = new RegExp(`^REPORT RequestId: ${id}\\s`);

/** What a log message is to Lambda; undefined for what the function's own code wrote. */
export function parsePlatformLine(message: string): PlatformLine | undefined {
  if (message.startsWith('{')) return parseJson(message);
  // Most lines are the function's own: one look at the first letter settles them.
  if (!firstLetters.test(message)) return undefined;
  if (message.startsWith('INIT_START ')) return { kind: 'init-start' };
  if (message.startsWith('INIT_REPORT ')) return { kind: 'init-report', ...outcome(message) };
  if (otherPattern.test(message)) return { kind: 'other' };
  if (message.startsWith('REPORT ')) {
    const requestId = reportPattern.exec(message)?.[1];
    return requestId ? { kind: 'report', requestId, figures: figuresOf(message), ...outcome(message) } : undefined;
  }
  const start = startPattern.exec(message);
  if (start?.[1]) return { kind: 'start', requestId: start[1], ...(start[2] && { version: start[2] }) };
  const end = endPattern.exec(message);
  if (end?.[1]) return { kind: 'end', requestId: end[1] };
  return undefined;
}

const field = /^\s*([A-Za-z][A-Za-z ]*): (\d+(?:\.\d+)?) (?:ms|MB)\s*$/;
const fieldNames = new Map<string, keyof ReportFigures>([
  ['Duration', 'durationMs'],
  ['Billed Duration', 'billedDurationMs'],
  ['Memory Size', 'memorySizeMB'],
  ['Max Memory Used', 'maxMemoryUsedMB'],
  ['Init Duration', 'initDurationMs'],
  ['Restore Duration', 'restoreDurationMs'],
]);

function figuresOf(message: string): ReportFigures {
  const figures: { -readonly [Name in keyof ReportFigures]: ReportFigures[Name] } = {};
  let from = message.indexOf('\t') + 1;
  while (from > 0) {
    const tab = message.indexOf('\t', from);
    const found = field.exec(tab < 0 ? message.slice(from) : message.slice(from, tab));
    from = tab + 1;
    const name = fieldNames.get(found?.[1] ?? '');
    const value = Number(found?.[2]);
    if (name && Number.isFinite(value)) figures[name] = value;
  }
  return figures;
}

function outcome(message: string): { status?: string; errorType?: string } {
  // Most went well, and say neither.
  if (!message.includes('Status: ') && !message.includes('Error Type: ')) return {};
  const status = /\tStatus: (\w+)/.exec(message)?.[1];
  const errorType = /\tError Type: ([^\t\n]+)/.exec(message)?.[1];
  return { ...(status && { status }), ...(errorType && { errorType }) };
}

function parseJson(message: string): PlatformLine | undefined {
  if (!message.includes('"platform.')) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch {
    return undefined;
  }
  const type = text(member(parsed, 'type'));
  const record = member(parsed, 'record');
  const requestId = text(member(record, 'requestId'));
  const version = text(member(record, 'version'));
  const status = text(member(record, 'status'));
  const errorType = text(member(record, 'errorType'));
  const said = { ...(status && status !== 'success' && { status }), ...(errorType && { errorType }) };
  if (type === 'platform.initStart') return { kind: 'init-start' };
  if (type === 'platform.initReport') return { kind: 'init-report', ...said };
  if (!type?.startsWith('platform.')) return undefined;
  if (!requestId) return { kind: 'other' };
  if (type === 'platform.start') return { kind: 'start', requestId, ...(version && { version }) };
  if (type === 'platform.runtimeDone') return { kind: 'end', requestId };
  if (type !== 'platform.report') return { kind: 'other' };
  const metrics = member(record, 'metrics');
  const figures = pick({
    durationMs: number(member(metrics, 'durationMs')),
    billedDurationMs: number(member(metrics, 'billedDurationMs')),
    memorySizeMB: number(member(metrics, 'memorySizeMB')),
    maxMemoryUsedMB: number(member(metrics, 'maxMemoryUsedMB')),
    initDurationMs: number(member(metrics, 'initDurationMs')),
    restoreDurationMs: number(member(metrics, 'restoreDurationMs')),
  });
  return { kind: 'report', requestId, figures, ...said };
}

function pick(values: Record<keyof ReportFigures, number | undefined>): ReportFigures {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
