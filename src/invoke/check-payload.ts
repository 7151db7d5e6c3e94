import { Problem } from '../problem.ts';
import { placeOfJsonError } from './json-error.ts';
import type { InvocationMode } from '../pipeline.ts';

const maxSyncBytes = 6_291_456;
const maxAsyncBytes = 1_048_576;

/** Throws a Problem for a payload that the service would refuse: not JSON, or too large for the kind of invocation. */
export function checkPayload(payload: string, mode: InvocationMode): void {
  try {
    JSON.parse(payload);
  } catch (error) {
    const place = placeOfJsonError(payload);
    throw new Problem(
      'PayloadNotJson',
      `The payload is not JSON${place ? `: line ${place.line}, column ${place.column}` : ''}: ${reasonOf(error)}. Correct it and invoke again.`,
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

/** V8's words without its own, not always given, account of the place and without the text they quote. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : 'invalid JSON')
    .replace(/( in JSON)? at position \d+.*$/s, '')
    .replace(/, (\.\.\.)?".*is not valid JSON$/s, '')
    .replaceAll('\n', String.raw`\n`);
