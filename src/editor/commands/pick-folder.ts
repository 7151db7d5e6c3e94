import * as vscode from 'vscode';
import { answered } from '../cancellation.ts';

/** Asks which folder to deploy: a workspace folder, or any other. Throws `Dismissed` when none is chosen. */
export async function pickFolder(): Promise<vscode.Uri> {
  const items = (vscode.workspace.workspaceFolders ?? []).map((folder) => ({
    label: `$(folder) ${folder.name}`,
    description: folder.uri.fsPath,
    uri: folder.uri,
  }));
  const browse = { label: vscode.l10n.t('$(folder-opened) Another folder…'), description: '', uri: undefined };
  const title = vscode.l10n.t('Deploy Folder as Lambda');
  const placeHolder = vscode.l10n.t('The folder that holds the handler');
  const picked =
    items.length === 0
      ? browse
      : await answered(vscode.window.showQuickPick([...items, browse], { title, placeHolder }));
  if (picked.uri !== undefined) return picked.uri;
  const defaultUri = items[0]?.uri;
  const chosen = await answered(
    vscode.window.showOpenDialog({
      title,
      openLabel: vscode.l10n.t('Deploy as Lambda'),
      canSelectFiles: false,
      canSelectFolders: true,
      ...(defaultUri !== undefined && { defaultUri }),
    }),
  );
  return answered(Promise.resolve(chosen[0]));
}
