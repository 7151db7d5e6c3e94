import { withAwsProblems } from '../aws/aws-problems.ts';
import { lambdaClient } from '../aws/clients.ts';
import type { Target } from '../aws/target.ts';
import { updateMemory } from './memory-versions.ts';

/** Gives the function so much memory (MB), and waits until it has it. Nothing else of it changes. */
export async function setMemory(options: {
  target: Target;
  functionName: string;
  memorySizeMB: number;
  signal?: AbortSignal;
}): Promise<void> {
  const { target, ...update } = options;
  await withAwsProblems(target, async () => {
    const client = await lambdaClient(target);
    try {
      await updateMemory(client, update);
    } finally {
      client.destroy();
    }
  });
}
