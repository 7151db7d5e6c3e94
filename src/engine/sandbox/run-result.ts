import type { ExtensionFailure } from './extensions.ts';

export interface RuntimeError {
  readonly kind: 'error';
  /** As the runtime sent it: JSON with errorType, errorMessage and a trace. */
  readonly body: Buffer;
  readonly errorType: string | undefined;
}

export interface RuntimeExit {
  readonly kind: 'exit';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outOfMemory?: boolean;
}

export type InitResult = { readonly kind: 'ready' } | RuntimeError | RuntimeExit | ExtensionFailure;
export type RunResult =
  { readonly kind: 'response'; readonly body: Buffer } | RuntimeError | RuntimeExit | ExtensionFailure;

export const isResponse = (result: RunResult | 'passed'): result is Extract<RunResult, { kind: 'response' }> =>
  result !== 'passed' && result.kind === 'response';

/** What a response that broke off is, where the runtime goes on. */
export const truncated: RuntimeError = {
  kind: 'error',
  errorType: 'Runtime.TruncatedResponse',
  body: Buffer.from(
    '{"errorType":"Runtime.TruncatedResponse","errorMessage":"The runtime broke off its response before the end."}',
  ),
};
