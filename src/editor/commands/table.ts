import * as vscode from 'vscode';
import type { CommandContext, CommandHandler } from './command-context.ts';
import { commandIds } from './command-ids.ts';
import type { CommandId } from './command-ids.ts';
import { copyConnection } from './copy-connection.ts';
import { deleteFunction } from './delete-function.ts';
import { deployFolder } from './deploy-folder.ts';
import { invoke, invokeAsync, invokeDryRun } from './invoke.ts';
import { invokeWithPayload, newPayload } from './new-payload.ts';
import { previewPackage } from './preview-package.ts';
import { queryLogs } from './query-logs.ts';
import { redeploy } from './redeploy.ts';
import { refreshExplorer } from './refresh.ts';
import { runCommand } from './run-command.ts';
import { selectTarget } from './select-target.ts';
import { showInvocation } from './show-invocation.ts';
import { showLogs, showLogsOfSeveral } from './show-logs.ts';
import { tuneMemory } from './tune-memory.ts';

const handlers: Readonly<Record<CommandId, CommandHandler>> = {
  'lambdaWorkbench.deployFolder': deployFolder,
  'lambdaWorkbench.deployAsLambda': deployFolder,
  'lambdaWorkbench.previewPackage': previewPackage,
  'lambdaWorkbench.redeploy': redeploy,
  'lambdaWorkbench.invoke': invoke,
  'lambdaWorkbench.invokeAsync': invokeAsync,
  'lambdaWorkbench.invokeDryRun': invokeDryRun,
  'lambdaWorkbench.newPayload': newPayload,
  'lambdaWorkbench.invokeWithPayload': invokeWithPayload,
  'lambdaWorkbench.showLogs': showLogs,
  'lambdaWorkbench.showLogsOfSeveral': showLogsOfSeveral,
  'lambdaWorkbench.showInvocation': showInvocation,
  'lambdaWorkbench.queryLogs': queryLogs,
  'lambdaWorkbench.tuneMemory': tuneMemory,
  'lambdaWorkbench.deleteFunction': deleteFunction,
  'lambdaWorkbench.refreshExplorer': refreshExplorer,
  'lambdaWorkbench.selectTarget': selectTarget,
  'lambdaWorkbench.copyConnection': copyConnection,
};

/** Registers every command behind the runner. */
export function registerCommands(context: CommandContext): vscode.Disposable {
  return vscode.Disposable.from(
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(id, (subject: unknown, options: unknown) =>
        runCommand(context.output, () => handlers[id](context, subject, options)),
      ),
    ),
  );
}
