import * as vscode from 'vscode';
import { answered, withCancellableProgress } from '../cancellation.ts';
import { namedArguments } from './arguments.ts';
import type { CommandHandler } from './command-context.ts';
import { functionNameFrom } from './pick-function.ts';

/** Deletes a function after asking, unless the caller has asked. Resolves to its name. */
export const deleteFunction: CommandHandler = async (context, subject) => {
  const { pipeline, targets } = context;
  const functionName = await functionNameFrom(context, subject, vscode.l10n.t('Delete Function'));
  const { label } = targets;
  if (namedArguments(subject).confirmed !== true) {
    const detail = vscode.l10n.t('Its versions and configuration go with it. The folder it came from stays.');
    await answered(
      vscode.window.showWarningMessage(
        vscode.l10n.t('Delete {0} from {1}?', functionName, label),
        { modal: true, detail },
        vscode.l10n.t('Delete'),
      ),
    );
  }
  await withCancellableProgress(vscode.l10n.t('Deleting {0} from {1}', functionName, label), async (signal) =>
    pipeline.deleteFunction({ target: await targets.resolve(), functionName, signal }),
  );
  context.tree.refresh();
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(pass) Deleted {0} from {1}', functionName, label), 10_000);
  return { functionName };
};
