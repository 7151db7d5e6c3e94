import type { InvocationTiming } from '../src/observe/timing.ts';
import { t } from './translate.ts';

/** Whether an invocation was a cold start is known with its REPORT line; until then it runs. */
export const startKind = ({ coldStart }: InvocationTiming): 'cold' | 'warm' | 'running' =>
  coldStart === undefined ? 'running' : coldStart ? 'cold' : 'warm';

/** What a start of that kind is called. */
export function kindWords(kind: 'cold' | 'warm' | 'running'): string {
  if (kind === 'running') return t('running');
  return kind === 'cold' ? t('cold') : t('warm');
}

export const isFailed = ({ status }: InvocationTiming): boolean => status === 'error' || status === 'timeout';

/** "timed out", "Runtime.ExitError", "error"; undefined of an invocation that did not fail. */
export function failureWords(invocation: InvocationTiming): string | undefined {
  if (!isFailed(invocation)) return undefined;
  return invocation.status === 'timeout' ? t('timed out') : (invocation.errorType ?? t('error'));
}

/** Init (or Restore) Duration and Duration together, ms: how long the caller waited for it. */
export const totalMs = ({ initDurationMs, restoreDurationMs, durationMs }: InvocationTiming): number =>
  (initDurationMs ?? restoreDurationMs ?? 0) + (durationMs ?? 0);
