import * as vscode from 'vscode';
import { answered } from '../cancellation.ts';
import { asTargetChoice, isEndpointUrl, labelOf } from '../connection/target-choice.ts';
import type { TargetChoice } from '../connection/target-choice.ts';
import type { CommandContext, CommandHandler } from './command-context.ts';

const title = 'Choose Target';

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
    { label: '$(server-process) Local Lambda', description: 'on this machine, no account needed', choose: local },
    separator,
    ...profiles.map(({ name, region }) => ({
      label: `$(cloud) ${name}`,
      description: region ?? '',
      choose: async (): Promise<TargetChoice> => ({ kind: 'aws', profile: name, region: await askRegion(region) }),
    })),
    {
      label: '$(cloud) AWS with the environment’s credentials',
      description: 'the standard credential chain',
      choose: async () => ({ kind: 'aws', region: await askRegion(undefined) }),
    },
    { ...separator, label: 'Other' },
    { label: '$(plug) Endpoint URL…', description: 'anything that speaks the Lambda API', choose: askEndpoint },
  ];
  const placeHolder = `Now: ${labelOf(targets.choice)}`;
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
      prompt: 'Endpoint URL of the Lambda API',
      placeHolder: 'http://127.0.0.1:4566',
      ignoreFocusOut: true,
      validateInput: (value) =>
        isEndpointUrl(value) ? undefined : 'Write a full http:// or https:// URL, such as http://127.0.0.1:4566',
    }),
  );
  return { kind: 'endpoint', url, region: await askRegion('us-east-1') };
}

function askRegion(value = 'us-east-1'): Promise<string> {
  return answered(
    vscode.window.showInputBox({
      title,
      prompt: 'AWS region',
      value,
      ignoreFocusOut: true,
      validateInput: (region) =>
        /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region) ? undefined : 'A region looks like eu-west-1',
    }),
  );
}
