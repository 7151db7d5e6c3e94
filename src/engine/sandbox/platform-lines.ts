// The lines Lambda itself writes into a function's log, in text format. Source: "Monitor function logs" and the init, invoke and
// shutdown phases in the AWS Lambda Developer Guide.

export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly initDurationMs?: number | undefined;
  readonly memorySizeMB: number;
  readonly maxMemoryUsedMB: number;
  readonly status?: 'timeout' | 'error' | undefined;
  readonly errorType?: string | undefined;
}

export const initStart = (runtimeVersion: string, arn: string): string =>
  `INIT_START Runtime Version: ${runtimeVersion}\tRuntime Version ARN: ${arn}\n`;

export const start = (requestId: string, version: string): string =>
  `START RequestId: ${requestId} Version: ${version}\n`;

export const end = (requestId: string): string => `END RequestId: ${requestId}\n`;

/** Billed Duration is Init and Duration together, rounded up to a millisecond (since August 2025 for all functions). */
export function report(values: Report): string {
  const billed = Math.ceil(values.durationMs + (values.initDurationMs ?? 0));
  return [
    `REPORT RequestId: ${values.requestId}`,
    `Duration: ${values.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${values.memorySizeMB} MB`,
    `Max Memory Used: ${values.maxMemoryUsedMB} MB`,
    ...(values.initDurationMs === undefined ? [] : [`Init Duration: ${values.initDurationMs.toFixed(2)} ms`]),
    ...(values.status ? [`Status: ${values.status}`] : []),
    ...(values.status === 'error' && values.errorType ? [`Error Type: ${values.errorType}`] : []),
    '\n',
  ].join('\t');
}

export function extension(about: {
  readonly name: string;
  readonly state: string;
  readonly events: readonly string[];
  readonly errorType?: string | undefined;
}): string {
  const type = about.errorType ? `\tError Type: ${about.errorType}` : '';
  return `EXTENSION\tName: ${about.name}\tState: ${about.state}\tEvents: [${about.events.join(', ')}]${type}\n`;
}

export function initReport(
  phase: 'init' | 'invoke',
  durationMs: number,
  failure: { status: 'error' | 'timeout'; errorType?: string | undefined },
): string {
  const type = failure.errorType ? `\tError Type: ${failure.errorType}` : '';
  return `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${failure.status}${type}\n`;
}
