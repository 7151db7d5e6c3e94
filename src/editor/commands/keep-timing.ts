import type { InvokeResult } from '../../pipeline.ts';
import type { CommandContext } from './command-context.ts';

export interface SentInvocation {
  readonly functionName: string;
  /** The target's label when the request went out. */
  readonly target: string;
  /** When that was, ms since the epoch. */
  readonly sentAt: number;
  readonly result: InvokeResult;
}

/** Keeps the timing that came back with a response, so that the history needs no open panel. One that follows the log replaces it. */
export async function keepTiming(
  { timings, configurations }: Pick<CommandContext, 'timings' | 'configurations'>,
  { functionName, target, sentAt, result }: SentInvocation,
): Promise<void> {
  const { timing, executedVersion, functionError } = result;
  if (!timing) return;
  const kept = {
    ...timing,
    startedAt: sentAt,
    // The line that says so may lie before the last 4 KB of the log.
    ...(functionError !== undefined && timing.status === 'ok' && { status: 'error' as const }),
    ...(executedVersion !== undefined && { version: executedVersion }),
  };
  await timings.record({ target, functionName }, [kept], 'tail');
  await configurations.of({ functionName, version: kept.version });
}
