import { withAwsProblems } from '../aws/aws-problems.ts';
import { lambdaClient } from '../aws/clients.ts';
import type { FunctionUrl, FunctionUrlOptions } from '../pipeline.ts';

/** A function's URL; makes one where there is none, and leaves the settings of one that is there. */
export async function functionUrl(options: FunctionUrlOptions): Promise<FunctionUrl> {
  const { target, functionName: FunctionName, auth, stream, signal } = options;
  return withAwsProblems(target, async () => {
    const { CreateFunctionUrlConfigCommand, GetFunctionUrlConfigCommand, ResourceNotFoundException } =
      await import('@aws-sdk/client-lambda');
    const client = await lambdaClient(target);
    const sending = { ...(signal && { abortSignal: signal }) };
    try {
      const existing = await client
        .send(new GetFunctionUrlConfigCommand({ FunctionName }), sending)
        .catch((error: unknown) => {
          if (error instanceof ResourceNotFoundException) return undefined;
          throw error;
        });
      const shown =
        existing ??
        (await client.send(
          new CreateFunctionUrlConfigCommand({
            FunctionName,
            AuthType: auth === 'iam' ? 'AWS_IAM' : 'NONE',
            InvokeMode: stream ? 'RESPONSE_STREAM' : 'BUFFERED',
          }),
          sending,
        ));
      return {
        url: shown.FunctionUrl ?? '',
        auth: shown.AuthType === 'AWS_IAM' ? 'iam' : 'none',
        streams: shown.InvokeMode === 'RESPONSE_STREAM',
        created: existing === undefined,
      };
    } finally {
      client.destroy();
    }
  });
}
