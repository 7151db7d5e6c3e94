import { failure, type InvocationFailure } from './outcome.ts';
import type { InitResult } from './run-result.ts';

/** What an init that did not become ready has come to. */
export function initFailure(
  result: InitResult | 'passed',
  about: { requestId: string; timeoutSeconds: number; startError: Error | undefined },
): InvocationFailure {
  if (result === 'passed') return failure.timeout(about.requestId, about.timeoutSeconds);
  if (result.kind === 'error') return { ...failure.reported(result), endsRuntime: true };
  if (result.kind === 'extension') return failure.extension(about.requestId, result);
  if (result.kind === 'exit') return failure.exit(about.requestId, about.startError?.message ?? result, false);
  throw new Error('A runtime that is ready has not failed');
}
