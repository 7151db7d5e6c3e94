/** What the user picked as target; kept per workspace. What it takes to talk to it is resolved on use. */
export type TargetChoice =
  | { readonly kind: 'local' }
  | { readonly kind: 'aws'; readonly profile?: string; readonly region?: string }
  | { readonly kind: 'endpoint'; readonly url: string; readonly region: string };

/** For people: "Local Lambda", "AWS · work · eu-west-1", "http://127.0.0.1:9070". */
export function labelOf(choice: TargetChoice): string {
  if (choice.kind === 'local') return 'Local Lambda';
  if (choice.kind === 'endpoint') return choice.url;
  return ['AWS', choice.profile, choice.region].filter((part) => part !== undefined).join(' · ');
}

/** The status bar's text: icon and the shortest thing that tells targets apart. */
export function statusTextOf(choice: TargetChoice): string {
  if (choice.kind === 'local') return '$(server-process) Lambda: Local';
  if (choice.kind === 'endpoint') return `$(plug) Lambda: ${new URL(choice.url).host}`;
  const where = [choice.profile, choice.region].filter((part) => part !== undefined).join(' · ');
  return `$(cloud) Lambda: ${where === '' ? 'AWS' : where}`;
}

/** Guards what comes back from storage or from a script; anything else is undefined. */
export function asTargetChoice(value: unknown): TargetChoice | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  if (value.kind === 'local') return { kind: 'local' };
  const region = textOf(value, 'region');
  if (value.kind === 'aws') {
    const profile = textOf(value, 'profile');
    return { kind: 'aws', ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
  }
  const url = textOf(value, 'url');
  if (value.kind !== 'endpoint' || url === undefined || !isEndpointUrl(url)) return undefined;
  return { kind: 'endpoint', url, region: region ?? 'us-east-1' };
}

export function isEndpointUrl(value: string): boolean {
  return URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);
}

function textOf(value: object, key: string): string | undefined {
  const entry: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof entry === 'string' && entry.trim() !== '' ? entry.trim() : undefined;
}
