import * as vscode from 'vscode';
import { answered } from '../cancellation.ts';
import { asTargetChoice, isEndpointUrl, labelOf } from '../connection/target-choice.ts';
import type { TargetChoice } from '../connection/target-choice.ts';
import type { CommandContext, CommandHandler } from './command-context.ts';

const title = vscode.l10n.t('Choose Target');

interface TargetItem extends vscode.QuickPickItem {
  readonly choose: () => Promise<TargetChoice>;
}

/** Takes a TargetChoice from a script, or asks. Resolves to the choice; the view and open panels follow it. */
export const selectTarget: CommandHandler = async (context, subject) => {
  const choice = asTargetChoice(subject) ?? (await askTarget(context));
  await context.targets.select(choice);
  return choice;
};

async function askTarget({ pipeline, targets }: CommandContext): Promise<TargetChoice> {
  const profiles = await pipeline.listProfiles();
  const separator = { kind: vscode.QuickPickItemKind.Separator, label: 'AWS', choose: local };
  const items: TargetItem[] = [
    {
      label: vscode.l10n.t('$(server-process) Local Lambda'),
      description: vscode.l10n.t('on this machine, no account needed'),
      choose: local,
    },
    separator,
    ...profiles.map(({ name, region }) => ({
      label: `$(cloud) ${name}`,
      description: region ?? '',
      choose: async (): Promise<TargetChoice> => ({ kind: 'aws', profile: name, region: await askRegion(region) }),
    })),
    {
      label: vscode.l10n.t('$(cloud) AWS with the environment’s credentials'),
      description: vscode.l10n.t('the standard credential chain'),
      choose: async () => ({ kind: 'aws', region: await askRegion(undefined) }),
    },
    { ...separator, label: vscode.l10n.t('Other') },
    {
      label: vscode.l10n.t('$(plug) Endpoint URL…'),
      description: vscode.l10n.t('anything that speaks the Lambda API'),
      choose: askEndpoint,
    },
  ];
  const placeHolder = vscode.l10n.t('Now: {0}', labelOf(targets.choice));
  const picked = await answered(vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true }));
  return picked.choose();
}

function local(): Promise<TargetChoice> {
  return Promise.resolve({ kind: 'local' });
}

async function askEndpoint(): Promise<TargetChoice> {
  const url = await answered(
    vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t('Endpoint URL of the Lambda API'),
      placeHolder: 'http://127.0.0.1:4566',
      ignoreFocusOut: true,
      validateInput: (value) =>
        isEndpointUrl(value)
          ? undefined
          : vscode.l10n.t('Write a full http:// or https:// URL, such as http://127.0.0.1:4566'),
    }),
  );
  return { kind: 'endpoint', url, region: await askRegion('us-east-1') };
}

function askRegion(value = 'us-east-1'): Promise<string> {
  return answered(
    vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t('AWS region'),
      value,
      ignoreFocusOut: true,
      validateInput: (region) =>
        /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region) ? undefined : vscode.l10n.t('A region looks like eu-west-1'),
    }),
  );
}
