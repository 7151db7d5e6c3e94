import type { LambdaClient } from '@aws-sdk/client-lambda';
import { withAwsProblems } from '../aws/aws-problems.ts';
import { lambdaClient } from '../aws/clients.ts';
import type { PublishedVersion, PublishVersionOptions } from '../pipeline.ts';

const settleLimitSeconds = 5 * 60;

/** Publishes what was deployed, and points the alias to it; the last version again where nothing has changed since. */
export async function publishVersion(options: PublishVersionOptions): Promise<PublishedVersion> {
  const { target, functionName: FunctionName, codeSha256: CodeSha256, alias, signal } = options;
  return withAwsProblems(target, async () => {
    const { PublishVersionCommand, waitUntilPublishedVersionActive } = await import('@aws-sdk/client-lambda');
    const client = await lambdaClient(target);
    try {
      const published = await client.send(
        // The checksum: what somebody else uploaded since our deployment is not published as ours.
        new PublishVersionCommand({ FunctionName, CodeSha256 }),
        { ...(signal && { abortSignal: signal }) },
      );
      const version = published.Version ?? '';
      if (alias === undefined) return { version, versionArn: published.FunctionArn ?? '' };
      await waitUntilPublishedVersionActive(
        { client, maxWaitTime: settleLimitSeconds, ...(signal && { abortSignal: signal }) },
        { FunctionName, Qualifier: version },
      );
      const aliasArn = await pointAlias(client, { FunctionName, Name: alias, FunctionVersion: version }, signal);
      return { version, versionArn: published.FunctionArn ?? '', alias, aliasArn };
    } finally {
      client.destroy();
    }
  });
}

/** All of the alias's traffic goes to the version: weights of an earlier deployment end. */
async function pointAlias(
  client: LambdaClient,
  alias: { readonly FunctionName: string; readonly Name: string; readonly FunctionVersion: string },
  signal: AbortSignal | undefined,
): Promise<string> {
  const { CreateAliasCommand, UpdateAliasCommand } = await import('@aws-sdk/client-lambda');
  const request = { ...(signal && { abortSignal: signal }) };
  try {
    const RoutingConfig = { AdditionalVersionWeights: {} };
    return (await client.send(new UpdateAliasCommand({ ...alias, RoutingConfig }), request)).AliasArn ?? '';
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ResourceNotFoundException') throw error;
    return (await client.send(new CreateAliasCommand(alias), request)).AliasArn ?? '';
  }
}
