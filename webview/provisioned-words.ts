import { architectures, type RegionPrices } from '../src/observe/cost.ts';
import type { ProvisionedConcurrency } from '../src/protocol/panel.ts';
import { t } from './translate.ts';

/** live: 2 × 512 MB, 3: 1 × 1024 MB */
export const readyWords = (provisioned: readonly ProvisionedConcurrency[]): string =>
  provisioned.map(({ qualifier, count, memorySizeMB }) => `${qualifier}: ${count} × ${memorySizeMB} MB`).join(', ');

/** How provisioned concurrency is reckoned with; nothing where there is none. */
export function provisionedNotes(
  provisioned: readonly ProvisionedConcurrency[],
  { provisioned: prices }: RegionPrices,
): string[] {
  if (provisioned.length === 0) return [];
  const versions = [...new Set(provisioned.map(({ version }) => version))].join(', ');
  const isArm = provisioned.some(({ architecture }) => architecture === architectures[1]);
  return [
    t(
      'Warm invocations of version {0} are reckoned at the price of provisioned concurrency, and nothing of them is free.',
      versions,
    ),
    t('A month of what is kept ready has 730 hours. Its prices are of {0} ({1}).', prices.asOf, prices.source),
    ...(isArm ? [t('Those of arm64 are taken as four fifths of those of x86_64.')] : []),
  ];
}
