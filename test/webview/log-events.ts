import type { LogEvent } from '../../src/observe/timing.ts';

export interface InvocationScript {
  readonly number: number;
  readonly stream?: string;
  readonly at: number;
  readonly durationMs: number;
  readonly initMs?: number;
  readonly lines?: readonly string[];
  /** What REPORT ends with, such as "Status: timeout". */
  readonly outcome?: string;
  /** The log ends before END and REPORT. */
  readonly unfinished?: boolean;
}

export const requestIdOf = (number: number): string =>
  `${String(number).padStart(8, '0')}-1111-4222-8333-${'abcdef012345'.slice(number % 4)}${'0'.repeat(number % 4)}`;

/** The log of an invocation as Lambda writes it, environment start included where it is cold. */
export function eventsOf(script: InvocationScript): LogEvent[] {
  const { number, at, durationMs, initMs, lines = [], outcome, unfinished, stream = '2026/05/04/[$LATEST]aa' } = script;
  const requestId = requestIdOf(number);
  const billed = Math.ceil(durationMs + (initMs ?? 0));
  const init = initMs === undefined ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`;
  const messages: [after: number, message: string][] = [];
  if (initMs !== undefined)
    messages.push([-initMs, 'INIT_START Runtime Version: nodejs:24.v12\tRuntime Version ARN: x\n']);
  messages.push([0, `START RequestId: ${requestId} Version: $LATEST\n`]);
  lines.forEach((line, index) => messages.push([((index + 1) * durationMs) / (lines.length + 1), `${line}\n`]));
  if (!unfinished) {
    messages.push([durationMs, `END RequestId: ${requestId}\n`]);
    messages.push([
      durationMs,
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billed} ms\t` +
        `Memory Size: 128 MB\tMax Memory Used: ${60 + (number % 9)} MB\t${init}${outcome ?? ''}\n`,
    ]);
  }
  return messages.map(([after, message]) => ({
    timestamp: Math.round(at + after),
    message,
    logStream: stream,
  }));
}
