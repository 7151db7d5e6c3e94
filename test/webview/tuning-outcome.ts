import type { TuningOutcome } from '../../src/observe/tuning.ts';

/** What a function may say of itself. */
export const attack = '<img src=x onerror="executed.push(1)">';

const size = (memorySizeMB: number, warmMs: number, costOfMillion: number) => ({
  memorySizeMB,
  invocations: 10,
  failed: 0,
  warmMs,
  coldMs: warmMs + 400,
  maxMemoryUsedMB: 96,
  costOfMillion,
});
/** Seven sizes, one at which the function failed, and one that the service refuses. */
export const tuningOutcome: TuningOutcome = {
  functionName: 'resize-image',
  memorySizeMB: 512,
  runs: 10,
  region: 'eu-west-1',
  versions: [],
  isCancelled: false,
  sizes: [
    { memorySizeMB: 128, invocations: 0, failed: 2, failure: `Runtime.OutOfMemory ${attack}` },
    size(256, 812.4, 3.59),
    size(512, 402.1, 3.56),
    size(1024, 198.7, 3.53),
    size(1769, 118.2, 3.64),
    size(3008, 112.9, 5.73),
    { memorySizeMB: 10_240, invocations: 0, failed: 0, refusal: 'Member must have value less than or equal to 3008' },
  ],
  advice: { cheapest: 1024, balanced: 1769, fastest: 3008, isAllTheSame: false },
};
