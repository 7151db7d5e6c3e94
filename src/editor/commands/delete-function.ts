import * as vscode from 'vscode';
import { answered, withCancellableProgress } from '../cancellation.ts';
import { namedArguments } from './arguments.ts';
import type { CommandHandler } from './command-context.ts';
import { functionNameFrom } from './pick-function.ts';

/** Deletes a function after asking, unless the caller has asked. Resolves to its name. */
export const deleteFunction: CommandHandler = async (context, subject) => {
  const { pipeline, targets } = context;
  const functionName = await functionNameFrom(context, subject, 'Delete Function');
  const { label } = targets;
  if (namedArguments(subject).confirmed !== true) {
    const detail = 'Its versions and configuration go with it. The folder it came from stays.';
    await answered(
      vscode.window.showWarningMessage(`Delete ${functionName} from ${label}?`, { modal: true, detail }, 'Delete'),
    );
  }
  await withCancellableProgress(`Deleting ${functionName} from ${label}`, async (signal) =>
    pipeline.deleteFunction({ target: await targets.resolve(), functionName, signal }),
  );
  context.tree.refresh();
  vscode.window.setStatusBarMessage(`$(pass) Deleted ${functionName} from ${label}`, 10_000);
  return { functionName };
};
