import * as vscode from 'vscode';
import { payloadDraftsContextKey } from '../contribution-ids.ts';
import type { CommandId } from './command-ids.ts';

const invokeCommand: CommandId = 'lambdaWorkbench.invokeWithPayload';

/** Editors in which a payload is being written, each for one function: a lens above the text invokes with it. */
export class PayloadDrafts implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #functionNames = new Map<string, string>();
  readonly #subscriptions: vscode.Disposable;

  constructor() {
    this.#subscriptions = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider({ language: 'json', scheme: 'untitled' }, this),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (this.#functionNames.delete(document.uri.toString())) this.#publish();
      }),
    );
  }

  /** Opens an untitled JSON editor for the function's payload. */
  async open(functionName: string, content: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument({ language: 'json', content });
    this.#functionNames.set(document.uri.toString(), functionName);
    this.#publish();
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    // On the first line inside the braces, after its indentation.
    const insideBraces = new vscode.Position(1, 2);
    editor.selection = new vscode.Selection(insideBraces, insideBraces);
  }

  /** The function a draft is for. */
  functionNameOf(document: vscode.TextDocument): string | undefined {
    return this.#functionNames.get(document.uri.toString());
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const functionName = this.functionNameOf(document);
    if (functionName === undefined) return [];
    const title = vscode.l10n.t('$(play) Invoke {0} with this payload', functionName);
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title, command: invokeCommand })];
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** Menus can see only context keys. */
  #publish(): void {
    void vscode.commands.executeCommand('setContext', payloadDraftsContextKey, [...this.#functionNames.keys()]);
  }
}
