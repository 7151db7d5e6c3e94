import type { Target } from '../aws/target.ts';
import { UsageError } from './usage-error.ts';

export interface TargetChoice {
  readonly endpoint?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly data?: string | undefined;
}

/** What the options say about where to go: nothing means the local Lambda, which is started if it does not run. */
export async function chooseTarget(
  choice: TargetChoice,
  engine: { entry: string; signal: AbortSignal },
): Promise<Target> {
  const { endpoint, profile, region, data } = choice;
  if (endpoint !== undefined) {
    if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
      throw new UsageError(`--endpoint takes a URL such as http://127.0.0.1:9070, not "${endpoint}".`);
    return { label: endpoint, endpoint, ...(profile && { profile }), ...(region && { region }) };
  }
  if (profile !== undefined || region !== undefined) {
    const label = ['AWS', profile, region].filter(Boolean).join(' · ');
    return { label, ...(profile && { profile }), ...(region && { region }) };
  }
  // Only now: what speaks HTTP takes longer to load than a small folder to package.
  const { findOrStartEngine } = await import('../engine/launch.ts');
  const connection = await findOrStartEngine({ ...engine, ...(data && { dataDirectory: data }) });
  return {
    label: 'Local Lambda',
    endpoint: connection.endpoint,
    region: connection.region,
    credentials: { accessKeyId: connection.accessKeyId, secretAccessKey: connection.secretAccessKey },
    role: `arn:aws:iam::${connection.accountId}:role/lambda-workbench`,
  };
}
