import * as vscode from 'vscode';
import type { CommandHandler } from './command-context.ts';
import { functionNameFrom } from './pick-function.ts';

/** Opens a page that tries the function with several memory sizes. */
export const tuneMemory: CommandHandler = async (context, subject) => {
  context.tunings.reveal(await functionNameFrom(context, subject, vscode.l10n.t('Tune Memory')));
};
