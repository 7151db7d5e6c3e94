import * as vscode from 'vscode';

const scheme = 'lambda-workbench-preview';

/** Read-only documents that tell what a folder would ship: nothing to save, and the newest text for each folder. */
export class PreviewDocuments implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  readonly onDidChange = this.#changes.event;

  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `/Package of ${name}` });
    this.#texts.set(uri.path, text);
    this.#changes.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? 'Run "Lambda: Preview Package" to see what would ship.';
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }
}
