import * as vscode from 'vscode';
import type { Pipeline } from '../../pipeline.ts';
import { isFromQueryPage } from '../../protocol/query.ts';
import type { FromQueryPage, ToQueryPage } from '../../protocol/query.ts';
import { showFailure } from '../commands/run-command.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { queryViewType } from '../contribution-ids.ts';
import { editorWords } from '../editor-words.ts';
import { detailsOf } from '../failure-words.ts';
import type { LogPanels } from '../panel/log-panels.ts';
import { fillPage } from '../panel/fill-page.ts';
import { functionsOfTitle, panelTitle } from '../panel/panel-title.ts';
import type { InvocationFinder } from '../request-ids/invocation-finder.ts';
import { QuerySession } from './query-session.ts';
import type { SavedQueries } from './saved-queries.ts';

export interface QueryPagesOptions {
  readonly extensionUri: vscode.Uri;
  readonly pipeline: Pick<Pipeline, 'queryLogs'>;
  readonly targets: TargetSelection;
  readonly saved: SavedQueries;
  readonly panels: LogPanels;
  readonly invocations: InvocationFinder;
  readonly output: vscode.OutputChannel;
}

interface OpenPage {
  readonly webviewPanel: vscode.WebviewPanel;
  readonly session: QuerySession;
}

/** The open pages with queries, one per set of functions; they come back when the window is reloaded. */
export class QueryPages implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #options: QueryPagesOptions;
  /** By the title of the tab. */
  readonly #open = new Map<string, OpenPage>();
  readonly #subscriptions: vscode.Disposable;

  constructor(options: QueryPagesOptions) {
    this.#options = options;
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(queryViewType, this),
      options.targets.onDidChange(() => {
        for (const { session } of this.#open.values()) session.restart();
      }),
    );
  }

  /** Shows the page of these functions. */
  reveal(functionNames: readonly string[]): void {
    const sorted = functionNames.toSorted();
    const title = panelTitle(sorted, 'Query: ');
    const open = this.#open.get(title);
    if (open) open.webviewPanel.reveal();
    else this.#adopt(vscode.window.createWebviewPanel(queryViewType, title, vscode.ViewColumn.Active), sorted);
  }

  deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel): Promise<void> {
    const functionNames = functionsOfTitle(webviewPanel.title, 'Query: ');
    const isOpen = this.#open.has(webviewPanel.title);
    if (functionNames.length === 0 || isOpen || !vscode.workspace.isTrusted) webviewPanel.dispose();
    else this.#adopt(webviewPanel, functionNames);
    return Promise.resolve();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #adopt(webviewPanel: vscode.WebviewPanel, functionNames: readonly string[]): void {
    const { extensionUri, pipeline, targets, saved, output } = this.#options;
    const { webview, title } = webviewPanel;
    const session = new QuerySession({
      functionNames,
      pipeline,
      targets,
      saved,
      words: editorWords,
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's own method; it takes no origin.
      post: (message: ToQueryPage) => void webview.postMessage(message),
      onError: (error) => output.appendLine(detailsOf(error)),
    });
    this.#open.set(title, { webviewPanel, session });
    webviewPanel.onDidDispose(() => {
      session.dispose();
      this.#open.delete(title);
    });
    webview.onDidReceiveMessage((message: unknown) => {
      if (isFromQueryPage(message)) {
        this.#receive(message, { functionNames, session }).catch((error: unknown) => showFailure(output, error));
      }
    });
    webviewPanel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    fillPage(webview, { extensionUri, title: vscode.l10n.t('Logs Insights'), element: 'lambda-query', name: 'query' });
  }

  async #receive(
    message: FromQueryPage,
    { functionNames, session }: { readonly functionNames: readonly string[]; readonly session: QuerySession },
  ): Promise<void> {
    const { panels, invocations } = this.#options;
    if (message.type === 'logs') panels.reveal(functionNames, { preserveFocus: false });
    else if (message.type === 'show') {
      const { requestId, at, log } = message;
      const named = functionNames.filter((name) => log?.endsWith(`/aws/lambda/${name}`));
      const hint = { functionNames: named.length > 0 ? named : functionNames, ...(at !== undefined && { at }) };
      await invocations.show(requestId, hint);
    } else await session.receive(message);
  }
}
