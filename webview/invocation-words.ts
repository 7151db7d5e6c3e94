import type { InvocationTiming } from '../src/observe/timing.ts';

/** Whether an invocation was a cold start is known with its REPORT line; until then it runs. */
export const startKind = ({ coldStart }: InvocationTiming): 'cold' | 'warm' | 'running' =>
  coldStart === undefined ? 'running' : coldStart ? 'cold' : 'warm';

export const isFailed = ({ status }: InvocationTiming): boolean => status === 'error' || status === 'timeout';

/** "timed out", "Runtime.ExitError", "error"; undefined of an invocation that did not fail. */
export function failureWords(invocation: InvocationTiming): string | undefined {
  if (!isFailed(invocation)) return undefined;
  return invocation.status === 'timeout' ? 'timed out' : (invocation.errorType ?? 'error');
}

/** Init (or Restore) Duration and Duration together, ms: how long the caller waited for it. */
export const totalMs = ({ initDurationMs, restoreDurationMs, durationMs }: InvocationTiming): number =>
  (initDurationMs ?? restoreDurationMs ?? 0) + (durationMs ?? 0);
