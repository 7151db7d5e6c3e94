import * as vscode from 'vscode';
import type { InvocationMode, InvokeResult } from '../../pipeline.ts';
import { withQuietProgress } from '../cancellation.ts';
import { editorWords } from '../editor-words.ts';
import type { CommandContext } from './command-context.ts';
import { keepTiming } from './keep-timing.ts';
import { describeResult, resultForPanel, summarizeResult } from './invoke-words.ts';

export interface Sending {
  readonly functionName: string;
  readonly mode: InvocationMode;
  readonly payload: string;
}

/** The panel opens before the request goes out, so that lines appear while the function runs. */
export async function sendInvocation(context: CommandContext, sending: Sending): Promise<InvokeResult> {
  const { functionName, mode, payload } = sending;
  const { output, pipeline, targets } = context;
  if (mode !== 'dry-run') {
    await context.lastPayloads.remember(functionName, payload);
    context.panels.revealAny(functionName, { preserveFocus: true });
  }
  const target = targets.label;
  const sentAt = Date.now();
  const result = await withQuietProgress(vscode.l10n.t('Invoking {0} on {1}', functionName, target), async (signal) =>
    pipeline.invoke({ target: await targets.resolve(), functionName, mode, payload, signal }),
  );
  void keepTiming(context, { functionName, target, sentAt, result });
  output.appendLine(describeResult(functionName, result, editorWords));
  if (mode === 'sync') context.panels.showResult(functionName, resultForPanel(functionName, result, editorWords));
  announce(output, functionName, result);
  return result;
}

function announce(output: vscode.OutputChannel, functionName: string, result: InvokeResult): void {
  const summary = summarizeResult(functionName, result, editorWords);
  if (result.functionError === undefined) {
    vscode.window.setStatusBarMessage(`$(pass) ${summary}`, 15_000);
    return;
  }
  const showResult = vscode.l10n.t('Show Result');
  void vscode.window.showWarningMessage(summary, showResult).then((chosen) => {
    if (chosen === showResult) output.show(true);
  });
}
