import * as vscode from 'vscode';
import type { PackagePreview } from '../../package/explain.ts';
import { editorWords } from '../editor-words.ts';
import { renderPreviewPage } from './preview-html.ts';

const viewType = 'lambdaWorkbench.packagePreview';

/** The open previews of what would ship, one per folder. Their pages have no script, and nothing to come back to after a reload. */
export class PackagePreviews implements vscode.Disposable {
  readonly #styles: vscode.Uri;
  readonly #open = new Map<string, vscode.WebviewPanel>();

  constructor(extensionUri: vscode.Uri) {
    this.#styles = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  }

  /** Shows a folder's preview; a former one of it is replaced. `folder`: its path. */
  show(folder: string, name: string, preview: PackagePreview): void {
    const panel = this.#open.get(folder) ?? this.#create(folder, name);
    const { webview } = panel;
    webview.html = renderPreviewPage({
      title: vscode.l10n.t('Package of {0}', name),
      preview,
      words: editorWords,
      language: vscode.env.language,
      cspSource: webview.cspSource,
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(this.#styles, 'preview.css')).toString(),
    });
    panel.reveal();
  }

  dispose(): void {
    for (const panel of this.#open.values()) panel.dispose();
  }

  #create(folder: string, name: string): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      viewType,
      vscode.l10n.t('Package of {0}', name),
      vscode.ViewColumn.Active,
      {
        enableScripts: false,
        localResourceRoots: [this.#styles],
      },
    );
    this.#open.set(folder, panel);
    panel.onDidDispose(() => this.#open.delete(folder));
    return panel;
  }
}
