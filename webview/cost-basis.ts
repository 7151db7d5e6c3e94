import {
  fallbackRegion,
  pricesOf,
  type Architecture,
  type Billed,
  type BilledAs,
  type Rates,
} from '../src/observe/cost.ts';
import type { FunctionConfiguration, ProvisionedConcurrency } from '../src/protocol/panel.ts';
import { t } from './translate.ts';

/** What the costs are reckoned with; empty: as the function is set up. */
export interface CostSettings {
  readonly architecture: Architecture | '';
  readonly region: string;
  /** Invocations a month. */
  readonly monthly: number;
}

/** What the costs of these functions are reckoned with, as settings and their configurations say together. */
export interface CostBasis extends Rates {
  /** Whose prices are asked for; those in `prices` are of another where none are known. */
  readonly region: string;
  /** Where the functions are, as far as that is known. */
  readonly ownRegion: string | undefined;
  readonly ownArchitecture: Architecture | undefined;
  /** MB beyond what is free, of the function that has the most. */
  readonly ephemeralStorageMB: number | undefined;
  /** What is kept ready of the functions, each as it is or with the architecture that is chosen. */
  readonly provisioned: readonly ProvisionedConcurrency[];
}

export interface CostBasisOptions {
  readonly settings: CostSettings;
  /** Of the functions that are looked at. */
  readonly functionNames: readonly string[];
  readonly configurations: ReadonlyMap<string, FunctionConfiguration>;
}

export function costBasis({ settings, functionNames, configurations }: CostBasisOptions): CostBasis {
  const known = functionNames.flatMap((name) => configurations.get(name) ?? []);
  const [first] = known;
  const ownRegion = first?.region;
  const region = settings.region || ownRegion || fallbackRegion;
  const byName = new Map(
    known.map(({ functionName, architecture, ephemeralStorageMB, provisioned = [] }) => {
      const how: BilledAs = { architecture: settings.architecture || architecture || 'x86_64', ephemeralStorageMB };
      return [functionName, { how, versions: new Set(provisioned.map(({ version }) => version)) }] as const;
    }),
  );
  const only = functionNames.length === 1 ? functionNames[0] : undefined;
  const unknown: BilledAs = { architecture: settings.architecture || 'x86_64' };
  const storage = Math.max(...known.map(({ ephemeralStorageMB = 0 }) => ephemeralStorageMB), 0);
  return {
    prices: pricesOf(region),
    billedAs: ({ functionName = only, version, coldStart }: Billed) => {
      const { how, versions } = byName.get(functionName ?? '') ?? { how: unknown };
      // A cold start is one that no ready environment was left for.
      const isProvisioned =
        versions !== undefined && version !== undefined && versions.has(version) && coldStart !== true;
      return isProvisioned ? { ...how, isProvisioned } : how;
    },
    region,
    ownRegion,
    ownArchitecture: known.every((each) => each.architecture === first?.architecture) ? first?.architecture : undefined,
    ephemeralStorageMB: storage > 512 ? storage : undefined,
    provisioned: known.flatMap(({ provisioned = [] }) =>
      provisioned.map((each) => ({ ...each, architecture: settings.architecture || each.architecture })),
    ),
  };
}

/** Which prices they are: region, month and source, and that they are of another region where none of this one are known. */
export function priceNote({ prices, region }: Pick<CostBasis, 'prices' | 'region'>): string {
  const { asOf, source } = prices;
  return prices.region === region
    ? t('Prices of {0}, {1} ({2})', region, asOf, source)
    : t('Prices of {0}, {1} ({2}): none are known for {3}', prices.region, asOf, source, region);
}

/** The configurations of the functions, and what they make of settings. The same basis means that nothing has changed. */
export class CostBasisSource {
  #configurations: ReadonlyMap<string, FunctionConfiguration> = new Map();
  #made: { readonly options: CostBasisOptions; readonly basis: CostBasis } | undefined;

  take(configuration: FunctionConfiguration): void {
    this.#configurations = new Map(this.#configurations).set(configuration.functionName, configuration);
  }

  forget(): void {
    this.#configurations = new Map();
  }

  of(settings: CostSettings, functionNames: readonly string[]): CostBasis {
    const options = { settings, functionNames, configurations: this.#configurations };
    const before = this.#made?.options;
    const isSame =
      before?.settings === settings &&
      before.configurations === options.configurations &&
      before.functionNames.join('\n') === functionNames.join('\n');
    if (!isSame || !this.#made) this.#made = { options, basis: costBasis(options) };
    return this.#made.basis;
  }
}
