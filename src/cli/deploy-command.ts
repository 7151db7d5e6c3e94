import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPipeline, type DeployOptions } from '../pipeline.ts';
import { Problem } from '../problem.ts';
import { environmentOf, parseCommand, wholeNumber } from './arguments.ts';
import { changesIn } from './changes.ts';
import type { CommandContext } from './commands.ts';
import { describe, summary } from './package-words.ts';
import { suggestFunctionName } from '../deploy/function-name.ts';
import { chooseTarget, type TargetChoice } from './target.ts';

export async function runDeploy(context: CommandContext): Promise<number> {
  const { values, positionals } = parseCommand(context.args, ['FOLDER'], {
    runtime: { type: 'string' },
    handler: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
    memory: { type: 'string' },
    timeout: { type: 'string' },
    env: { type: 'string', multiple: true },
    watch: { type: 'boolean' },
    publish: { type: 'boolean' },
    alias: { type: 'string' },
  });
  const memorySizeMB = wholeNumber('memory', values.memory, [128, 10_240]);
  const timeoutSeconds = wholeNumber('timeout', values.timeout, [1, 900]);
  const environment = environmentOf(values.env);
  const folder = path.resolve(positionals[0] ?? '');
  const deploy = (): Promise<number> =>
    deployOnce(context, {
      values,
      folder,
      deployment: {
        ...(values.role && { role: values.role }),
        ...(memorySizeMB !== undefined && { memorySizeMB }),
        ...(timeoutSeconds !== undefined && { timeoutSeconds }),
        ...(environment && { environment }),
      },
    });
  return values.watch ? deployOnChange(context, folder, deploy) : deploy();
}

interface Deployment {
  readonly values: TargetChoice & {
    readonly runtime?: string;
    readonly handler?: string;
    readonly name?: string;
    readonly publish?: boolean;
    readonly alias?: string;
  };
  readonly folder: string;
  readonly deployment: Partial<DeployOptions>;
}

async function deployOnce(
  { output, signal, engineEntry }: CommandContext,
  { values, folder, deployment }: Deployment,
): Promise<number> {
  const pipeline = createPipeline();
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-'));
  try {
    const built = await pipeline.packageFolder({
      folder,
      outFile: path.join(scratch, 'package.zip'),
      signal,
      ...(values.runtime && { runtime: values.runtime }),
      ...(values.handler && { handler: values.handler }),
    });
    built.warnings.forEach((warning) => output.warning(warning));
    const functionName = values.name ?? built.settings.name ?? suggestFunctionName(folder.replace(/\.(zip|jar)$/i, ''));
    const target = await chooseTarget(values, { entry: engineEntry, signal });
    const deployed = await pipeline.deploy({
      ...deployment,
      target,
      functionName,
      package: built,
      signal,
      onProgress: ({ message }) => output.progress(message),
    });
    const { alias } = values;
    const published =
      values.publish || alias
        ? await pipeline.publishVersion({
            target,
            functionName,
            codeSha256: built.codeSha256,
            signal,
            ...(alias && { alias }),
          })
        : undefined;
    output.result(
      { ...deployed, functionName, ...published, ...summary(built) },
      () =>
        `${functionName} ${deployed.action} on ${target.label}: ${describe(built)}\n${published?.aliasArn ?? published?.versionArn ?? deployed.functionArn}${published?.alias ? ` is version ${published.version}` : ''}`,
    );
    return 0;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Deploys, and again after each change in the folder, until it is interrupted. What cannot be deployed is said, and waits for the next change. */
async function deployOnChange(
  { output, signal }: CommandContext,
  folder: string,
  deploy: () => Promise<number>,
): Promise<number> {
  const attempt = async (): Promise<void> => {
    try {
      await deploy();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      output.failure(error.code, error.message);
    }
  };
  // Watched before the first deployment: what changes meanwhile counts.
  const changes = changesIn(folder, signal);
  await attempt();
  for await (const _ of changes) await attempt();
  return 130;
}
