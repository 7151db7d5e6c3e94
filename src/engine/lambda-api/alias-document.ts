/** An alias as the engine keeps it. */
export interface AliasDocument {
  readonly functionVersion: string;
  readonly description: string;
  /** Shares (0…1) of invocations that go to other versions. */
  readonly weights: Readonly<Record<string, number>>;
  readonly revisionId: string;
}

export const asAlias = (stored: unknown): AliasDocument => stored as AliasDocument; // written by Aliases

export const versionsOf = ({ functionVersion, weights }: AliasDocument): string[] => [
  functionVersion,
  ...Object.keys(weights),
];

/** By chance, in proportion to the weights; what they leave goes to the first version. */
export function chooseVersion({ functionVersion, weights }: AliasDocument): string {
  let left = Math.random();
  for (const [version, weight] of Object.entries(weights)) {
    if (left < weight) return version;
    left -= weight;
  }
  return functionVersion;
}
