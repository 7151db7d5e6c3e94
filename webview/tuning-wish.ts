import {
  inOrder,
  isMemorySize,
  leastMemoryMB,
  mostMemoryMB,
  mostSizes,
  runsRange,
} from '../src/observe/tuning-sizes.ts';
import type { TuningWish } from '../src/protocol/tuning.ts';
import { t } from './translate.ts';
import type { TuningForm } from './tuning-host.ts';

/** What the form asks for; or why that is no tuning, for people. */
export function wishOf(form: TuningForm, payload: string): TuningWish | { readonly problem: string } {
  const others = form.others.split(/[\s,;]+/).filter((part) => part !== '');
  const wrong = others.find((part) => !isMemorySize(Number(part)));
  if (wrong !== undefined)
    return { problem: t('“{0}” is no memory size: whole numbers of MB from {1} to {2}.', wrong, leastMemoryMB, mostMemoryMB) }; // prettier-ignore
  const memorySizes = inOrder([...form.chosen, ...others.map(Number)]);
  if (memorySizes.length < 2) return { problem: t('Choose at least two memory sizes.') };
  if (memorySizes.length > mostSizes) return { problem: t('Choose at most {0} memory sizes.', mostSizes) };
  const [least, most] = runsRange;
  if (!Number.isInteger(form.runs) || form.runs < least || form.runs > most)
    return { problem: t('Choose from {0} to {1} invocations at each size.', least, most) };
  try {
    JSON.parse(payload);
  } catch (error) {
    return { problem: t('The payload is not JSON: {0}', error instanceof Error ? error.message : '') };
  }
  return { payload, memorySizes, runs: form.runs };
}
