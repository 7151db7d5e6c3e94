import * as vscode from 'vscode';
import type { CommandHandler } from './command-context.ts';
import { functionNamesFrom } from './show-logs.ts';

/** Opens a page that queries the logs of functions with Logs Insights. */
export const queryLogs: CommandHandler = async (context, subject, options) => {
  const functionNames = await functionNamesFrom(context, {
    subject,
    options,
    title: vscode.l10n.t('Query Logs (Insights)'),
  });
  context.queries.reveal(functionNames);
};
