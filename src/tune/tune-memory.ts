// Tries a function with several memory sizes: on temporary versions of it, so that the function itself is as it was while they run.
import { randomUUID } from 'node:crypto';
import type { FunctionConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { withAwsProblems } from '../aws/aws-problems.ts';
import { lambdaClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';
import { checkPayload } from '../invoke/check-payload.ts';
import { invokeFunction } from '../invoke/invoke-function.ts';
import {
  adviceOf,
  tunedSizes,
  type TriedSize,
  type TunedInvocation,
  type TuningOutcome,
  type TuningRates,
} from '../observe/tuning.ts';
import { inOrder, isMemorySize, leastMemoryMB, mostMemoryMB, mostSizes, runsRange } from '../observe/tuning-sizes.ts';
import type { InvokeResult, TuneOptions } from '../pipeline.ts';
import { isCancellation, Problem } from '../problem.ts';
import { currentFunction, publishMemorySizes, putMemoryBack, versionReady } from './memory-versions.ts';
import { putBack } from './put-back.ts';
import { isRunning, notedTarget, TuningJournal, type TuningNote } from './tuning-journal.ts';

/** A size at which so many have failed is tried no more. */
const mostFailures = 2;

/**
 * Invokes the function `runs` times at each memory size, in turns, one after another. What was changed is put back however it ends; a
 * cancelled one resolves with what was measured until then. Throws a Problem where the function fails with the payload at every size.
 */
export async function tuneMemory(options: TuneOptions): Promise<TuningOutcome> {
  const { target, functionName, payload, signal } = options;
  const memorySizes = checkedSizes(options);
  checkPayload(payload, 'sync');
  const journal = new TuningJournal(options.journalFolder);
  const before = journal.of(target, functionName);
  if (before) {
    if (isRunning(before))
      throw new Problem('TuningRuns', `${functionName} is being tuned already. Wait for that tuning, or cancel it.`);
    await putBack({ target, note: before, journal });
  }
  return withAwsProblems(target, async () => {
    const client = await lambdaClient(target);
    try {
      const configuration = await currentFunction(client, functionName, signal);
      const note = noteOf(configuration, { target, functionName, memorySizes });
      journal.keep(note);
      const tuning = new Tuning({ client, configuration, note, options });
      return await tuning.run(() => putBack({ target, note, journal }));
    } finally {
      client.destroy();
    }
  });
}

function checkedSizes({ memorySizes, runs }: TuneOptions): number[] {
  const wrong = memorySizes.find((size) => !isMemorySize(size));
  if (wrong !== undefined)
    throw new Problem(
      'MemorySizeWrong',
      `${wrong} is no memory size: choose whole numbers of MB from ${leastMemoryMB} to ${mostMemoryMB}.`,
    );
  const sizes = inOrder(memorySizes);
  if (sizes.length < 2 || sizes.length > mostSizes)
    throw new Problem('MemorySizesWrong', `Choose from 2 to ${mostSizes} memory sizes; these are ${sizes.length}.`);
  const [least, most] = runsRange;
  if (!Number.isInteger(runs) || runs < least || runs > most)
    throw new Problem('RunsWrong', `Choose from ${least} to ${most} invocations at each size.`);
  return sizes;
}

function noteOf(
  { MemorySize }: FunctionConfiguration,
  { target, functionName, memorySizes }: { target: Target; functionName: string; memorySizes: readonly number[] },
): TuningNote {
  if (MemorySize === undefined)
    throw new Problem(
      'MemoryUnknown',
      `How much memory ${functionName} has is not said, so that it could not be put back.`,
    );
  return {
    id: randomUUID(),
    pid: process.pid,
    startedAt: Date.now(),
    target: notedTarget(target),
    functionName,
    memorySizeMB: MemorySize,
    tried: memorySizes,
  };
}

interface TuningParts {
  readonly client: LambdaClient;
  readonly configuration: FunctionConfiguration;
  readonly note: TuningNote;
  readonly options: TuneOptions;
}

interface Trying extends TriedSize {
  readonly version: string | undefined;
  readonly isOwn?: boolean;
  readonly invocations: TunedInvocation[];
}

/** One run through all sizes. */
class Tuning {
  readonly #parts: TuningParts;
  readonly #rates: TuningRates;
  #sizes: Trying[] = [];
  #isCancelled = false;

  constructor(parts: TuningParts) {
    this.#parts = parts;
    const { FunctionArn, Architectures, EphemeralStorage } = parts.configuration;
    this.#rates = {
      region: FunctionArn?.split(':')[3] ?? parts.options.target.region ?? '',
      architecture: Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64',
      ephemeralStorageMB: EphemeralStorage?.Size,
    };
  }

  async run(restore: () => Promise<void>): Promise<TuningOutcome> {
    const { client, note, options } = this.#parts;
    const { functionName, signal } = options;
    try {
      await this.#publish();
      for (const { version } of this.#sizes)
        if (version !== undefined) await versionReady(client, { functionName, version, signal });
      options.onProgress?.({ step: 'prepared', versions: this.#outcome().versions });
      await this.#invokeInTurns();
    } catch (error) {
      this.#isCancelled = signal?.aborted === true && (isCancellation(error) || error === signal.reason);
      if (!this.#isCancelled) throw await afterwards(restore, error);
    }
    options.onProgress?.({ step: 'putting-back', outcome: this.#outcome() });
    await restore();
    if (!this.#isCancelled) this.#checkUsable(note);
    return this.#outcome();
  }

  async #publish(): Promise<void> {
    const { client, configuration, note, options } = this.#parts;
    const { onProgress, signal } = options;
    const versions = await publishMemorySizes(client, {
      note,
      codeSha256: configuration.CodeSha256,
      signal,
      onSize: (memorySizeMB) => onProgress?.({ step: 'preparing', memorySizeMB }),
    });
    this.#sizes = versions.map((each) => ({ refusal: undefined, version: undefined, ...each, invocations: [] }));
    // Already now, so that others meet the function as it was while its versions run.
    await putMemoryBack(client, note);
  }

  async #invokeInTurns(): Promise<void> {
    const { options } = this.#parts;
    const { runs, onProgress } = options;
    const total = runs * this.#sizes.filter(({ version }) => version !== undefined).length;
    let done = 0;
    for (let turn = 0; turn < runs; turn += 1) {
      for (const size of this.#sizes) {
        options.signal?.throwIfAborted();
        const failures = size.invocations.filter(({ failure }) => failure !== undefined).length;
        if (size.version === undefined) continue;
        if (failures < mostFailures) size.invocations.push(await this.#invoke(size.version));
        done += 1;
        onProgress?.({ step: 'invoking', memorySizeMB: size.memorySizeMB, done, total, outcome: this.#outcome() });
      }
    }
  }

  async #invoke(qualifier: string): Promise<TunedInvocation> {
    const { target, functionName, payload, signal } = this.#parts.options;
    const result = await invokeFunction({
      target,
      functionName,
      qualifier,
      payload,
      mode: 'sync',
      ...(signal && { signal }),
    });
    return tunedInvocation(result);
  }

  #outcome(): TuningOutcome {
    const { memorySizeMB, functionName } = this.#parts.note;
    return {
      functionName,
      memorySizeMB,
      runs: this.#parts.options.runs,
      region: this.#rates.region,
      versions: this.#sizes.flatMap(({ version, isOwn }) => (version !== undefined && isOwn === true ? version : [])),
      isCancelled: this.#isCancelled,
      sizes: tunedSizes(this.#sizes, this.#rates),
      advice: adviceOf(this.#sizes, this.#rates),
    };
  }

  /** Nothing was learnt where every invocation failed, or none of them says how long it took. */
  #checkUsable({ functionName }: TuningNote): void {
    const all = this.#sizes.flatMap(({ invocations }) => invocations);
    const failure = all.find((each) => each.failure !== undefined)?.failure;
    if (all.every((each) => each.failure !== undefined)) {
      const refusal = this.#sizes.find((size) => size.refusal !== undefined)?.refusal;
      const why = failure ?? refusal ?? 'the service gives no reason';
      throw new Problem('TuningFailed', `${functionName} fails with this payload at every memory size: ${why}`);
    }
    if (all.every(({ durationMs }) => durationMs === undefined))
      throw new Problem(
        'TuningUnmeasured',
        `The log of ${functionName} has no REPORT lines, so that nothing can be measured. Set the system log level of its JSON log to INFO, and try again.`,
      );
  }
}

/** The first error, once all is put back; where that fails too, what is left to do is what matters. */
async function afterwards(restore: () => Promise<void>, error: unknown): Promise<unknown> {
  try {
    await restore();
    return error;
  } catch (left) {
    return left;
  }
}

function tunedInvocation({ timing, functionError, payload }: InvokeResult): TunedInvocation {
  const failed = functionError !== undefined || (timing !== undefined && timing.status !== 'ok');
  return {
    isCold: timing?.coldStart === true,
    durationMs: timing?.durationMs,
    initDurationMs: timing?.initDurationMs ?? timing?.restoreDurationMs,
    billedDurationMs: timing?.billedDurationMs,
    maxMemoryUsedMB: timing?.maxMemoryUsedMB,
    ...(failed && { failure: failureIn(payload) ?? timing?.errorType ?? timing?.status ?? functionError }),
  };
}

/** Lambda puts `errorType` and `errorMessage` into the response of a failed invocation. */
function failureIn(payload: string | undefined): string | undefined {
  try {
    const response: unknown = JSON.parse(payload ?? '');
    if (typeof response !== 'object' || response === null || !('errorMessage' in response)) return undefined;
    const type = 'errorType' in response && typeof response.errorType === 'string' ? `${response.errorType}: ` : '';
    return (type + String(response.errorMessage)).slice(0, 300);
  } catch {
    return undefined;
  }
}
