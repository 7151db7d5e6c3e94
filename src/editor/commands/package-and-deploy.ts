import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { DeploymentPackage } from '../../package/deployment-package.ts';
import type { DeployResult } from '../../pipeline.ts';
import { Problem } from '../../problem.ts';
import { withCancellableProgress, withQuietProgress } from '../cancellation.ts';
import { readSettings } from '../configuration.ts';
import { askHandler } from './ask-handler.ts';
import type { CommandContext } from './command-context.ts';

export interface Deployment {
  readonly folder: string;
  readonly functionName: string;
  /** Named by the caller; otherwise what was remembered, or found in the folder. */
  readonly runtime?: string;
  readonly handler?: string;
  /** Nobody asked for it just now: nothing is asked, and nothing is shown that takes the eye. */
  readonly quiet?: boolean;
}

interface HandlerChoice {
  readonly runtime?: string;
  readonly handler?: string;
}

/** Packages the folder into a file of its own, deploys it, and removes the file. Asks for the handler if none is found. */
export async function packageAndDeploy(context: CommandContext, deployment: Deployment): Promise<DeployResult> {
  const { folder, functionName, quiet = false } = deployment;
  const outFile = join(context.packagesFolder.fsPath, `${functionName}-${randomUUID()}.zip`);
  await mkdir(context.packagesFolder.fsPath, { recursive: true });
  const run = (choice: HandlerChoice): Promise<DeployResult> =>
    deployOnce(context, { folder, functionName, outFile, choice, quiet });
  let choice = knownHandler(context, deployment);
  let result: DeployResult;
  try {
    try {
      result = await run(choice);
    } catch (error) {
      if (quiet || !(error instanceof Problem && error.code === 'HandlerNotFound')) throw error;
      choice = await askHandler(folder);
      result = await run(choice);
    }
  } finally {
    await rm(outFile, { force: true });
  }
  const target = context.targets.label;
  context.configurations.forget(functionName);
  if (result.action !== 'unchanged') await context.timings.deployed({ target, functionName }, result.codeSha256);
  await context.folders.remember(functionName, { folder, target, ...choice });
  return result;
}

function knownHandler(context: CommandContext, { folder, functionName, runtime, handler }: Deployment): HandlerChoice {
  if (runtime !== undefined || handler !== undefined) {
    return { ...(runtime !== undefined && { runtime }), ...(handler !== undefined && { handler }) };
  }
  const known = context.folders.of(functionName);
  if (known?.folder !== folder) return {};
  return {
    ...(known.runtime !== undefined && { runtime: known.runtime }),
    ...(known.handler !== undefined && { handler: known.handler }),
  };
}

interface Attempt {
  readonly folder: string;
  readonly functionName: string;
  readonly outFile: string;
  readonly choice: HandlerChoice;
  readonly quiet: boolean;
}

function deployOnce(
  context: CommandContext,
  { folder, functionName, outFile, choice, quiet }: Attempt,
): Promise<DeployResult> {
  const { pipeline, targets, output } = context;
  const settings = readSettings(vscode.Uri.file(folder));
  const showing = quiet ? withQuietProgress : withCancellableProgress;
  return showing(vscode.l10n.t('Deploying {0} to {1}', functionName, targets.label), async (signal, onProgress) => {
    const packaged = await pipeline.packageFolder({ folder, outFile, ...choice, signal, onProgress });
    signal.throwIfAborted();
    const memorySizeMB = packaged.settings.memorySize ?? settings.memorySizeMB;
    const timeoutSeconds = packaged.settings.timeout ?? settings.timeoutSeconds;
    onProgress({ message: vscode.l10n.t('connecting to {0}', targets.label) });
    const target = await targets.resolve();
    signal.throwIfAborted();
    const result = await pipeline.deploy({
      target,
      functionName,
      package: packaged,
      // What lambda.json says of this function comes before what the settings say of all.
      ...(memorySizeMB !== undefined && { memorySizeMB }),
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      signal,
      onProgress,
    });
    output.appendLine(`── ${functionName}: ${result.action} on ${targets.label} · ${describePackage(packaged)}`);
    if (packaged.settingsFrom !== undefined) output.appendLine(`   settings of ${packaged.settingsFrom}`);
    showWarnings(output, packaged, quiet);
    return result;
  });
}

function describePackage({ runtime, handler, entries, zippedBytes }: DeploymentPackage): string {
  const files = entries.filter(({ path }) => !path.endsWith('/')).length;
  return `${runtime} · ${handler} · ${files} ${files === 1 ? 'file' : 'files'} · ${zippedBytes} bytes zipped`;
}

function showWarnings(output: vscode.OutputChannel, { warnings }: DeploymentPackage, quiet: boolean): void {
  for (const warning of warnings) output.appendLine(`   ${warning}`);
  if (warnings.length > 0 && !quiet) void vscode.window.showWarningMessage(warnings.join(' '));
}
