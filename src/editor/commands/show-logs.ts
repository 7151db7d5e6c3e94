import * as vscode from 'vscode';
import { mostFollowed } from '../../observe/follow-limit.ts';
import { Problem } from '../../problem.ts';
import { namedArguments } from './arguments.ts';
import type { CommandContext, CommandHandler } from './command-context.ts';
import { functionNameFrom, pickFunctions } from './pick-function.ts';

/** Opens the panel with the function's log and timings. */
export const showLogs: CommandHandler = async (context, subject) => {
  const functionName = await functionNameFrom(context, subject, vscode.l10n.t('Show Logs and Timings'));
  context.panels.reveal([functionName], { preserveFocus: false });
};

/** Opens one panel with the logs of the functions that are selected in the view, named in `functionNames`, or picked. */
export const showLogsOfSeveral: CommandHandler = async (context, subject, options) => {
  const functionNames = await functionNamesFrom(context, {
    subject,
    options,
    title: vscode.l10n.t('Show Logs of Several Functions'),
  });
  context.panels.reveal(functionNames, { preserveFocus: false });
};

/** Several functions, at least one and no more than can be read together. `options`: what a view's menu passes second, all that is selected. */
export async function functionNamesFrom(
  context: CommandContext,
  { subject, options, title }: { readonly subject: unknown; readonly options: unknown; readonly title: string },
): Promise<readonly string[]> {
  const named = namedArguments(subject);
  const selected = Array.isArray(options) ? options.flatMap((item) => namedArguments(item).functionName ?? []) : [];
  const single = named.functionName === undefined ? [] : [named.functionName];
  const given = named.functionNames ?? (selected.length > 0 ? selected : single);
  const functionNames = given.length > 0 ? given : await pickFunctions(context, title);
  if (functionNames.length > mostFollowed) {
    throw new Problem(
      'TooManyFunctions',
      vscode.l10n.t(
        '{0} functions are more than can be read together. Choose up to {1}.',
        functionNames.length,
        mostFollowed,
      ),
    );
  }
  return [...new Set(functionNames)];
}
