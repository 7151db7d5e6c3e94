import type { EventOutcome } from './outcome.ts';
import type { InitializationType, InitStart, PlatformEvent } from './platform-events.ts';

export interface InitEvents {
  started(
    record: Pick<InitStart, 'runtimeVersion' | 'runtimeVersionArn' | 'functionName' | 'functionVersion'>,
  ): PlatformEvent;
  ended(outcome: EventOutcome, durationMs: number): PlatformEvent[];
}

/** An init on its own, for a snapshot that is restored later, or as part of an invocation. */
export type InitPhase = 'init' | 'snapshot' | 'invoke';

/** What is told of an init; where it stands for the restore of a snapshot, under that name. */
export function initEvents(initializationType: InitializationType, initPhase: InitPhase): InitEvents {
  const phase = initPhase === 'invoke' ? 'invoke' : 'init';
  const about = { initializationType, phase } as const;
  if (initializationType === 'snap-start' && initPhase !== 'snapshot') {
    return {
      started: (record) => ({ type: 'platform.restoreStart', record }),
      ended: (outcome, durationMs) => [
        { type: 'platform.restoreRuntimeDone', record: outcome },
        { type: 'platform.restoreReport', record: { ...outcome, metrics: { durationMs } } },
      ],
    };
  }
  return {
    started: (record) => ({ type: 'platform.initStart', record: { ...about, ...record } }),
    ended: (outcome, durationMs) => [
      { type: 'platform.initRuntimeDone', record: { ...about, ...outcome } },
      { type: 'platform.initReport', record: { ...about, ...outcome, metrics: { durationMs } } },
    ],
  };
}
