import type { MedianChange } from '../src/observe/compare-medians.ts';
import type { FunctionHistory, HistoryGroup } from '../src/observe/function-history.ts';
import { dateAndTime, milliseconds } from './format.ts';
import { t } from './translate.ts';

/** Which code a group is of. */
export const codeWords = ({ version, deployedAt, lastAt }: HistoryGroup): string =>
  version !== '$LATEST'
    ? t('Version {0}', version)
    : deployedAt === undefined
      ? t('Until {0}', dateAndTime(lastAt))
      : t('Deployed {0}', dateAndTime(deployedAt));

/** Says that something has changed only where the confidence interval leaves zero out. */
export function changeWords(
  kind: 'cold' | 'warm',
  change: MedianChange | undefined,
  { groups }: Pick<FunctionHistory, 'groups'>,
): string {
  const what = kind === 'cold' ? t('Cold starts') : t('Warm starts');
  if (!change) {
    return groups.length < 2
      ? t('{0}: one deployment so far, nothing to compare with.', what)
      : t('{0}: too few to compare the newest two; five of each are needed.', what);
  }
  const { differenceMs, lowMs, highMs, before, after } = change;
  const sign = (ms: number): string => `${ms < 0 ? '−' : '+'}${milliseconds(Math.abs(ms))}`;
  const interval = t('95 % interval {0} to {1}', sign(lowMs), sign(highMs));
  const [older, newer] = [before, after].map(({ medianMs }) => milliseconds(medianMs));
  const medians = t('median {0} of {1} before, {2} of {3} now', older ?? '', before.count, newer ?? '', after.count);
  const details = `${interval}; ${medians}`;
  if (lowMs > 0) return t('{0} have become slower by {1} ({2}).', what, milliseconds(differenceMs), details);
  if (highMs < 0) return t('{0} have become faster by {1} ({2}).', what, milliseconds(-differenceMs), details);
  return t('{0}: no change that chance would not explain ({1}).', what, details);
}
