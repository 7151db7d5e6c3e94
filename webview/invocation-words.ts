import type { InvocationTiming } from '../src/observe/timing.ts';
import { isFailed } from './invocation-facts.ts';
import { t } from './translate.ts';

/** What a start of that kind is called. */
export function kindWords(kind: 'cold' | 'warm' | 'running'): string {
  if (kind === 'running') return t('running');
  return kind === 'cold' ? t('cold') : t('warm');
}

/** "timed out", "Runtime.ExitError", "error"; undefined of an invocation that did not fail. */
export function failureWords(invocation: InvocationTiming): string | undefined {
  if (!isFailed(invocation)) return undefined;
  return invocation.status === 'timeout' ? t('timed out') : (invocation.errorType ?? t('error'));
}
