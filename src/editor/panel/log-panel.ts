import * as vscode from 'vscode';
import { LogModel } from '../../observe/log-model.ts';
import type { Pipeline } from '../../pipeline.ts';
import { isFromPanel } from '../../protocol/panel.ts';
import type { FromPanel, PanelResult, ToPanel } from '../../protocol/panel.ts';
import type { CommandId } from '../commands/command-ids.ts';
import { readSettings } from '../configuration.ts';
import { editorWords } from '../editor-words.ts';
import { LogSession } from './log-session.ts';
import type { LogSessionOptions } from './log-session.ts';
import { openSource } from './open-source.ts';
import { openTrace } from './open-trace.ts';
import { fillPage } from './fill-page.ts';
import { ThrottleWatch } from './throttle-watch.ts';
import { saveLog } from './save-log.ts';

export interface LogPanelOptions extends Pick<
  LogSessionOptions,
  'functionNames' | 'filterPattern' | 'targets' | 'timings' | 'configurations' | 'onError'
> {
  readonly pipeline: Pick<Pipeline, 'followLogs' | 'openMetrics'>;
  readonly webviewPanel: vscode.WebviewPanel;
  readonly extensionUri: vscode.Uri;
  /** Where the function was last deployed from. */
  readonly folderOf: (functionName: string) => string | undefined;
}

/** A webview panel with the logs and timings of one function or several. Ends with the webview panel. */
export class LogPanel implements vscode.Disposable {
  readonly #webviewPanel: vscode.WebviewPanel;
  readonly #functionNames: readonly string[];
  readonly #session: LogSession;
  readonly #configurations: LogPanelOptions['configurations'];
  readonly #folderOf: LogPanelOptions['folderOf'];

  constructor({ webviewPanel, extensionUri, folderOf, ...session }: LogPanelOptions) {
    this.#webviewPanel = webviewPanel;
    this.#functionNames = session.functionNames;
    this.#configurations = session.configurations;
    this.#folderOf = folderOf;
    const { webview } = webviewPanel;
    const { maximumLines } = readSettings();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's own method; it takes no origin.
    const post = (message: ToPanel): void => void webview.postMessage(message);
    const throttles = new ThrottleWatch({ ...session, words: editorWords, post, isVisible: webviewPanel.visible });
    this.#session = new LogSession({
      ...session,
      throttles,
      words: editorWords,
      maximumLines,
      createLog: ({ isFiltered }) => new LogModel({ maxLines: maximumLines, isFiltered }),
      post,
    });
    webviewPanel.onDidChangeViewState(() => throttles.setVisible(webviewPanel.visible));
    webviewPanel.onDidDispose(() => {
      this.#session.dispose();
      throttles.dispose();
    });
    webview.onDidReceiveMessage((message: unknown) => {
      if (isFromPanel(message)) this.#receive(message);
    });
    webviewPanel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    fillPage(webview, {
      extensionUri,
      title: vscode.l10n.t('Logs and timings'),
      element: 'lambda-panel',
      name: 'panel',
    });
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

  has(requestId: string): boolean {
    return this.#session.has(requestId);
  }

  /** Brings an invocation into view; `since`: from when it is to be read where it is not there, ms since the epoch. */
  showInvocation(requestId: string, since?: number): void {
    this.#session.showInvocation(requestId, since);
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
        void this.#session.sendHistory(message.functionName, message.choice);
        break;
      case 'pattern':
        this.#session.setFilterPattern(message.filterPattern);
        break;
      case 'open':
        void openSource(this.#folderOf(this.#oneOf(message.functionName) ?? ''), message);
        break;
      case 'export':
        void saveLog(this.#functionNames, this.#session.linesOf(message.keys));
        break;
      case 'copy':
        void vscode.env.clipboard.writeText(message.text);
        break;
      case 'trace':
        void this.#openTrace(message.traceId, this.#oneOf(message.functionName) ?? this.#functionNames[0]);
        break;
      case 'invoke':
        void this.#invoke(this.#oneOf(message.functionName));
    }
  }

  /** A function of the panel: the one named, or its only one. */
  #oneOf(functionName: string | undefined): string | undefined {
    const [first, ...others] = this.#functionNames;
    if (functionName !== undefined && this.#functionNames.includes(functionName)) return functionName;
    return others.length === 0 ? first : undefined;
  }

  async #openTrace(traceId: string, functionName: string | undefined): Promise<void> {
    const found = functionName === undefined ? undefined : await this.#configurations?.of({ functionName });
    await openTrace(traceId, found?.region);
  }

  async #invoke(named: string | undefined): Promise<void> {
    const functionName =
      named ?? (await vscode.window.showQuickPick(this.#functionNames, { title: vscode.l10n.t('Invoke Function') }));
    const command: CommandId = 'lambdaWorkbench.invoke';
    if (functionName !== undefined) await vscode.commands.executeCommand(command, { functionName });
  }
}
