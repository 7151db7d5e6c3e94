/**
 * What went wrong, in words for the person in front of the screen.
 * `message` is one or two sentences and says what to do next; `code` is for programs and never changes once published;
 * `cause` keeps the original error for logs.
 */
export class Problem extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Problem';
    this.code = code;
  }
}

/** True for anything that means "the user cancelled": an AbortSignal's reason or an SDK's AbortError. */
export function isCancellation(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'CancellationError');
}
