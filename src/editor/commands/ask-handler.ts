import * as vscode from 'vscode';
import { basename } from 'node:path';
import { answered } from '../cancellation.ts';

const runtimes = [
  { label: 'nodejs24.x', description: 'Node.js 24', handler: 'index.handler' },
  { label: 'nodejs22.x', description: 'Node.js 22', handler: 'index.handler' },
  { label: 'python3.14', description: 'Python 3.14', handler: 'lambda_function.lambda_handler' },
  { label: 'python3.13', description: 'Python 3.13', handler: 'lambda_function.lambda_handler' },
  { label: 'python3.12', description: 'Python 3.12', handler: 'lambda_function.lambda_handler' },
];

/** Asks for runtime and handler of a folder in which no handler was found. Throws `Dismissed` on Escape. */
export async function askHandler(folder: string): Promise<{ runtime: string; handler: string }> {
  const title = vscode.l10n.t('No handler found in {0}', basename(folder));
  const runtime = await answered(
    vscode.window.showQuickPick(runtimes, {
      title,
      placeHolder: vscode.l10n.t('Which runtime does the function need?'),
    }),
  );
  const handler = await answered(
    vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t('File without its extension, a dot, and the exported function'),
      value: runtime.handler,
      validateInput: (value) =>
        /^[^\s.][^\s]*\.[^\s.]+$/.test(value) ? undefined : vscode.l10n.t('Write it like {0}', runtime.handler),
    }),
  );
  return { runtime: runtime.label, handler };
}
