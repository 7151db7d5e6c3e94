import { withAwsProblems } from '../aws/aws-problems.ts';
import { lambdaClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';
import type { ProvisionedVersion } from '../pipeline.ts';

/** The versions and aliases of a function that environments are kept ready for. */
export async function listProvisioned(options: {
  target: Target;
  functionName: string;
  signal?: AbortSignal;
}): Promise<ProvisionedVersion[]> {
  const { target, functionName: FunctionName, signal } = options;
  return withAwsProblems(target, async () => {
    const { GetFunctionConfigurationCommand, paginateListProvisionedConcurrencyConfigs } =
      await import('@aws-sdk/client-lambda');
    const client = await lambdaClient(target);
    const request = { ...(signal && { abortSignal: signal }) };
    const found: ProvisionedVersion[] = [];
    try {
      const pages = paginateListProvisionedConcurrencyConfigs({ client }, { FunctionName }, request);
      for await (const { ProvisionedConcurrencyConfigs = [] } of pages) {
        for (const { FunctionArn, RequestedProvisionedConcurrentExecutions: count } of ProvisionedConcurrencyConfigs) {
          const qualifier = FunctionArn?.split(':')[7];
          if (qualifier === undefined || count === undefined) continue;
          // An alias has its version's memory, which the list leaves out.
          const version = await client.send(
            new GetFunctionConfigurationCommand({ FunctionName, Qualifier: qualifier }),
            request,
          );
          found.push({
            qualifier,
            version: version.Version ?? qualifier,
            count,
            memorySizeMB: version.MemorySize ?? 128,
            architecture: version.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
          });
        }
      }
      return found;
    } finally {
      client.destroy();
    }
  });
}
