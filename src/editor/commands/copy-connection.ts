import * as vscode from 'vscode';
import { shellExports } from '../../engine/launch.ts';
import type { CommandHandler } from './command-context.ts';

/** Puts shell exports on the clipboard that point any AWS tool at the local Lambda. Resolves to that text. */
export const copyConnection: CommandHandler = async (context) => {
  const text = shellExports(await context.local.connect());
  await vscode.env.clipboard.writeText(text);
  void vscode.window.showInformationMessage(vscode.l10n.t('Copied. Paste it into a shell to point AWS tools here.'));
  return text;
};
