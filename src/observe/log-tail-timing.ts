import { LogModel } from './log-model.ts';
import type { InvocationTiming } from './timing.ts';

/** The timing of one invocation from the log tail that Invoke returns; undefined where the tail has no REPORT line of it. */
export function timingOfLogTail(logTail: string, requestId: string): InvocationTiming | undefined {
  const model = new LogModel();
  const events = logTail.split('\n').map((message) => ({ timestamp: Date.now(), message, logStream: '' }));
  const { invocations } = model.append(events);
  const timing = invocations.find((invocation) => invocation.requestId === requestId);
  return timing?.durationMs === undefined ? undefined : timing;
}
