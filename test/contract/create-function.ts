import { CreateFunctionCommand, type CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import type { Clients } from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

/** Creates a Node.js function with this source as index.mjs. */
export async function createNodeFunction(
  { lambda }: Clients,
  name: string,
  source: string,
  overrides: Partial<CreateFunctionCommandInput> = {},
): Promise<void> {
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: role,
      Code: { ZipFile: await zipOf({ 'index.mjs': source }) },
      ...overrides,
    }),
  );
}
