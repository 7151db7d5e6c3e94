import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { failure, type InvocationFailure } from './outcome.ts';
import type { InitResult } from './run-result.ts';

/** Whether it is a file that can be started. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Of a script, such as one whose first line names a program that is not there, or ends in CR LF. */
const startRefusals: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
};

/** What an init that did not become ready has come to. */
export function initFailure(
  result: InitResult | 'passed',
  about: { requestId: string; timeoutSeconds: number; startError: Error | undefined; isCustom: boolean },
): InvocationFailure {
  if (result === 'passed') return failure.timeout(about.requestId, about.timeoutSeconds);
  if (result.kind === 'error') return { ...failure.reported(result), endsRuntime: true };
  if (result.kind === 'extension') return failure.extension(about.requestId, result);
  const refusal = about.isCustom ? startRefusals[Reflect.get(about.startError ?? {}, 'code')] : undefined;
  if (refusal) return failure.invalidEntrypoint(about.requestId, `fork/exec /var/task/bootstrap: ${refusal}`);
  if (result.kind === 'exit') return failure.exit(about.requestId, about.startError?.message ?? result, false);
  throw new Error('A runtime that is ready has not failed');
}
