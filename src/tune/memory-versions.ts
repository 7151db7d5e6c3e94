import { setTimeout as wait } from 'node:timers/promises';
import type { FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { checkReady, findFunction, retryConflicts, settled } from '../deploy/settle.ts';
import { Problem } from '../problem.ts';
import type { TuningNote } from './tuning-journal.ts';

/** Versions of SnapStart functions take minutes, ms. */
const versionLimitMs = 15 * 60_000;

/** A published version of the function as it is but for its memory, or why there is none. */
export interface MemoryVersion {
  readonly memorySizeMB: number;
  readonly version?: string;
  /** It was made for the tuning; else the function had it already. */
  readonly isOwn?: boolean;
  readonly refusal?: string;
}

/** What versions of a tuning are described as, so that they are found again. */
const descriptionOf = ({ id }: Pick<TuningNote, 'id'>): string => `Memory tuning of Lambda Workbench (${id})`;

/** The function as it is, once the service has finished with it. */
export async function currentFunction(
  client: LambdaClient,
  functionName: string,
  signal: AbortSignal | undefined,
): Promise<FunctionConfiguration> {
  const found = await findFunction(client, functionName, signal);
  if (!found) throw new Problem('NotFound', `There is no function ${functionName}. Deploy it first.`);
  const ready = await settled(client, functionName, signal, found);
  checkReady(ready, functionName);
  return ready;
}

/**
 * Sets the function's memory, publishes it, and again for each size; the function is left with the last one: call `putBack`. Only its memory
 * is ever sent, so that nothing else of its configuration can be lost.
 */
export async function publishMemorySizes(
  client: LambdaClient,
  { note, codeSha256, signal, onSize }: PublishOptions,
): Promise<MemoryVersion[]> {
  const { PublishVersionCommand } = await import('@aws-sdk/client-lambda');
  const request = { ...(signal && { abortSignal: signal }) };
  const versions: MemoryVersion[] = [];
  let has = note.memorySizeMB;
  for (const memorySizeMB of note.tried) {
    onSize(memorySizeMB);
    if (memorySizeMB !== has) {
      const refusal = await setMemory(client, { functionName: note.functionName, memorySizeMB, signal });
      if (refusal !== undefined) {
        versions.push({ memorySizeMB, refusal });
        continue;
      }
      has = memorySizeMB;
    }
    const published = await retryConflicts(signal, async () =>
      client.send(
        new PublishVersionCommand({
          FunctionName: note.functionName,
          Description: descriptionOf(note),
          ...(codeSha256 !== undefined && { CodeSha256: codeSha256 }),
        }),
        request,
      ),
    );
    const { Version: version = '', Description } = published;
    versions.push({ memorySizeMB, version, isOwn: Description === descriptionOf(note) });
  }
  return versions;
}

export interface PublishOptions {
  readonly note: TuningNote;
  /** Other code is not published: somebody deployed meanwhile. */
  readonly codeSha256: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onSize: (memorySizeMB: number) => void;
}

/** Undefined where it was done, else why the service refuses that size: an account may be allowed less than others. */
async function setMemory(
  client: LambdaClient,
  {
    functionName,
    memorySizeMB,
    signal,
  }: { readonly functionName: string; readonly memorySizeMB: number; readonly signal: AbortSignal | undefined },
): Promise<string | undefined> {
  try {
    await updateMemory(client, { functionName, memorySizeMB, signal });
    return undefined;
  } catch (error) {
    const isRefused = error instanceof Error && /^(InvalidParameterValue|Validation)Exception$/.test(error.name);
    if (isRefused && /memory/i.test(error.message)) return error.message;
    throw error;
  }
}

/** Sets the function's memory, and waits until it has it. */
export async function updateMemory(
  client: LambdaClient,
  {
    functionName,
    memorySizeMB,
    signal,
  }: { readonly functionName: string; readonly memorySizeMB: number; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { UpdateFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  await retryConflicts(signal, async () =>
    client.send(new UpdateFunctionConfigurationCommand({ FunctionName: functionName, MemorySize: memorySizeMB }), {
      ...(signal && { abortSignal: signal }),
    }),
  );
  checkReady(await settled(client, functionName, signal), functionName);
}

/** Waits until a version can be invoked. */
export async function versionReady(
  client: LambdaClient,
  { functionName, version, signal }: { functionName: string; version: string; signal: AbortSignal | undefined },
): Promise<void> {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const endsAt = Date.now() + versionLimitMs;
  for (let delay = 100; ; delay = Math.min(delay * 1.5, 3000)) {
    const request = new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: version });
    const found = await client.send(request, { ...(signal && { abortSignal: signal }) });
    if ((found.State ?? 'Active') !== 'Pending') {
      checkReady(found, `Version ${version} of ${functionName}`);
      return;
    }
    if (Date.now() > endsAt)
      throw new Problem(
        'TuningSlow',
        `Version ${version} of ${functionName} is not ready after 15 minutes. Try again later.`,
      );
    // The state of a service far away can only be asked for.
    await wait(delay, undefined, { ...(signal && { signal }) });
  }
}

/** The function has the memory that it had; what somebody else has set meanwhile stays. A function that is gone needs nothing. */
export async function putMemoryBack(client: LambdaClient, note: TuningNote): Promise<void> {
  const { functionName, memorySizeMB, tried } = note;
  const found = await findFunction(client, functionName, undefined);
  if (!found) return;
  const { MemorySize } = await settled(client, functionName, undefined, found);
  if (MemorySize === undefined || MemorySize === memorySizeMB || !tried.includes(MemorySize)) return;
  await updateMemory(client, { functionName, memorySizeMB });
}

/** Deletes the versions that the tuning published, and no others. */
export async function deleteVersions(client: LambdaClient, note: TuningNote): Promise<void> {
  const { DeleteFunctionCommand, paginateListVersionsByFunction } = await import('@aws-sdk/client-lambda');
  const { functionName: FunctionName } = note;
  const own: string[] = [];
  try {
    for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName })) {
      const isOwn = ({ Description, Version }: FunctionConfiguration): boolean =>
        Description === descriptionOf(note) && Version !== '$LATEST';
      own.push(...Versions.filter(isOwn).flatMap(({ Version }) => Version ?? []));
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return;
    throw error;
  }
  for (const Qualifier of own) await client.send(new DeleteFunctionCommand({ FunctionName, Qualifier }));
}
