import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { pageWords } from './page-words.ts';
import { renderPanelPage, type PanelPage } from './panel-html.ts';

export interface FilledPage extends Required<Pick<PanelPage, 'title' | 'element'>> {
  readonly extensionUri: vscode.Uri;
  /** Of its style sheet and its script in `dist/webview`. */
  readonly name: string;
}

/** Puts one of our pages into a webview: in the editor's language, with a nonce of its own, and with nothing to load but its own files. */
export function fillPage(webview: vscode.Webview, { extensionUri, name, ...page }: FilledPage): void {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const uriOf = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = renderPanelPage({
    ...page,
    words: pageWords(),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    styleUri: uriOf(`${name}.css`),
    scriptUri: uriOf(`${name}.js`),
  });
}
