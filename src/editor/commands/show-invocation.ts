import * as vscode from 'vscode';
import { Problem } from '../../problem.ts';
import { answered, withQuietProgress } from '../cancellation.ts';
import { requestIdsIn } from '../request-ids/request-ids-in-text.ts';
import { namedArguments } from './arguments.ts';
import type { CommandHandler } from './command-context.ts';

/** Shows the invocation of a request id: of the one passed as `requestId`, or one that is asked for. Resolves to the id. */
export const showInvocation: CommandHandler = async (context, subject) => {
  const named = namedArguments(subject);
  const text = named.requestId ?? (await askRequestId());
  const requestId = requestIdsIn(text.trim())[0]?.requestId;
  if (requestId === undefined)
    throw new Problem(
      'BadRequestId',
      vscode.l10n.t('"{0}" is no request id. It looks like 5dcb9a5a-7d5c-4b47-9d1a-1f0f0c1e2d3b.', text),
    );
  const functionNames = named.functionNames ?? (named.functionName === undefined ? undefined : [named.functionName]);
  await withQuietProgress(vscode.l10n.t('Looking for {0} on {1}', requestId, context.targets.label), (signal) =>
    context.invocations.show(requestId, functionNames && { functionNames }, signal),
  );
  return requestId;
};

/** What is selected in the editor stands there already. */
function askRequestId(): Promise<string> {
  const { activeTextEditor: editor } = vscode.window;
  const selected = editor ? editor.document.getText(editor.selection) : '';
  return answered(
    vscode.window.showInputBox({
      title: vscode.l10n.t('Show Invocation of a Request Id'),
      prompt: vscode.l10n.t('Request id, as a log or a response names it'),
      value: requestIdsIn(selected)[0]?.requestId ?? '',
      validateInput: (value) =>
        requestIdsIn(value.trim()).length > 0
          ? undefined
          : vscode.l10n.t('It looks like 5dcb9a5a-7d5c-4b47-9d1a-1f0f0c1e2d3b'),
    }),
  );
}
