import { Sentences } from './sentences.ts';

/** The text in the editor's language, with what stands for {0}, {1} … put in: `vscode.l10n.t`, where there is VS Code. */
export type Translate = (text: string, ...values: (string | number)[]) => string;

/** The words of an editor's language. */
export interface Words {
  readonly t: Translate;
  /** A sentence that was made elsewhere, in English. */
  readonly sentence: (english: string) => string;
}

/** As everything is written. */
export const englishWords: Words = {
  t: (text, ...values) =>
    text.replaceAll(/\{(\d+)\}/g, (placeholder, at: string) => String(values[Number(at)] ?? placeholder)),
  sentence: (english) => english,
};

/** Those of a bundle; without one, English. */
export function wordsOf(bundle: Readonly<Record<string, string>> | undefined, t: Translate): Words {
  if (bundle === undefined) return englishWords;
  let sentences: Sentences | undefined; // not at activation, where nothing is said yet
  return { t, sentence: (english) => (sentences ??= new Sentences(bundle)).of(english) };
}
