import { setTimeout as wait } from 'node:timers/promises';
import type { FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { isCancellation, Problem } from '../problem.ts';

const settleLimitMs = 5 * 60_000;
const conflictAttempts = 20;

/** As it is set up now; undefined where there is none of that name. */
export async function findFunction(
  client: LambdaClient,
  FunctionName: string,
  signal: AbortSignal | undefined,
): Promise<FunctionConfiguration | undefined> {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  try {
    return await client.send(new GetFunctionConfigurationCommand({ FunctionName }), {
      ...(signal && { abortSignal: signal }),
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Throws where the service gave up on the function or on its last change. */
export function checkReady(configuration: FunctionConfiguration, name: string): void {
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = configuration;
  if (State !== 'Failed' && LastUpdateStatus !== 'Failed') return;
  const reason = (State === 'Failed' ? StateReason : LastUpdateStatusReason) ?? 'the service gives no reason';
  throw new Problem('DeployFailed', `${name} could not be made ready: ${reason}. Correct it and deploy again.`);
}

/** Waits until the service has finished with the function, whether it ended well or not. */
export async function settled(
  client: LambdaClient,
  name: string,
  signal: AbortSignal | undefined,
  known?: FunctionConfiguration,
): Promise<FunctionConfiguration> {
  const endsAt = Date.now() + settleLimitMs;
  let configuration = known ?? (await findFunction(client, name, signal));
  for (let delay = 100; ; delay = Math.min(delay * 1.5, 3000)) {
    if (!configuration) throw new Problem('FunctionGone', `${name} was deleted meanwhile. Deploy it again.`);
    const { State = 'Active', LastUpdateStatus = 'Successful' } = configuration;
    if (State !== 'Pending' && LastUpdateStatus !== 'InProgress') return configuration;
    if (Date.now() > endsAt)
      throw new Problem(
        'DeploySlow',
        `${name} is still not ready after five minutes. Look at its state, then try again.`,
      );
    // The state of a service far away can only be asked for.
    await wait(delay, undefined, { ...(signal && { signal }) });
    configuration = await findFunction(client, name, signal);
  }
}

/** Tries again what the service refuses because another change of the function is under way. */
export async function retryConflicts<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const conflict = error instanceof Error && error.name === 'ResourceConflictException';
      if (!conflict || isCancellation(error) || attempt === conflictAttempts) throw error;
      await wait(Math.min(100 * 1.5 ** attempt, 3000), undefined, { ...(signal && { signal }) });
    }
  }
}
