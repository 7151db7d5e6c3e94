import * as vscode from 'vscode';
import type { EngineConnection } from '../../engine/launch.ts';
import type { CommandHandler } from './command-context.ts';

/** Puts shell exports on the clipboard that point any AWS tool at the local Lambda. Resolves to that text. */
export const copyConnection: CommandHandler = async (context) => {
  const text = shellExports(await context.local.connect());
  await vscode.env.clipboard.writeText(text);
  void vscode.window.showInformationMessage(vscode.l10n.t('Copied. Paste it into a shell to point AWS tools here.'));
  return text;
};

function shellExports({ endpoint, accessKeyId, secretAccessKey, region }: EngineConnection): string {
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  // A session token of another login would be sent along and refused.
  return `${[...lines, 'unset AWS_SESSION_TOKEN AWS_PROFILE'].join('\n')}\n`;
}
