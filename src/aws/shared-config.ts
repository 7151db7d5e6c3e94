import { Problem } from '../problem.ts';

export interface Profile {
  readonly name: string;
  readonly region?: string;
}

/** The profiles of the shared AWS config and credentials files, by name. Throws a Problem where they cannot be read. */
export async function listProfiles(): Promise<Profile[]> {
  const { loadSharedConfigFiles } = await import('@smithy/shared-ini-file-loader');
  try {
    const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
    const names = new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)]);
    return [...names].sort().map((name) => {
      const region = configFile[name]?.['region'] ?? credentialsFile[name]?.['region'];
      return { name, ...(region && { region }) };
    });
  } catch (error) {
    throw new Problem(
      'ConfigUnreadable',
      'The shared AWS config could not be read. Check ~/.aws/config and ~/.aws/credentials.',
      { cause: error },
    );
  }
}

/** The region that AWS tools would use: the environment's, else the profile's. */
export async function findRegion(profile: string | undefined): Promise<string | undefined> {
  const fromEnvironment = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (fromEnvironment && !profile) return fromEnvironment;
  const wanted = profile ?? process.env['AWS_PROFILE'] ?? 'default';
  return (await listProfiles()).find(({ name }) => name === wanted)?.region ?? fromEnvironment;
}
