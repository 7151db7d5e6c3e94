import * as vscode from 'vscode';
import type { FunctionSummary, Pipeline } from '../../pipeline.ts';
import type { LocalLambda } from '../connection/local-lambda.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { functionsViewId } from '../contribution-ids.ts';
import { editorWords } from '../editor-words.ts';
import { detailsOf, sentenceOf } from '../failure-words.ts';
import { createRetryItem, FunctionItem } from './function-item.ts';

const statesAtOnce = 4;

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
  readonly #changed = new vscode.EventEmitter<vscode.TreeItem | undefined>();
  readonly #view: vscode.TreeView<vscode.TreeItem>;
  readonly #subscriptions: vscode.Disposable;
  /** The items of the latest listing: states that come for earlier ones are dropped. */
  #shown: readonly FunctionItem[] = [];

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(parts: FunctionTreeParts) {
    this.#pipeline = parts.pipeline;
    this.#targets = parts.targets;
    this.#output = parts.output;
    this.#view = vscode.window.createTreeView(functionsViewId, { treeDataProvider: this, canSelectMany: true });
    this.#subscriptions = vscode.Disposable.from(
      this.#view,
      this.#changed,
      parts.targets.onDidChange(() => this.refresh()),
      parts.local.onDidLose(() => this.refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
    );
  }

  refresh(): void {
    this.#changed.fire(undefined);
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
      const items = functions.map((summary) => new FunctionItem(summary, label));
      this.#shown = items;
      void this.#fillStates(items, label);
      return items;
    } catch (error) {
      this.#output.appendLine(detailsOf(error));
      this.#view.message = sentenceOf(error, editorWords);
      return [createRetryItem()];
    }
  }

  /** Listing leaves out the states on AWS: they are asked for afterwards, a few at a time, while the names already stand. */
  async #fillStates(items: readonly FunctionItem[], label: string): Promise<void> {
    const waiting = [...items];
    const ask = async (): Promise<void> => {
      const target = await this.#targets.resolve();
      for (let item = waiting.shift(); item !== undefined && this.#shown === items; item = waiting.shift()) {
        item.show(await this.#pipeline.describeFunction({ target, functionName: item.functionName }), label);
        if (this.#shown === items) this.#changed.fire(item);
      }
    };
    try {
      await Promise.all(Array.from({ length: statesAtOnce }, ask));
    } catch (error) {
      // The names stand without their states; why is in the output, and the next refresh asks again.
      this.#output.appendLine(detailsOf(error));
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
