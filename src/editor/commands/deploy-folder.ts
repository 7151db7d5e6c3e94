import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { DeployResult } from '../../pipeline.ts';
import { Problem } from '../../problem.ts';
import { answered } from '../cancellation.ts';
import { editorWords } from '../editor-words.ts';
import { namedArguments } from './arguments.ts';
import type { CommandContext, CommandHandler } from './command-context.ts';
import type { CommandId } from './command-ids.ts';
import { packageAndDeploy } from './package-and-deploy.ts';
import type { Deployment } from './package-and-deploy.ts';
import { pickFolder } from './pick-folder.ts';
import { problemWithFunctionName, suggestFunctionName } from '../../deploy/function-name.ts';

export type FolderDeployResult = DeployResult & { readonly functionName: string };

/**
 * Deploys a folder: the URI passed, or else the one the user picks. From the menu nothing is asked: the function gets the
 * folder's last name, or one made from the folder's. `{ functionName, confirmed, runtime, handler }` may follow the URI.
 */
export const deployFolder: CommandHandler = async (context, subject, options) => {
  // A menu passes the list of selected resources second, which names nothing.
  const named = namedArguments(Array.isArray(options) ? undefined : options);
  const uri = subject instanceof vscode.Uri ? subject : await pickFolder();
  if (uri.scheme !== 'file') {
    throw new Problem(
      'FolderNotOnDisk',
      vscode.l10n.t('Only folders on disk can be deployed. Save this one to disk first.'),
    );
  }
  const folder = uri.fsPath;
  const isTaken = (name: string): boolean => (context.folders.of(name)?.folder ?? folder) !== folder;
  const { settings } = await context.pipeline.findSettings(folder);
  const suggested = settings.name ?? context.folders.nameFor(folder) ?? suggestFunctionName(folder, isTaken);
  const functionName = named.functionName ?? (subject instanceof vscode.Uri ? suggested : await askName(suggested));
  return deployNamed(context, { ...named, folder, functionName });
};

/** Deploys the folder a function came from once more, as it is now. */
export async function deployNamed(
  context: CommandContext,
  deployment: Deployment & { readonly confirmed?: boolean },
): Promise<FolderDeployResult> {
  const { functionName, folder, confirmed = false } = deployment;
  const wrongName = problemWithFunctionName(functionName);
  if (wrongName !== undefined)
    throw new Problem(
      'BadFunctionName',
      vscode.l10n.t('"{0}" cannot be used. {1}', functionName, editorWords.sentence(wrongName)),
    );
  if (!confirmed) await confirmFirstDeployment(context, functionName, folder);
  await saveFilesIn(folder);
  const result = await packageAndDeploy(context, deployment);
  context.tree.refresh();
  offerNextSteps(context, functionName, result.action);
  return { ...result, functionName };
}

/** Whatever is not the local Lambda may hold a function of that name that others depend on. */
async function confirmFirstDeployment(context: CommandContext, functionName: string, folder: string): Promise<void> {
  const { choice, label } = context.targets;
  const known = context.folders.of(functionName);
  if (choice.kind === 'local' || (known?.folder === folder && known.targets.includes(label))) return;
  await answered(
    vscode.window.showWarningMessage(
      vscode.l10n.t('Deploy {0} to {1}?', functionName, label),
      { modal: true, detail: vscode.l10n.t('{0}\n\nA function of that name there gets this code.', folder) },
      vscode.l10n.t('Deploy'),
    ),
  );
}

async function saveFilesIn(folder: string): Promise<void> {
  const inside = vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && !document.isUntitled && document.uri.fsPath.startsWith(folder + sep),
  );
  await Promise.all(inside.map((document) => document.save()));
}

function askName(value: string): Promise<string> {
  return answered(
    vscode.window.showInputBox({
      title: vscode.l10n.t('Deploy Folder as Lambda'),
      prompt: vscode.l10n.t('Name of the function'),
      value,
      validateInput: (name) => {
        const wrong = problemWithFunctionName(name);
        return wrong && editorWords.sentence(wrong);
      },
    }),
  );
}

/** Not awaited: the command is done when the function is deployed, whenever the message is put away. */
function offerNextSteps(context: CommandContext, functionName: string, action: DeployResult['action']): void {
  const message =
    action === 'unchanged'
      ? vscode.l10n.t('{0} is up to date on {1}; nothing was uploaded.', functionName, context.targets.label)
      : vscode.l10n.t('Deployed {0} to {1}.', functionName, context.targets.label);
  const commandOf: Record<string, CommandId> = {
    [vscode.l10n.t('Invoke')]: 'lambdaWorkbench.invoke',
    [vscode.l10n.t('Show Logs')]: 'lambdaWorkbench.showLogs',
  };
  void vscode.window.showInformationMessage(message, ...Object.keys(commandOf)).then((chosen) => {
    const command = commandOf[chosen ?? ''];
    if (command !== undefined) void vscode.commands.executeCommand(command, { functionName });
  });
}
