import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { exportLog, type ExportFormat } from '../../observe/export-log.ts';
import type { PanelLine } from '../../protocol/panel.ts';
import { editorWords } from '../editor-words.ts';
import { sentenceOf } from '../failure-words.ts';

const formats: readonly (readonly [words: string, format: ExportFormat])[] = [
  [vscode.l10n.t('Text'), 'txt'],
  [vscode.l10n.t('JSON lines'), 'jsonl'],
  ['CSV', 'csv'],
];

/** Asks where lines of a log go, and writes them there in the format that the name ends with. */
export async function saveLog(functionNames: readonly string[], lines: readonly PanelLine[]): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export {0} log lines of {1}', lines.length, functionNames.join(', ')),
    defaultUri: vscode.Uri.joinPath(folder, `${fileNameOf(functionNames)}.log.txt`),
    filters: Object.fromEntries(formats.map(([words, format]) => [words, [format]])),
  });
  if (!uri) return;
  const format = formats.find(([, each]) => uri.path.endsWith(`.${each}`))?.[1] ?? 'txt';
  try {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(exportLog(lines, format)));
  } catch (error) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('The log could not be written to {0}: {1}', uri.fsPath, sentenceOf(error, editorWords)),
    );
  }
}

/** The names of many functions together are longer than a file's name may be. */
const fileNameOf = ([first = 'functions', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first}-and-${others.length}-more`;
