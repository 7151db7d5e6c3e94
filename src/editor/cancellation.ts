import * as vscode from 'vscode';
import { editorWords } from './editor-words.ts';
import type { Progress } from '../pipeline.ts';

/** Thrown when someone pressed Escape in a question; the command runner stays silent about it. */
export class Dismissed extends Error {
  override readonly name = 'AbortError';
}

/** The answer, or `Dismissed` when there is none. */
export async function answered<T>(question: Thenable<T | undefined>): Promise<T> {
  const answer = await question;
  if (answer === undefined) throw new Dismissed();
  return answer;
}

/** How long a step that is most often quick may run before a notification offers to cancel it, ms. */
const quickMs = 1500;

/** Runs `task` under a notification with a Cancel button. The one place where VS Code's token becomes an AbortSignal. */
export async function withCancellableProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: Progress) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  return showProgress(title, controller, (report) => task(controller.signal, report));
}

/** The same for what is most often quick: only the status bar tells of it at first, so that no notification flashes up. */
export async function withQuietProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: Progress) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const work = task(controller.signal, () => {});
  void vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => work.catch(() => {}));
  const timer = setTimeout(() => {
    showProgress(title, controller, () => work).catch(() => {}); // the caller has the same promise
  }, quickMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

async function showProgress<T>(
  title: string,
  controller: AbortController,
  task: (report: Progress) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const subscription = token.onCancellationRequested(() => controller.abort());
      try {
        return await task(({ message }) => progress.report({ message: editorWords.sentence(message) }));
      } finally {
        subscription.dispose();
      }
    },
  );
}
