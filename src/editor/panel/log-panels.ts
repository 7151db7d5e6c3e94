import * as vscode from 'vscode';
import type { Pipeline } from '../../pipeline.ts';
import type { LocalLambda } from '../connection/local-lambda.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { panelViewType } from '../contribution-ids.ts';
import type { DeployedFolders } from '../commands/deployed-folders.ts';
import { detailsOf } from '../failure-words.ts';
import type { PanelResult } from '../../protocol/panel.ts';
import type { FunctionConfigurations } from './function-configurations.ts';
import type { KeptTimings } from './kept-timings.ts';
import { LogPanel } from './log-panel.ts';
import { functionsOfTitle, panelTitle } from './panel-title.ts';

export interface LogPanelsOptions {
  readonly extensionUri: vscode.Uri;
  readonly pipeline: Pipeline;
  readonly targets: TargetSelection;
  readonly local: LocalLambda;
  readonly timings: KeptTimings;
  readonly configurations: FunctionConfigurations;
  readonly folders: Pick<DeployedFolders, 'of'>;
  readonly output: vscode.OutputChannel;
}

interface OpenPanel {
  readonly panel: LogPanel;
  readonly functionNames: readonly string[];
}

/** The open panels, one per set of functions; they follow the current target and come back when the window is reloaded. */
export class LogPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #options: LogPanelsOptions;
  /** By the names of their functions, in order. */
  readonly #open = new Map<string, OpenPanel>();
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

  /** Shows the panel of these functions, beside the active editor when it is new. */
  reveal(functionNames: readonly string[], { preserveFocus }: { readonly preserveFocus: boolean }): LogPanel {
    const open = this.#open.get(keyOf(functionNames));
    if (open) {
      open.panel.reveal(preserveFocus);
      return open.panel;
    }
    const viewColumn = vscode.ViewColumn.Beside;
    const title = panelTitle(functionNames);
    const webviewPanel = vscode.window.createWebviewPanel(panelViewType, title, { viewColumn, preserveFocus });
    return this.#adopt(webviewPanel, functionNames);
  }

  /** Shows a panel that follows the function: its own, or one of several functions that is open already. */
  revealAny(functionName: string, options: { readonly preserveFocus: boolean }): LogPanel {
    return this.reveal(this.#with(functionName)?.functionNames ?? [functionName], options);
  }

  /** The functions of an open panel that holds an invocation. */
  functionsWith(requestId: string): readonly string[] | undefined {
    return [...this.#open.values()].find(({ panel }) => panel.has(requestId))?.functionNames;
  }

  /** Shows a result in a panel that follows the function, where one is still open. */
  showResult(functionName: string, result: PanelResult): void {
    this.#with(functionName)?.panel.showResult(result);
  }

  /** After a reload. `state`: what the page has stored. */
  deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const functionNames = functionsOfTitle(webviewPanel.title);
    const isOpen = this.#open.has(keyOf(functionNames));
    if (functionNames.length === 0 || isOpen || !vscode.workspace.isTrusted) webviewPanel.dispose();
    else this.#adopt(webviewPanel, functionNames, filterPatternIn(state));
    return Promise.resolve();
  }

  /** The panels themselves stay: VS Code closes them, or restores them after a reload. */
  dispose(): void {
    this.#subscriptions.dispose();
  }

  #with(functionName: string): OpenPanel | undefined {
    const own = this.#open.get(keyOf([functionName]));
    return own ?? [...this.#open.values()].find(({ functionNames }) => functionNames.includes(functionName));
  }

  #adopt(webviewPanel: vscode.WebviewPanel, functionNames: readonly string[], filterPattern = ''): LogPanel {
    const { extensionUri, pipeline, targets, timings, configurations, folders, output } = this.#options;
    const onError = (error: unknown): void => output.appendLine(detailsOf(error));
    const panel = new LogPanel({
      webviewPanel,
      extensionUri,
      functionNames,
      filterPattern,
      pipeline,
      targets,
      timings,
      configurations,
      onError,
      folderOf: (name) => folders.of(name)?.folder,
    });
    const key = keyOf(functionNames);
    this.#open.set(key, { panel, functionNames });
    webviewPanel.onDidDispose(() => this.#open.delete(key));
    return panel;
  }

  #restartAll(): void {
    for (const { panel } of this.#open.values()) panel.restart();
  }
}

/** The same for the same functions in whatever order. */
const keyOf = (functionNames: readonly string[]): string => functionNames.toSorted().join('\n');

/** What the page's state says of the log's source; nothing where it says nothing. */
function filterPatternIn(state: unknown): string {
  if (typeof state !== 'object' || state === null || !('filterPattern' in state)) return '';
  return typeof state.filterPattern === 'string' ? state.filterPattern : '';
}
