import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { withAwsProblems } from '../aws/aws-problems.ts';
import { lambdaClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';
import type { FunctionSummary } from '../pipeline.ts';

/** All functions of a target, by name. */
export async function listFunctions({
  target,
  signal,
}: {
  target: Target;
  signal?: AbortSignal;
}): Promise<FunctionSummary[]> {
  return withAwsProblems(target, async () => {
    const { ListFunctionsCommand } = await import('@aws-sdk/client-lambda');
    const client = await lambdaClient(target);
    const found: FunctionSummary[] = [];
    let Marker: string | undefined;
    do {
      const page = await client.send(new ListFunctionsCommand({ ...(Marker && { Marker }) }), {
        ...(signal && { abortSignal: signal }),
      });
      found.push(...(page.Functions ?? []).map(summaryOf));
      Marker = page.NextMarker;
    } while (Marker);
    client.destroy();
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** One function with its state, which ListFunctions leaves out. */
export async function describeFunction(options: {
  target: Target;
  functionName: string;
  qualifier?: string;
  signal?: AbortSignal;
}): Promise<FunctionSummary> {
  const { target, functionName, qualifier: Qualifier, signal } = options;
  return withAwsProblems(target, async () => {
    const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
    const client = await lambdaClient(target);
    const request = new GetFunctionConfigurationCommand({
      FunctionName: functionName,
      ...(Qualifier && { Qualifier }),
    });
    const found = await client.send(request, { ...(signal && { abortSignal: signal }) });
    client.destroy();
    return summaryOf(found);
  });
}

export async function deleteFunction(options: {
  target: Target;
  functionName: string;
  signal?: AbortSignal;
}): Promise<void> {
  const { target, functionName, signal } = options;
  await withAwsProblems(target, async () => {
    const { DeleteFunctionCommand } = await import('@aws-sdk/client-lambda');
    const client = await lambdaClient(target);
    await client.send(new DeleteFunctionCommand({ FunctionName: functionName }), {
      ...(signal && { abortSignal: signal }),
    });
    client.destroy();
  });
}

function summaryOf(fn: FunctionConfiguration): FunctionSummary {
  return {
    name: fn.FunctionName ?? '',
    arn: fn.FunctionArn ?? '',
    runtime: fn.Runtime,
    codeSize: fn.CodeSize ?? 0,
    memorySizeMB: fn.MemorySize,
    timeoutSeconds: fn.Timeout,
    lastModified: fn.LastModified,
    state: fn.State,
    version: fn.Version,
    architecture: fn.Architectures?.find((each) => each === 'x86_64' || each === 'arm64'),
    ephemeralStorageMB: fn.EphemeralStorage?.Size,
  };
}
