import * as vscode from 'vscode';
import type { FunctionSummary, Pipeline } from '../../pipeline.ts';
import type { LocalLambda } from '../connection/local-lambda.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { functionsViewId } from '../contribution-ids.ts';
import { detailsOf, sentenceOf } from '../failure-words.ts';
import { createRetryItem, FunctionItem } from './function-item.ts';

export interface FunctionTreeParts {
  readonly pipeline: Pipeline;
  readonly targets: TargetSelection;
  readonly local: LocalLambda;
  readonly output: vscode.OutputChannel;
}

/** The functions of the current target. Nothing is fetched, nor the local Lambda started, before the view is seen. */
export class FunctionTree implements vscode.TreeDataProvider<vscode.TreeItem>, vscode.Disposable {
  readonly #pipeline: Pipeline;
  readonly #targets: TargetSelection;
  readonly #output: vscode.OutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #view: vscode.TreeView<vscode.TreeItem>;
  readonly #subscriptions: vscode.Disposable;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(parts: FunctionTreeParts) {
    this.#pipeline = parts.pipeline;
    this.#targets = parts.targets;
    this.#output = parts.output;
    this.#view = vscode.window.createTreeView(functionsViewId, { treeDataProvider: this });
    this.#subscriptions = vscode.Disposable.from(
      this.#view,
      this.#changed,
      parts.targets.onDidChange(() => this.refresh()),
      parts.local.onDidLose(() => this.refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
    );
  }

  refresh(): void {
    this.#changed.fire();
  }

  getTreeItem(item: vscode.TreeItem): vscode.TreeItem {
    return item;
  }

  /** A failure becomes the view's message, and an item that tries again. */
  async getChildren(parent?: vscode.TreeItem): Promise<vscode.TreeItem[]> {
    if (parent !== undefined || !vscode.workspace.isTrusted) return [];
    const { label } = this.#targets;
    try {
      const functions = await this.list();
      this.#view.message = '';
      return functions.map((summary) => new FunctionItem(summary, label));
    } catch (error) {
      this.#output.appendLine(detailsOf(error));
      this.#view.message = sentenceOf(error);
      return [createRetryItem()];
    }
  }

  /** The functions of the current target, by name. */
  async list(): Promise<FunctionSummary[]> {
    const target = await this.#targets.resolve();
    const functions = await this.#pipeline.listFunctions({ target });
    return functions.toSorted((left, right) => left.name.localeCompare(right.name));
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }
}
