import * as vscode from 'vscode';
import type { Pipeline } from '../../pipeline.ts';
import type { LocalLambda } from '../connection/local-lambda.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { panelViewType } from '../contribution-ids.ts';
import type { DeployedFolders } from '../commands/deployed-folders.ts';
import { detailsOf } from '../failure-words.ts';
import type { PanelResult } from '../../protocol/panel.ts';
import type { KeptTimings } from './kept-timings.ts';
import { LogPanel } from './log-panel.ts';

const titlePrefix = 'Logs: ';

export interface LogPanelsOptions {
  readonly extensionUri: vscode.Uri;
  readonly pipeline: Pipeline;
  readonly targets: TargetSelection;
  readonly local: LocalLambda;
  readonly timings: KeptTimings;
  readonly folders: Pick<DeployedFolders, 'of'>;
  readonly output: vscode.OutputChannel;
}

/** The open panels, one per function; they follow the current target and come back when the window is reloaded. */
export class LogPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #options: LogPanelsOptions;
  readonly #panels = new Map<string, LogPanel>();
  readonly #subscriptions: vscode.Disposable;

  constructor(options: LogPanelsOptions) {
    this.#options = options;
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(panelViewType, this),
      options.targets.onDidChange(() => this.#restartAll()),
      options.local.onDidLose(() => {
        if (options.targets.choice.kind === 'local') this.#restartAll();
      }),
    );
  }

  /** Shows the function's panel, beside the active editor when it is new. */
  reveal(functionName: string, { preserveFocus }: { readonly preserveFocus: boolean }): void {
    const open = this.#panels.get(functionName);
    if (open !== undefined) {
      open.reveal(preserveFocus);
      return;
    }
    const viewColumn = vscode.ViewColumn.Beside;
    const title = titlePrefix + functionName;
    this.#adopt(vscode.window.createWebviewPanel(panelViewType, title, { viewColumn, preserveFocus }), functionName);
  }

  /** Shows a result in the function's panel, where that is still open. */
  showResult(functionName: string, result: PanelResult): void {
    this.#panels.get(functionName)?.showResult(result);
  }

  /** After a reload. The title is what VS Code keeps of a panel whatever the page stored. */
  deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel): Promise<void> {
    const functionName = webviewPanel.title.startsWith(titlePrefix) ? webviewPanel.title.slice(titlePrefix.length) : '';
    if (functionName === '' || this.#panels.has(functionName) || !vscode.workspace.isTrusted) webviewPanel.dispose();
    else this.#adopt(webviewPanel, functionName);
    return Promise.resolve();
  }

  /** The panels themselves stay: VS Code closes them, or restores them after a reload. */
  dispose(): void {
    this.#subscriptions.dispose();
  }

  #adopt(webviewPanel: vscode.WebviewPanel, functionName: string): void {
    const { extensionUri, pipeline, targets, timings, folders, output } = this.#options;
    const onError = (error: unknown): void => output.appendLine(detailsOf(error));
    const panel = new LogPanel({
      webviewPanel,
      extensionUri,
      functionName,
      pipeline,
      targets,
      timings,
      onError,
      folderOf: (name) => folders.of(name)?.folder,
    });
    this.#panels.set(functionName, panel);
    webviewPanel.onDidDispose(() => this.#panels.delete(functionName));
  }

  #restartAll(): void {
    for (const panel of this.#panels.values()) panel.restart();
  }
}
