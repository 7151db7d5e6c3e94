import * as vscode from 'vscode';
import type { Pipeline } from '../../pipeline.ts';
import type { TargetSelection } from '../connection/target-selection.ts';
import { withCancellableProgress } from '../cancellation.ts';
import { runCommand } from '../commands/run-command.ts';
import type { FunctionTree } from '../explorer/function-tree.ts';

export interface InterruptedTuningsOptions {
  readonly pipeline: Pick<Pipeline, 'interruptedTunings' | 'putTuningBack'>;
  readonly targets: TargetSelection;
  readonly tree: FunctionTree;
  readonly output: vscode.OutputChannel;
}

/** Offers to put back what a tuning has left that did not come to its end: the computer was switched off, or the editor was killed. */
export async function offerToPutBack({ pipeline, targets, tree, output }: InterruptedTuningsOptions): Promise<void> {
  const putBack = vscode.l10n.t('Put Back');
  for (const note of await pipeline.interruptedTunings()) {
    const { functionName, memorySizeMB, target } = note;
    const chosen = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        'A memory tuning of {0} on {1} did not come to its end. It may still have other memory than its {2} MB, and versions that are left over.',
        functionName,
        target.label,
        memorySizeMB,
      ),
      putBack,
    );
    if (chosen !== putBack) continue;
    await runCommand(output, () =>
      withCancellableProgress(vscode.l10n.t('Putting {0} back', functionName), async () => {
        await pipeline.putTuningBack({ target: await targets.resolveNoted(target), note });
        tree.refresh();
      }),
    );
  }
}
