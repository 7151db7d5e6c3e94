import * as vscode from 'vscode';
import { basename } from 'node:path';
import { Problem } from '../../problem.ts';
import type { CommandHandler } from './command-context.ts';
import { functionNameFrom } from './pick-function.ts';
import { checkedJson } from './pick-payload.ts';
import { sendInvocation } from './send-invocation.ts';

/** Opens an editor to write a payload for the function in; starts from the last one. */
export const newPayload: CommandHandler = async (context, subject) => {
  const functionName = await functionNameFrom(context, subject, vscode.l10n.t('New Payload'));
  await context.drafts.open(functionName, draftFrom(context.lastPayloads.of(functionName)));
};

/** Invokes with the text of the active editor. Resolves to the InvokeResult. */
export const invokeWithPayload: CommandHandler = async (context, subject) => {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) {
    throw new Problem(
      'NoPayloadEditor',
      vscode.l10n.t('Open the JSON you want to send in an editor, then run this command again.'),
    );
  }
  const payload = checkedJson(
    document.getText(),
    document.isUntitled ? vscode.l10n.t('The payload') : basename(document.fileName),
  );
  const functionName =
    context.drafts.functionNameOf(document) ??
    context.folders.nameForFile(document.uri.fsPath) ??
    (await functionNameFrom(
      context,
      subject instanceof vscode.Uri ? undefined : subject,
      vscode.l10n.t('Invoke with This Payload'),
    ));
  return sendInvocation(context, { functionName, mode: 'sync', payload });
};

/** What was sent before, laid out for reading; it was checked to be JSON when it was sent. */
function draftFrom(lastPayload: string | undefined): string {
  if (lastPayload === undefined || lastPayload.trim() === '{}') return '{\n  \n}\n';
  return `${JSON.stringify(JSON.parse(lastPayload), undefined, 2)}\n`;
}
