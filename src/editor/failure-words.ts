import { Problem } from '../problem.ts';

/** What to tell the user about any error: a Problem's own sentence, or that something unforeseen went wrong. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `Something unexpected went wrong: ${message.replace(/[.\s]+$/, '')}. The details are in the "Lambda" output.`;
}

/** Everything known about an error, with its causes, for the output channel. A Problem is foreseen: its stack says nothing. */
export function detailsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = error instanceof Problem ? `[${error.code}] ${error.message}` : (error.stack ?? error.message);
  return error.cause === undefined ? details : `${details}\ncaused by: ${detailsOf(error.cause)}`;
}
