// Makes a function be what the package says: creates or updates it, and waits until it can be invoked.
import { setTimeout as wait } from 'node:timers/promises';
import type { FunctionConfiguration, LambdaClient, LoggingConfig, Runtime } from '@aws-sdk/client-lambda';
import { withAwsProblems } from '../aws/aws-problems.ts';
import { lambdaClient } from '../aws/clients.ts';
import type { DeployOptions, DeployResult } from '../pipeline.ts';
import type { LoggingSettings } from '../package/function-settings.ts';
import { Problem } from '../problem.ts';
import { desiredVariables, planDeployment, type CurrentFunction, type DesiredFunction } from './plan.ts';
import { readUpload } from './read-upload.ts';
import { checkReady, findFunction, retryConflicts, settled } from './settle.ts';
import { resolveEnvironment } from './variables.ts';

export async function deployFunction(options: DeployOptions): Promise<DeployResult> {
  return withAwsProblems(options.target, async () => {
    const client = await lambdaClient(options.target);
    try {
      // Somebody else may change the function between our look and our change: then the look is taken again.
      return await retryConflicts(options.signal, async () => deployOnce(client, options));
    } finally {
      client.destroy();
    }
  });
}

async function deployOnce(client: LambdaClient, options: DeployOptions): Promise<DeployResult> {
  const sdk = await import('@aws-sdk/client-lambda');
  const { functionName: FunctionName, package: built } = options;
  const desired = desiredOf(options);
  const request = { ...(options.signal && { abortSignal: options.signal }) };
  options.onProgress?.({ message: `Looking for ${FunctionName}` });
  const found = await findFunction(client, FunctionName, options.signal);
  // A change that failed before ours does not hinder ours: it may be just what mends it.
  const current = found && (await settled(client, FunctionName, options.signal, found));
  if ((desired.environment ?? desired.nodeOptions) && current?.Environment?.Error) {
    throw new Problem(
      'EnvironmentUnreadable',
      `The environment variables of ${FunctionName} cannot be read, so adding to them would lose them: ${current.Environment.Error.Message ?? 'no reason given'}. Check the permission for their KMS key.`,
    );
  }
  const plan = planDeployment(current && currentOf(current), desired);
  if (plan.action === 'none') {
    if (current) checkReady(current, FunctionName);
    return { action: 'unchanged', functionArn: current?.FunctionArn ?? '', codeSha256: built.codeSha256 };
  }
  if (plan.action === 'create') {
    const Role = desired.role ?? options.target.role;
    if (!Role) {
      throw new Problem(
        'RoleMissing',
        `${FunctionName} does not exist yet, and a new function needs an execution role. Name its ARN with --role, as "role" in lambda.json, or in the setting lambdaWorkbench.deploy.role.`,
      );
    }
    options.onProgress?.({ message: `Creating ${FunctionName}` });
    const ZipFile = await readUpload(built);
    const Variables = desiredVariables(desired);
    await retryRole(options.signal, async () =>
      client.send(
        new sdk.CreateFunctionCommand({
          FunctionName,
          Role,
          Runtime: built.runtime as Runtime, // a name the SDK does not know yet is for the service to judge
          Handler: built.handler,
          Code: { ZipFile },
          ...(desired.architecture && { Architectures: [desired.architecture] }),
          ...(desired.memorySizeMB !== undefined && { MemorySize: desired.memorySizeMB }),
          ...(desired.timeoutSeconds !== undefined && { Timeout: desired.timeoutSeconds }),
          ...(desired.layers && { Layers: [...desired.layers] }),
          ...(Variables && { Environment: { Variables } }),
          ...(desired.logging && { LoggingConfig: desired.logging }),
        }),
        request,
      ),
    );
  } else {
    if (plan.uploadCode) {
      options.onProgress?.({ message: `Uploading ${FunctionName}` });
      await client.send(
        new sdk.UpdateFunctionCodeCommand({
          FunctionName,
          ZipFile: await readUpload(built),
          ...(desired.architecture && { Architectures: [desired.architecture] }),
        }),
        request,
      );
      checkReady(await settled(client, FunctionName, options.signal), FunctionName);
    }
    if (plan.configuration) {
      options.onProgress?.({ message: `Configuring ${FunctionName}` });
      const { Runtime: changedRuntime, ...rest } = plan.configuration;
      await client.send(
        new sdk.UpdateFunctionConfigurationCommand({
          FunctionName,
          ...rest,
          ...(changedRuntime && { Runtime: changedRuntime as Runtime }), // as above
        }),
        request,
      );
    }
  }
  options.onProgress?.({ message: `Waiting for ${FunctionName} to be ready` });
  const ready = await settled(client, FunctionName, options.signal);
  checkReady(ready, FunctionName);
  return {
    action: plan.action === 'create' ? 'created' : 'updated',
    functionArn: ready.FunctionArn ?? '',
    codeSha256: built.codeSha256,
  };
}

/** What the caller says, else what lambda.json says. */
function desiredOf({ package: built, ...said }: DeployOptions): DesiredFunction {
  const { settings } = built;
  const variables = settings.environment && resolveEnvironment(settings.environment, process.env);
  const memorySizeMB = said.memorySizeMB ?? settings.memorySize;
  const timeoutSeconds = said.timeoutSeconds ?? settings.timeout;
  const role = said.role ?? settings.role;
  return {
    codeSha256: built.codeSha256,
    runtime: built.runtime,
    handler: built.handler,
    ...(settings.architecture && { architecture: settings.architecture }),
    ...(settings.layers && { layers: settings.layers }),
    ...(settings.logging && { logging: loggingConfigOf(settings.logging) }),
    ...(memorySizeMB !== undefined && { memorySizeMB }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(role !== undefined && { role }),
    ...((said.environment ?? variables) && { environment: { ...variables, ...said.environment } }),
    ...(built.hasSourceMap && { nodeOptions: ['--enable-source-maps'] }),
  };
}

function loggingConfigOf({ format, applicationLevel, systemLevel, group }: LoggingSettings): LoggingConfig {
  return {
    ...(format && { LogFormat: format }),
    ...(applicationLevel && { ApplicationLogLevel: applicationLevel }),
    ...(systemLevel && { SystemLogLevel: systemLevel }),
    ...(group && { LogGroup: group }),
  };
}

/** A role made a moment ago takes some seconds until Lambda can assume it. */
async function retryRole<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const tooEarly = error instanceof Error && /cannot be assumed by Lambda/.test(error.message);
      if (!tooEarly || attempt === 8) throw error;
      await wait(1500 * attempt, undefined, { ...(signal && { signal }) });
    }
  }
}

function currentOf(configuration: FunctionConfiguration): CurrentFunction {
  return {
    codeSha256: configuration.CodeSha256,
    runtime: configuration.Runtime,
    handler: configuration.Handler,
    memorySizeMB: configuration.MemorySize,
    timeoutSeconds: configuration.Timeout,
    role: configuration.Role,
    architecture: configuration.Architectures?.[0],
    layers: (configuration.Layers ?? []).flatMap(({ Arn }) => Arn ?? []),
    environment: configuration.Environment?.Variables ?? {},
    logging: configuration.LoggingConfig,
  };
}
