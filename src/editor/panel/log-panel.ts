import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { LogModel } from '../../observe/log-model.ts';
import { isFromPanel } from '../../protocol/panel.ts';
import type { FromPanel, PanelResult, ToPanel } from '../../protocol/panel.ts';
import type { CommandId } from '../commands/command-ids.ts';
import { readSettings } from '../configuration.ts';
import { LogSession } from './log-session.ts';
import type { LogSessionOptions } from './log-session.ts';
import { openSource } from './open-source.ts';
import { renderPanelPage } from './panel-html.ts';
import { saveLog } from './save-log.ts';

export interface LogPanelOptions extends Pick<
  LogSessionOptions,
  'functionName' | 'pipeline' | 'targets' | 'timings' | 'onError'
> {
  readonly webviewPanel: vscode.WebviewPanel;
  readonly extensionUri: vscode.Uri;
  /** Where the function was last deployed from. */
  readonly folderOf: (functionName: string) => string | undefined;
}

/** A webview panel with one function's logs and timings. Ends with the webview panel. */
export class LogPanel implements vscode.Disposable {
  readonly #webviewPanel: vscode.WebviewPanel;
  readonly #functionName: string;
  readonly #session: LogSession;
  readonly #folderOf: LogPanelOptions['folderOf'];

  constructor({ webviewPanel, extensionUri, folderOf, ...session }: LogPanelOptions) {
    this.#webviewPanel = webviewPanel;
    this.#functionName = session.functionName;
    this.#folderOf = folderOf;
    const { webview } = webviewPanel;
    const { maximumLines } = readSettings();
    this.#session = new LogSession({
      ...session,
      maximumLines,
      createLog: () => new LogModel({ maxLines: maximumLines }),
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's own method; it takes no origin.
      post: (message: ToPanel) => void webview.postMessage(message),
    });
    webviewPanel.onDidDispose(() => this.#session.dispose());
    webview.onDidReceiveMessage((message: unknown) => {
      if (isFromPanel(message)) this.#receive(message);
    });
    webviewPanel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    fill(webview, extensionUri);
    this.#session.start();
  }

  /** Brings the panel to the front where it is. */
  reveal(preserveFocus: boolean): void {
    this.#session.resume();
    this.#webviewPanel.reveal(undefined, preserveFocus);
  }

  showResult(result: PanelResult): void {
    this.#session.showResult(result);
  }

  /** The target changed or came back: starts over on it. */
  restart(): void {
    this.#session.start();
  }

  dispose(): void {
    this.#webviewPanel.dispose();
  }

  #receive(message: FromPanel): void {
    switch (message.type) {
      case 'ready':
        this.#session.resend();
        break;
      case 'clear':
        this.#session.clear();
        break;
      case 'since':
        this.#session.startSince(message.time);
        break;
      case 'history':
        void this.#session.sendHistory();
        break;
      case 'open':
        void openSource(this.#folderOf(this.#functionName), message);
        break;
      case 'export':
        void saveLog(this.#functionName, this.#session.linesOf(message.keys));
        break;
      case 'copy':
        void vscode.env.clipboard.writeText(message.text);
        break;
      case 'invoke': {
        const command: CommandId = 'lambdaWorkbench.invoke';
        void vscode.commands.executeCommand(command, { functionName: this.#functionName });
      }
    }
  }
}

function fill(webview: vscode.Webview, extensionUri: vscode.Uri): void {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = renderPanelPage({
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('base64'),
    styleUri: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'panel.css')).toString(),
    scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(folder, 'panel.js')).toString(),
  });
}
