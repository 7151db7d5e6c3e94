import * as vscode from 'vscode';
import { tracePage } from './trace-page.ts';

/** Opens a trace of X-Ray in AWS's console; where that is not known, says so and offers the id. */
export async function openTrace(traceId: string, region: string | undefined): Promise<void> {
  const page = region === undefined ? undefined : tracePage(traceId, region);
  if (page !== undefined) {
    await vscode.env.openExternal(vscode.Uri.parse(page, true));
    return;
  }
  const copy = vscode.l10n.t('Copy Trace Id');
  const chosen = await vscode.window.showInformationMessage(
    region === undefined
      ? vscode.l10n.t('It is not known which region the trace {0} is in. Look for it in the console of X-Ray.', traceId)
      : vscode.l10n.t('The console of {0} is not known. Look for the trace {1} there.', region, traceId),
    copy,
  );
  if (chosen === copy) await vscode.env.clipboard.writeText(traceId);
}
