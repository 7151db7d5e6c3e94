import { readFile } from 'node:fs/promises';
import { basename, dirname, sep } from 'node:path';
import * as vscode from 'vscode';
import { Problem } from '../../problem.ts';
import { answered } from '../cancellation.ts';
import type { CommandContext } from './command-context.ts';

/** JSON text to send, nothing to send, or an editor to be opened in which the user writes it. */
export type PickedPayload = { readonly kind: 'payload'; readonly text: string } | { readonly kind: 'write' };

interface PayloadItem extends vscode.QuickPickItem {
  readonly choose: () => Promise<PickedPayload>;
}

/** Asks what to invoke the function with. Enter takes the deployed folder's test event, or else the last payload, or {}. */
export async function pickPayload(context: CommandContext, functionName: string): Promise<PickedPayload> {
  const events = await findEventFiles(context.folders.of(functionName)?.folder);
  const items: PayloadItem[] = [
    ...events.own.map(eventFileItem),
    ...lastPayloadItems(context.lastPayloads.of(functionName)),
    {
      label: vscode.l10n.t('$(dash) No payload'),
      description: '{}',
      choose: () => Promise.resolve({ kind: 'payload', text: '{}' }),
    },
    { label: vscode.l10n.t('$(edit) Write a payload…'), choose: () => Promise.resolve({ kind: 'write' }) },
    {
      label: vscode.l10n.t('$(folder-opened) From a JSON file…'),
      choose: async () => readPayload((await answered(vscode.window.showOpenDialog(openOptions)))[0]?.fsPath ?? ''),
    },
    ...events.others.map(eventFileItem),
  ];
  const picked = await answered(
    vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Invoke {0} on {1}', functionName, context.targets.label),
      placeHolder: vscode.l10n.t('What to invoke it with'),
    }),
  );
  return picked.choose();
}

const openOptions: vscode.OpenDialogOptions = {
  title: vscode.l10n.t('Payload'),
  openLabel: vscode.l10n.t('Use as Payload'),
  filters: { JSON: ['json'] },
};

/** Test events of the workspace: those in the function's own folder, `event.json` first, and all others. */
async function findEventFiles(folder: string | undefined): Promise<{ own: string[]; others: string[] }> {
  const found = await vscode.workspace.findFiles('**/{event,*.event}.json', '**/node_modules/**', 20);
  const files = found.map((uri) => uri.fsPath).sort();
  const isOwn = (file: string): boolean => folder !== undefined && file.startsWith(folder + sep);
  const isDefault = (file: string): boolean => basename(file) === 'event.json' && dirname(file) === folder;
  const own = files.filter(isOwn);
  return {
    own: [...own.filter(isDefault), ...own.filter((file) => !isDefault(file))],
    others: files.filter((file) => !isOwn(file)),
  };
}

function eventFileItem(file: string): PayloadItem {
  return {
    label: `$(json) ${basename(file)}`,
    description: vscode.workspace.asRelativePath(dirname(file)),
    choose: () => readPayload(file),
  };
}

function lastPayloadItems(text: string | undefined): PayloadItem[] {
  if (text === undefined) return [];
  const description = text.replaceAll(/\s+/g, ' ').slice(0, 80);
  return [
    {
      label: vscode.l10n.t('$(history) Last payload'),
      description,
      choose: () => Promise.resolve({ kind: 'payload', text }),
    },
  ];
}

async function readPayload(file: string): Promise<PickedPayload> {
  // What is typed but not saved is what the user means.
  const open = vscode.workspace.textDocuments.find((document) => document.uri.fsPath === file);
  const text = open?.getText() ?? (await readFile(file, 'utf8'));
  return { kind: 'payload', text: checkedJson(text, basename(file)) };
}

/** Throws a `Problem` that names `source` when the text is not JSON. */
export function checkedJson(text: string, source: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Problem(
      'PayloadNotJson',
      vscode.l10n.t('{0} is not JSON ({1}). Correct it and invoke again.', source, reason),
      { cause },
    );
  }
}
