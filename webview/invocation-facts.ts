import type { InvocationTiming } from '../src/observe/timing.ts';

/** Whether an invocation was a cold start is known with its REPORT line; until then it runs. */
export const startKind = ({ coldStart }: InvocationTiming): 'cold' | 'warm' | 'running' =>
  coldStart === undefined ? 'running' : coldStart ? 'cold' : 'warm';

export const isFailed = ({ status }: InvocationTiming): boolean => status === 'error' || status === 'timeout';

/** Init (or Restore) Duration and Duration together, ms: how long the caller waited for it. */
export const totalMs = ({ initDurationMs, restoreDurationMs, durationMs }: InvocationTiming): number =>
  (initDurationMs ?? restoreDurationMs ?? 0) + (durationMs ?? 0);
