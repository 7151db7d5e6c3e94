import * as vscode from 'vscode';
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

/** Runs `task` under a notification with a Cancel button. The one place where VS Code's token becomes an AbortSignal. */
export async function withCancellableProgress<T>(
  title: string,
  task: (signal: AbortSignal, report: Progress) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      const subscription = token.onCancellationRequested(() => controller.abort());
      try {
        return await task(controller.signal, ({ message }) => progress.report({ message }));
      } finally {
        subscription.dispose();
      }
    },
  );
}
