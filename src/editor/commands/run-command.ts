import * as vscode from 'vscode';
import { isCancellation, Problem } from '../../problem.ts';
import { editorWords } from '../editor-words.ts';
import { detailsOf, sentenceOf } from '../failure-words.ts';

/**
 * The single edge where a command's errors become words: a Problem is shown as its sentence, a cancellation is silent,
 * anything else is shown with its details at hand. Resolves to what the command returned, or undefined when it failed:
 * a rejection would make VS Code show the same error a second time.
 */
export async function runCommand<T>(output: vscode.OutputChannel, command: () => Promise<T>): Promise<T | undefined> {
  try {
    if (!vscode.workspace.isTrusted) {
      throw new Problem(
        'WorkspaceNotTrusted',
        vscode.l10n.t(
          'Lambda Workbench runs the code of this workspace, so it works only where you trust it. Run "Workspaces: Manage Workspace Trust" first.',
        ),
      );
    }
    return await command();
  } catch (error) {
    if (!isCancellation(error)) showFailure(output, error);
    return undefined;
  }
}

/** Shows an error without waiting for the user to put it away. */
export function showFailure(output: vscode.OutputChannel, error: unknown): void {
  output.appendLine(detailsOf(error));
  const showDetails = vscode.l10n.t('Show Details');
  void vscode.window.showErrorMessage(sentenceOf(error, editorWords), showDetails).then((chosen) => {
    if (chosen === showDetails) output.show();
  });
}
