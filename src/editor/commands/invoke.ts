import * as vscode from 'vscode';
import type { InvocationMode, InvokeResult } from '../../pipeline.ts';
import { namedArguments } from './arguments.ts';
import type { CommandContext, CommandHandler } from './command-context.ts';
import { newPayload } from './new-payload.ts';
import { functionNameFrom } from './pick-function.ts';
import { checkedJson, pickPayload } from './pick-payload.ts';
import { sendInvocation } from './send-invocation.ts';

/** Invokes and waits for the response. Resolves to the InvokeResult, or undefined when an editor was opened instead. */
export const invoke: CommandHandler = (context, subject) => invokeInMode(context, 'sync', subject);

/** Queues an event and does not wait for the function. */
export const invokeAsync: CommandHandler = (context, subject) => invokeInMode(context, 'async', subject);

/** Checks that the invocation would be allowed, without running the function. */
export const invokeDryRun: CommandHandler = (context, subject) => invokeInMode(context, 'dry-run', subject);

const titles: Record<InvocationMode, string> = {
  sync: vscode.l10n.t('Invoke Function'),
  async: vscode.l10n.t('Invoke Asynchronously'),
  'dry-run': vscode.l10n.t('Dry Run'),
};

async function invokeInMode(
  context: CommandContext,
  mode: InvocationMode,
  subject: unknown,
): Promise<InvokeResult | undefined> {
  const functionName = await functionNameFrom(context, subject, titles[mode]);
  const given = namedArguments(subject).payload;
  if (given !== undefined)
    return sendInvocation(context, { functionName, mode, payload: checkedJson(given, vscode.l10n.t('The payload')) });
  if (mode === 'dry-run') return sendInvocation(context, { functionName, mode, payload: '{}' });
  const picked = await pickPayload(context, functionName);
  if (picked.kind === 'payload') return sendInvocation(context, { functionName, mode, payload: picked.text });
  await newPayload(context, { functionName }, undefined);
  return undefined;
}
