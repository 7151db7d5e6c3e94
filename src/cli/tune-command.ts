import { dollars } from '../observe/cost.ts';
import { estimateTuning } from '../observe/tuning-estimate.ts';
import { inOrder, isMemorySize, leastMemoryMB, mostMemoryMB, runsRange, usualRuns } from '../observe/tuning-sizes.ts';
import type { TunedSize, TuningOutcome } from '../observe/tuning.ts';
import { createPipeline, type FunctionSummary } from '../pipeline.ts';
import { parseCommand, wholeNumber } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import type { Output } from './output.ts';
import { readPayload } from './payload.ts';
import { chooseTarget } from './target.ts';
import { UsageError } from './usage-error.ts';

const usual = '128,256,512,1024,1769,3008';
const choices = ['cheapest', 'fastest', 'balanced'] as const;

export async function runTune({ args, output, signal, engineEntry }: CommandContext): Promise<number> {
  const { values, positionals } = parseCommand(args, ['NAME'], {
    payload: { type: 'string', default: '{}' },
    sizes: { type: 'string', default: usual },
    runs: { type: 'string' },
    apply: { type: 'string' },
    yes: { type: 'boolean' },
  });
  const memorySizes = sizesOf(values.sizes);
  const runs = wholeNumber('runs', values.runs, runsRange) ?? usualRuns;
  const apply = choices.find((each) => each === values.apply);
  if (values.apply !== undefined && apply === undefined)
    throw new UsageError(`--apply takes ${choices.join(', ')}, not "${values.apply}".`);
  const payload = (await readPayload(values.payload)) ?? '{}';
  const target = await chooseTarget(values, { entry: engineEntry, signal });
  const functionName = positionals[0] ?? '';
  const pipeline = createPipeline();
  const summary = await pipeline.describeFunction({ target, functionName, signal });
  const price = priceWords(summary, { memorySizes, runs });
  if (target.endpoint === undefined && !values.yes)
    throw new UsageError(`${price} on ${target.label}, with all that the function does. Add --yes to go on.`);
  output.progress(`${price}.`);
  const outcome = await pipeline.tuneMemory({
    target,
    functionName,
    payload,
    memorySizes,
    runs,
    signal,
    onProgress: (progress) => {
      if (progress.step === 'invoking')
        output.progress(`${progress.memorySizeMB} MB: ${progress.done} of ${progress.total}`);
      else if (progress.step !== 'prepared')
        output.progress(progress.step === 'preparing' ? `Publishing with ${progress.memorySizeMB} MB` : 'Putting back');
    },
  });
  const appliedMB = apply && !outcome.isCancelled ? outcome.advice[apply] : undefined;
  if (appliedMB !== undefined) await pipeline.setMemory({ target, functionName, memorySizeMB: appliedMB, signal });
  if (output.json) output.line(JSON.stringify({ ...outcome, ...(appliedMB !== undefined && { appliedMB }) }));
  else printOutcome(output, outcome, appliedMB);
  return outcome.isCancelled ? 130 : 0;
}

function sizesOf(text: string): number[] {
  const sizes = text.split(',').map((part) => Number(part.trim() || Number.NaN));
  const wrong = sizes.findIndex((size) => !isMemorySize(size));
  if (wrong >= 0)
    throw new UsageError(
      `--sizes takes whole numbers of MB from ${leastMemoryMB} to ${mostMemoryMB}, such as ${usual}, not "${text.split(',')[wrong]}".`,
    );
  return inOrder(sizes);
}

function priceWords(
  { arn, architecture, ephemeralStorageMB, timeoutSeconds }: FunctionSummary,
  plan: { readonly memorySizes: readonly number[]; readonly runs: number },
): string {
  const { invocations, most } = estimateTuning({
    ...plan,
    region: arn.split(':')[3] ?? '',
    architecture: architecture ?? 'x86_64',
    ephemeralStorageMB,
    timeoutSeconds: timeoutSeconds ?? 900,
  });
  return `${invocations} invocations cost at most ${dollars(most)} by AWS's prices (if each runs until its timeout)`;
}

const cell = (value: number | undefined): number | string => (value === undefined ? '' : Number(value.toFixed(2)));

function remarkOf({ memorySizeMB, failed, failure, refusal }: TunedSize, { advice }: TuningOutcome): string {
  const named = choices.filter((each) => advice[each] === memorySizeMB).join(', ');
  const failures = failed > 0 ? `${failed} failed: ${failure}` : '';
  return [named, failures, refusal ?? ''].filter(Boolean).join('; ');
}

function printOutcome(output: Output, outcome: TuningOutcome, appliedMB: number | undefined): void {
  const { functionName, memorySizeMB, sizes, advice, isCancelled } = outcome;
  output.table(
    ['MB', 'INVOCATIONS', 'WARM MS', 'COLD MS', 'USED MB', 'A MILLION', ''],
    sizes.map((size) => [
      size.memorySizeMB,
      size.invocations,
      cell(size.warmMs),
      cell(size.coldMs),
      cell(size.maxMemoryUsedMB),
      size.costOfMillion === undefined ? '' : dollars(size.costOfMillion),
      remarkOf(size, outcome),
    ]),
  );
  if (isCancelled) output.line('Cancelled: this is what was measured until then.');
  if (advice.isAllTheSame)
    output.line('No size is slower than another beyond what chance explains: take the cheapest.');
  output.line(
    appliedMB === undefined
      ? `${functionName} has ${memorySizeMB} MB, as before.`
      : `${functionName} has ${appliedMB} MB now.`,
  );
}
