import * as vscode from 'vscode';
import { Problem } from '../../problem.ts';
import { answered, Dismissed } from '../cancellation.ts';
import { editorWords } from '../editor-words.ts';
import { describeFunction } from '../explorer/function-description.ts';
import { namedArguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';

/** The function that was passed along, or else the one the user picks. Throws `Dismissed` when nothing is picked. */
export async function functionNameFrom(context: CommandContext, subject: unknown, title: string): Promise<string> {
  return namedArguments(subject).functionName ?? (await pickFunction(context, title));
}

async function pickFunction(context: CommandContext, title: string): Promise<string> {
  const items = await itemsOf(context);
  const picked = await answered(
    vscode.window.showQuickPick(items, {
      title,
      placeHolder: vscode.l10n.t('Functions on {0}', context.targets.label),
    }),
  );
  return picked.label;
}

/** Functions that the user picks, at least one. Throws `Dismissed` when nothing is picked. */
export async function pickFunctions(context: CommandContext, title: string): Promise<string[]> {
  const items = await itemsOf(context);
  const placeHolder = vscode.l10n.t('Functions on {0}', context.targets.label);
  const picked = await answered(vscode.window.showQuickPick(items, { title, placeHolder, canPickMany: true }));
  if (picked.length === 0) throw new Dismissed();
  return picked.map(({ label }) => label);
}

async function itemsOf(context: CommandContext): Promise<{ label: string; description: string }[]> {
  const functions = await context.tree.list();
  if (functions.length === 0) {
    throw new Problem(
      'NoFunctions',
      vscode.l10n.t(
        'There is no function on {0} yet. Right-click a folder and choose "Deploy as Lambda" first.',
        context.targets.label,
      ),
    );
  }
  return functions.map((summary) => ({ label: summary.name, description: describeFunction(summary, editorWords) }));
}
