import { withAwsProblems } from '../aws/aws-problems.ts';
import { invokeClient } from '../aws/clients.ts';
import { timingOfLogTail } from '../observe/log-tail-timing.ts';
import type { InvokeOptions, InvokeResult } from '../pipeline.ts';
import { checkPayload } from './check-payload.ts';

const invocationTypes = { sync: 'RequestResponse', async: 'Event', 'dry-run': 'DryRun' } as const;

/** Invokes a function once; never again by itself, whatever happens. */
export async function invokeFunction(options: InvokeOptions): Promise<InvokeResult> {
  const { target, functionName, qualifier, mode, payload, signal } = options;
  if (payload !== undefined) checkPayload(payload, mode);
  return withAwsProblems(target, async () => {
    const { InvokeCommand } = await import('@aws-sdk/client-lambda');
    const client = await invokeClient(target);
    const startedAt = performance.now();
    try {
      const output = await client.send(
        new InvokeCommand({
          FunctionName: functionName,
          ...(qualifier !== undefined && { Qualifier: qualifier }),
          InvocationType: invocationTypes[mode],
          ...(payload !== undefined && { Payload: Buffer.from(payload) }),
          ...(mode === 'sync' && { LogType: 'Tail' }),
        }),
        { ...(signal && { abortSignal: signal }) },
      );
      const requestId = output.$metadata.requestId ?? '';
      const logTail = output.LogResult ? Buffer.from(output.LogResult, 'base64').toString('utf8') : undefined;
      const timing = logTail === undefined ? undefined : timingOfLogTail(logTail, requestId);
      return {
        mode,
        requestId,
        statusCode: output.StatusCode ?? 0,
        elapsedMs: performance.now() - startedAt,
        ...(output.FunctionError && { functionError: output.FunctionError }),
        ...(output.ExecutedVersion && { executedVersion: output.ExecutedVersion }),
        ...(mode === 'sync' && { payload: Buffer.from(output.Payload ?? []).toString('utf8') }),
        ...(logTail !== undefined && { logTail }),
        ...(timing && { timing }),
      };
    } finally {
      client.destroy();
    }
  });
}
