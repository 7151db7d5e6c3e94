import { l10n } from 'vscode';
import { wordsOf } from './words.ts';

/** Those of the editor that this window is of, which stay the same as long as it is open. */
export const editorWords = wordsOf(l10n.bundle, (text, ...values) => l10n.t(text, ...values));
