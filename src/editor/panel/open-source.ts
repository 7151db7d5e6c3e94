import * as vscode from 'vscode';
import { liesInOneOf, sourceFileOf } from './source-file.ts';

export interface SourceToOpen {
  /** In the package, as a log says it. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Opens a place that a stack trace names, in the folder that the function was deployed from, where this window has that open. */
export async function openSource(folder: string | undefined, { path, line, column }: SourceToOpen): Promise<void> {
  if (folder === undefined) {
    tell(
      vscode.l10n.t(
        'It is not known which folder this function was deployed from. Deploy it from its folder, and try again.',
      ),
    );
    return;
  }
  const open = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const roots = open.map(({ uri }) => uri.fsPath);
  if (!(await liesInOneOf(folder, roots))) {
    tell(
      vscode.l10n.t(
        'The function was deployed from {0}, which is in no folder of this window. Open it, and try again.',
        folder,
      ),
    );
    return;
  }
  const file = await sourceFileOf(folder, path);
  if (file === undefined) {
    tell(vscode.l10n.t('{0} is not in {1}: it was made for the package, or has been moved since.', path, folder));
    return;
  }
  const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    selection: new vscode.Range(at, at),
    viewColumn: vscode.ViewColumn.One,
  });
}

const tell = (why: string): void => void vscode.window.showInformationMessage(why);
