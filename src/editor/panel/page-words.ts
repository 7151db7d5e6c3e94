import * as vscode from 'vscode';
import type { PanelPage } from './panel-html.ts';

/** The words that a page gets from the host, as it cannot ask VS Code itself: those of the editor's language, where there are any. */
export function pageWords(): PanelPage['words'] {
  const { bundle } = vscode.l10n;
  return bundle && { language: vscode.env.language, strings: bundle };
}
