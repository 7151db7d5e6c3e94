import * as vscode from 'vscode';
import type { FunctionSummary } from '../../pipeline.ts';
import type { CommandId } from '../commands/command-ids.ts';
import { functionItemContext } from '../contribution-ids.ts';
import { editorWords } from '../editor-words.ts';
import { describeFunction, functionFacts } from './function-description.ts';

/** A function in the tree. */
export class FunctionItem extends vscode.TreeItem {
  readonly functionName: string;

  constructor(summary: FunctionSummary, targetLabel: string) {
    super(summary.name, vscode.TreeItemCollapsibleState.None);
    this.functionName = summary.name;
    this.id = summary.arn;
    this.contextValue = functionItemContext;
    this.show(summary, targetLabel);
  }

  /** Takes in what has become known of the function, such as its state. */
  show(summary: FunctionSummary, targetLabel: string): void {
    this.description = describeFunction(summary, editorWords);
    this.iconPath = iconOf(summary.state);
    this.tooltip = tooltipOf(summary, targetLabel);
  }
}

/** Stands in the tree in place of functions that could not be listed; the view's message says why. */
export function createRetryItem(): vscode.TreeItem {
  const command: CommandId = 'lambdaWorkbench.refreshExplorer';
  const item = new vscode.TreeItem(vscode.l10n.t('Try Again'));
  item.iconPath = new vscode.ThemeIcon('refresh');
  item.command = { command, title: vscode.l10n.t('Try Again') };
  return item;
}

function iconOf(state: string | undefined): vscode.ThemeIcon {
  if (state === 'Pending') return new vscode.ThemeIcon('loading~spin');
  if (state === 'Failed') return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  if (state === 'Inactive') return new vscode.ThemeIcon('debug-pause');
  return new vscode.ThemeIcon('symbol-function', new vscode.ThemeColor('symbolIcon.functionForeground'));
}

function tooltipOf(summary: FunctionSummary, targetLabel: string): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  tooltip.appendMarkdown('**').appendText(summary.name).appendMarkdown('**\n\n| | |\n|---|---|\n');
  for (const [name, value] of functionFacts(summary, targetLabel, editorWords)) {
    tooltip.appendMarkdown(`| ${name} | `).appendText(value.replaceAll('|', '¦')).appendMarkdown(' |\n');
  }
  return tooltip;
}
