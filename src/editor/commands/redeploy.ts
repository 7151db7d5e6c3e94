import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { Problem } from '../../problem.ts';
import { namedArguments } from './arguments.ts';
import type { CommandHandler } from './command-context.ts';
import { deployNamed } from './deploy-folder.ts';
import { functionNameFrom } from './pick-function.ts';

/** Deploys the folder a function came from, as it is now. Resolves to what `deployFolder` resolves to. */
export const redeploy: CommandHandler = async (context, subject) => {
  const functionName = await functionNameFrom(context, subject, 'Redeploy');
  const folder = context.folders.of(functionName)?.folder;
  const found = folder === undefined ? undefined : await stat(folder).catch(() => undefined);
  if (folder === undefined || found?.isDirectory() !== true) {
    throw new Problem(
      'FolderUnknown',
      folder === undefined
        ? vscode.l10n.t(
            '{0} was not deployed from this workspace. Right-click its folder and choose "Deploy as Lambda".',
            functionName,
          )
        : vscode.l10n.t(
            'The folder {0} came from is gone ({1}). Right-click its new folder and choose "Deploy as Lambda".',
            functionName,
            folder,
          ),
    );
  }
  return deployNamed(context, { folder, functionName, confirmed: namedArguments(subject).confirmed === true });
};
