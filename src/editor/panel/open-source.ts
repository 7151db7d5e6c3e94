import * as vscode from 'vscode';
import { sourceFileOf } from './source-file.ts';

export interface SourceToOpen {
  /** In the package, as a log says it. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Opens a place that a stack trace names, in the folder that the function was deployed from. */
export async function openSource(folder: string | undefined, { path, line, column }: SourceToOpen): Promise<void> {
  const file = folder === undefined ? undefined : await sourceFileOf(folder, path);
  if (file === undefined) {
    const why =
      folder === undefined
        ? 'It is not known which folder this function was deployed from. Deploy it from its folder, and try again.'
        : `${path} is not in ${folder}: it was made for the package, or has been moved since.`;
    void vscode.window.showInformationMessage(why);
    return;
  }
  const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(vscode.Uri.file(file), {
    selection: new vscode.Range(at, at),
    viewColumn: vscode.ViewColumn.One,
  });
}
