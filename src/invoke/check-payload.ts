import { Problem } from '../problem.ts';
import type { InvocationMode } from '../pipeline.ts';

const maxSyncBytes = 6_291_456;
const maxAsyncBytes = 1_048_576;

/** Throws a Problem for a payload that the service would refuse: not JSON, or too large for the kind of invocation. */
export function checkPayload(payload: string, mode: InvocationMode): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'invalid JSON';
    throw new Problem(
      'PayloadNotJson',
      `The payload is not JSON${placeOf(reason, payload)}: ${reason}. Correct it and invoke again.`,
      { cause: error },
    );
  }
  const bytes = Buffer.byteLength(payload);
  const limit = mode === 'async' ? maxAsyncBytes : maxSyncBytes;
  if (bytes > limit) {
    throw new Problem(
      'PayloadTooLarge',
      `The payload has ${bytes} bytes; ${mode === 'async' ? 'an asynchronous' : 'a synchronous'} invocation takes ${limit}. Pass a reference to the data instead.`,
    );
  }
}

function placeOf(reason: string, payload: string): string {
  const position = Number(
    /at position (\d+)/.exec(reason)?.[1] ?? (/end of JSON|Unterminated/.test(reason) ? payload.length : Number.NaN),
  );
  if (Number.isNaN(position)) return '';
  const before = payload.slice(0, position).split('\n');
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}
