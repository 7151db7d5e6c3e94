import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { PackagePreview } from '../../package/explain.ts';
import { Problem } from '../../problem.ts';
import { withCancellableProgress } from '../cancellation.ts';
import type { CommandHandler } from './command-context.ts';
import { pickFolder } from './pick-folder.ts';

/** Shows what would ship of a folder, the heaviest parts first, and what would not. Resolves to the preview. */
export const previewPackage: CommandHandler = async ({ pipeline, previews }, subject): Promise<PackagePreview> => {
  const uri = subject instanceof vscode.Uri ? subject : await pickFolder();
  if (uri.scheme !== 'file')
    throw new Problem(
      'FolderNotOnDisk',
      vscode.l10n.t('Only folders on disk can be packaged. Save this one to disk first.'),
    );
  const preview = await withCancellableProgress(
    vscode.l10n.t('Packaging, to see what would ship'),
    (signal, onProgress) => pipeline.previewPackage({ folder: uri.fsPath, signal, onProgress }),
  );
  previews.show(uri.fsPath, basename(uri.fsPath), preview);
  return preview;
};
