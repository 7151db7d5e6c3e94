import type { Interpreter } from './interpreters.ts';
import { failure, type InvocationFailure } from './outcome.ts';
import type { InitResult } from './run-result.ts';
import { isExecutable, startRefusal } from './start-refusal.ts';

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

/** Why a program of the function's own cannot be started; undefined where there is none, or nothing speaks against it. */
export async function programRefusal(
  requestId: string,
  program: { readonly wrapper: string | undefined; readonly bootstrap?: string; readonly interpreter: Interpreter },
): Promise<InvocationFailure | undefined> {
  const { wrapper, bootstrap, interpreter } = program;
  if (wrapper !== undefined)
    return (await isExecutable(wrapper)) ? undefined : failure.noExecWrapper(requestId, wrapper);
  if (bootstrap !== undefined) return undefined;
  if (!(await isExecutable(interpreter.command))) return failure.invalidEntrypoint(requestId);
  const reason = await startRefusal(interpreter.command);
  return reason === undefined
    ? undefined
    : failure.invalidEntrypoint(requestId, `fork/exec /var/task/bootstrap: ${reason}`);
}
