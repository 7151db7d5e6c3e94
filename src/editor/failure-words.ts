import { Problem } from '../problem.ts';
import { englishWords, type Words } from './words.ts';

/** What to tell the user about any error: a Problem's own sentence, or that something unforeseen went wrong. */
export function sentenceOf(error: unknown, { t, sentence }: Words = englishWords): string {
  if (error instanceof Problem) return sentence(error.message);
  const message = error instanceof Error ? error.message : String(error);
  return t(
    'Something unexpected went wrong: {0}. The details are in the "Lambda" output.',
    message.replace(/[.\s]+$/, ''),
  );
}

/** Everything known about an error, with its causes, for the output channel. A Problem is foreseen: its stack says nothing. */
export function detailsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = error instanceof Problem ? `[${error.code}] ${error.message}` : (error.stack ?? error.message);
  return error.cause === undefined ? details : `${details}\ncaused by: ${detailsOf(error.cause)}`;
}
