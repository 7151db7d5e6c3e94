import * as vscode from 'vscode';
import { isCancellation } from '../problem.ts';
import type { CommandContext } from './commands/command-context.ts';
import { packageAndDeploy } from './commands/package-and-deploy.ts';
import { readSettings } from './configuration.ts';
import { editorWords } from './editor-words.ts';
import { detailsOf, sentenceOf } from './failure-words.ts';

const shownMs = 6000;

/**
 * Where the setting says so, a saved file's function is deployed again to the Local Lambda, and only there: the next invocation runs
 * what was just written. Quiet: the status bar tells of it, also of code that cannot be built yet.
 */
export class RedeployOnSave implements vscode.Disposable {
  readonly #context: CommandContext;
  readonly #subscription: vscode.Disposable;
  /** Functions that are being deployed; true where another save came meanwhile. */
  readonly #running = new Map<string, boolean>();

  constructor(context: CommandContext) {
    this.#context = context;
    this.#subscription = vscode.workspace.onDidSaveTextDocument((document) => this.#onSave(document));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #onSave({ uri }: vscode.TextDocument): void {
    const { folders, targets } = this.#context;
    if (uri.scheme !== 'file' || !vscode.workspace.isTrusted || targets.choice.kind !== 'local') return;
    if (!readSettings(uri).redeployOnSave) return;
    const functionName = folders.nameForFile(uri.fsPath);
    // A function that is on AWS only stays there as it is.
    if (functionName === undefined || !folders.of(functionName)?.targets.includes(targets.label)) return;
    if (this.#running.has(functionName)) this.#running.set(functionName, true);
    else void this.#redeploy(functionName);
  }

  async #redeploy(functionName: string): Promise<void> {
    do {
      this.#running.set(functionName, false);
      await this.#deployOnce(functionName);
    } while (this.#running.get(functionName) === true);
    this.#running.delete(functionName);
  }

  async #deployOnce(functionName: string): Promise<void> {
    const { folders, output, tree } = this.#context;
    const folder = folders.of(functionName)?.folder;
    if (folder === undefined) return;
    try {
      const { action } = await packageAndDeploy(this.#context, { folder, functionName, quiet: true });
      if (action === 'unchanged') return;
      vscode.window.setStatusBarMessage(vscode.l10n.t('$(pass) {0} deployed', functionName), shownMs);
      tree.refresh();
    } catch (error) {
      if (isCancellation(error)) return;
      output.appendLine(detailsOf(error));
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('$(error) {0} not deployed: {1}', functionName, sentenceOf(error, editorWords)),
        shownMs,
      );
    }
  }
}
