// Where a function logs to: its LoggingConfig says it, and the rule of names where it says nothing.
import { lambdaClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';

export interface FunctionLogGroup {
  readonly name: string;
  /** As Live Tail takes it. */
  readonly arn: string;
  /** False of other functions' streams, where several share the group. */
  readonly isOfFunction: (logStream: string) => boolean;
  /** The group bears the function's name, so that all its streams count as the function's. */
  readonly isWhole: boolean;
}

/** Throws what the service answers, such as ResourceNotFoundException where there is no such function. */
export async function findLogGroup(options: {
  target: Target;
  functionName: string;
  signal?: AbortSignal;
}): Promise<FunctionLogGroup> {
  const { target, functionName, signal } = options;
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const client = await lambdaClient(target);
  try {
    const { FunctionArn = '', LoggingConfig } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: functionName }),
      { ...(signal && { abortSignal: signal }) },
    );
    // Region and account are those of the function.
    const [, partition, , region, account] = FunctionArn.split(':');
    const group = LoggingConfig?.LogGroup ?? defaultLogGroup(functionName);
    return ofGroup(group, functionName, `arn:${partition}:logs:${region}:${account}:log-group:${group}`);
  } finally {
    client.destroy();
  }
}

/** As `findLogGroup`; where the function cannot be asked, because it is gone or may not be read, the group that it has by its name. */
export async function findOrGuessLogGroup(options: {
  target: Target;
  functionName: string;
  signal?: AbortSignal;
}): Promise<FunctionLogGroup> {
  try {
    return await findLogGroup(options);
  } catch (error) {
    if (!(error instanceof Error && /ResourceNotFound|AccessDenied/.test(error.name))) throw error;
    return ofGroup(defaultLogGroup(options.functionName), options.functionName, '');
  }
}

const defaultLogGroup = (functionName: string): string => `/aws/lambda/${functionName}`;

/** In a group of its own choice, a function's streams are named YYYY/MM/DD/FUNCTION[VERSION]ID. */
function ofGroup(name: string, functionName: string, arn: string): FunctionLogGroup {
  if (name === defaultLogGroup(functionName)) return { name, arn, isOfFunction: () => true, isWhole: true };
  const isOfFunction = (stream: string): boolean => stream.slice('YYYY/MM/DD/'.length).startsWith(`${functionName}[`);
  return { name, arn, isOfFunction, isWhole: false };
}
