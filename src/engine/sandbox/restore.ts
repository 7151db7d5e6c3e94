// An environment that goes on from its snapshot: what is logged of it, and how it fails.
import { ServiceError } from '../http/service-error.ts';
import { deadline } from './deadline.ts';
import type { EnvironmentLog } from './environment-log.ts';
import { initEvents } from './init-events.ts';
import { initFailure } from './init-failure.ts';
import { outcomeOf, type InitAttempt, type InvocationFailure } from './outcome.ts';
import { milliseconds, type initStart } from './platform-events.ts';
import type { RuntimeProcess } from './runtime-process.ts';

/** For the hooks that run after it. Source: "Runtime hooks" of SnapStart in the AWS Lambda Developer Guide. */
const limitMs = 10_000;

/** Lets a runtime go on that stands at its snapshot; ready it is when it asks for its first event. */
export async function restore(
  runtime: RuntimeProcess,
  about: {
    readonly log: EnvironmentLog;
    readonly start: ReturnType<typeof initStart>;
    readonly requestId: string;
  },
): Promise<InitAttempt> {
  const startedAt = performance.now();
  const events = initEvents('snap-start', 'init');
  about.log.platform(events.started(about.start));
  const due = deadline(limitMs);
  runtime.snapshot.restore();
  const result = await Promise.race([runtime.ready(), due.passed]);
  due.cancel();
  const durationMs = performance.now() - startedAt;
  const ended = (attempt: InitAttempt): InitAttempt => {
    const outcome = attempt.ok ? ({ status: 'success' } as const) : outcomeOf(attempt.failure);
    for (const event of events.ended(outcome, milliseconds(durationMs))) about.log.platform(event);
    return attempt;
  };
  if (result !== 'passed' && result.kind === 'ready') return ended({ ok: true, durationMs, hooksMs: durationMs });
  const { requestId } = about;
  const failure = initFailure(result, { requestId, timeoutSeconds: limitMs / 1000, startError: undefined });
  return ended({ ok: false, durationMs, failure });
}

/** What the caller of an invocation is told whose environment could not be restored. */
export function restoreRefusal({ status, payload }: InvocationFailure): ServiceError {
  if (status === 'timeout') {
    const message = "Lambda couldn't restore the snapshot within the timeout limit.";
    return new ServiceError('SnapStartTimeoutException', 408, message);
  }
  const { errorType, errorMessage } = JSON.parse(payload.toString('utf8'));
  return new ServiceError(
    'SnapStartException',
    400,
    `The afterRestore() runtime hook encountered an error: ${errorType}: ${errorMessage}. The log has the rest.`,
  );
}
