import * as vscode from 'vscode';
import type { CommandId } from '../commands/command-ids.ts';
import { statusTextOf } from './target-choice.ts';
import type { TargetSelection } from './target-selection.ts';

/** The status-bar item that names the target; a click changes it. */
export function createTargetStatus(targets: TargetSelection): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('lambdaWorkbench.target', vscode.StatusBarAlignment.Left);
  const command: CommandId = 'lambdaWorkbench.selectTarget';
  item.name = vscode.l10n.t('Lambda Target');
  item.command = command;
  const update = (): void => {
    item.text = statusTextOf(targets.choice);
    item.tooltip = vscode.l10n.t(
      'Functions are deployed to and invoked on {0}. Click to choose another target.',
      targets.label,
    );
  };
  update();
  item.show();
  return vscode.Disposable.from(targets.onDidChange(update), item);
}
