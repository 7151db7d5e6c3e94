import * as vscode from 'vscode';
import type { Pipeline } from '../../pipeline.ts';
import { isFromTuningPage, type ToTuningPage } from '../../protocol/tuning.ts';
import type { LastPayloads } from '../commands/last-payloads.ts';
import { showFailure } from '../commands/run-command.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { tuningViewType } from '../contribution-ids.ts';
import { editorWords } from '../editor-words.ts';
import type { FunctionTree } from '../explorer/function-tree.ts';
import { detailsOf } from '../failure-words.ts';
import type { FunctionConfigurations } from '../panel/function-configurations.ts';
import type { KeptTimings } from '../panel/kept-timings.ts';
import { fillPage } from '../panel/fill-page.ts';
import { functionsOfTitle, panelTitle } from '../panel/panel-title.ts';
import type { KeptTunings } from './kept-tunings.ts';
import { TuningSession } from './tuning-session.ts';

export interface TuningPagesOptions {
  readonly extensionUri: vscode.Uri;
  readonly pipeline: Pipeline;
  readonly targets: TargetSelection;
  readonly tree: FunctionTree;
  readonly timings: KeptTimings;
  readonly configurations: FunctionConfigurations;
  readonly lastPayloads: LastPayloads;
  readonly tunings: KeptTunings;
  readonly output: vscode.OutputChannel;
}

interface OpenPage {
  readonly webviewPanel: vscode.WebviewPanel;
  readonly session: TuningSession;
}

const prefix = 'Tune: ';

/** The open pages of tunings, one per function; they come back when the window is reloaded. */
export class TuningPages implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #options: TuningPagesOptions;
  /** By function. */
  readonly #open = new Map<string, OpenPage>();
  /** Of pages that were closed while a tuning ran: what it has changed is being put back. */
  readonly #ending = new Set<Promise<void>>();
  readonly #subscriptions: vscode.Disposable;

  constructor(options: TuningPagesOptions) {
    this.#options = options;
    this.#subscriptions = vscode.Disposable.from(
      vscode.window.registerWebviewPanelSerializer(tuningViewType, this),
      options.targets.onDidChange(() => {
        for (const { session } of this.#open.values()) void session.restart();
      }),
    );
  }

  /** Shows the page of this function. */
  reveal(functionName: string): void {
    const open = this.#open.get(functionName);
    if (open) open.webviewPanel.reveal();
    else {
      const title = panelTitle([functionName], prefix);
      this.#adopt(vscode.window.createWebviewPanel(tuningViewType, title, vscode.ViewColumn.Active), functionName);
    }
  }

  deserializeWebviewPanel(webviewPanel: vscode.WebviewPanel): Promise<void> {
    const [functionName] = functionsOfTitle(webviewPanel.title, prefix);
    const isOpen = functionName !== undefined && this.#open.has(functionName);
    if (functionName === undefined || isOpen || !vscode.workspace.isTrusted) webviewPanel.dispose();
    else this.#adopt(webviewPanel, functionName);
    return Promise.resolve();
  }

  /** Cancels all that run, and resolves when what they have changed is put back. */
  async end(): Promise<void> {
    await Promise.all([...[...this.#open.values()].map(({ session }) => session.end()), ...this.#ending]);
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const { session } of this.#open.values()) session.dispose();
  }

  #adopt(webviewPanel: vscode.WebviewPanel, functionName: string): void {
    const { extensionUri, pipeline, targets, timings, output, tunings, lastPayloads } = this.#options;
    const { webview } = webviewPanel;
    let isClosed = false;
    const session = new TuningSession({
      functionName,
      pipeline,
      targets,
      timings,
      tunings,
      words: editorWords,
      lastPayload: () => lastPayloads.of(functionName),
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's own method; it takes no origin.
      post: (message: ToTuningPage) => void (isClosed || webview.postMessage(message)),
      // On a page that is closed nobody would read it.
      onError: (error) => (isClosed ? showFailure(output, error) : output.appendLine(detailsOf(error))),
      onApplied: () => this.#forgetOld(functionName),
    });
    this.#open.set(functionName, { webviewPanel, session });
    webviewPanel.onDidDispose(() => {
      isClosed = true;
      this.#open.delete(functionName);
      const ending = session.end().finally(() => this.#ending.delete(ending));
      this.#ending.add(ending);
    });
    webview.onDidReceiveMessage((message: unknown) => {
      if (isFromTuningPage(message)) session.receive(message).catch((error: unknown) => showFailure(output, error));
    });
    webviewPanel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.png');
    fillPage(webview, {
      extensionUri,
      title: vscode.l10n.t('Memory tuning'),
      element: 'lambda-tuning',
      name: 'tuning',
    });
  }

  #forgetOld(functionName: string): void {
    this.#options.configurations.forget(functionName);
    this.#options.tree.refresh();
  }
}
