// What Lambda itself has to say of an execution environment, before it becomes a line of text, a line of JSON, or a record for an
// extension. Source: "Lambda Telemetry API Event schema reference" in the AWS Lambda Developer Guide.

import { createHash } from 'node:crypto';
import type { FunctionRecord } from '../store/function-store.ts';

export type EventStatus = 'success' | 'error' | 'timeout';

/** The trace header of an invocation, where the function's tracing is active. */
export interface Tracing {
  readonly type: 'X-Amzn-Trace-Id';
  readonly value: string;
  /** Of the segment that the invocation is. */
  readonly spanId: string;
}

export interface Span {
  readonly name: 'extensionOverhead' | 'responseLatency' | 'responseDuration' | 'runtimeOverhead';
  /** ISO 8601 */
  readonly start: string;
  readonly durationMs: number;
}

export type InitializationType = 'on-demand' | 'provisioned-concurrency' | 'snap-start';

interface Init {
  readonly initializationType: InitializationType;
  readonly phase: 'init' | 'invoke';
}

interface Outcome {
  readonly status: EventStatus;
  readonly errorType?: string | undefined;
}

export interface InitStart extends Init {
  readonly runtimeVersion: string;
  readonly runtimeVersionArn: string;
  readonly functionName: string;
  readonly functionVersion: string;
}

export interface InitReport extends Init, Outcome {
  readonly metrics: { readonly durationMs: number };
}

export interface Report extends Outcome {
  readonly requestId: string;
  readonly metrics: {
    readonly durationMs: number;
    readonly billedDurationMs: number;
    readonly memorySizeMB: number;
    readonly maxMemoryUsedMB: number;
    readonly initDurationMs?: number | undefined;
    readonly restoreDurationMs?: number | undefined;
    readonly billedRestoreDurationMs?: number | undefined;
  };
  readonly tracing?: Tracing | undefined;
  readonly spans?: readonly Span[] | undefined;
}

export interface ExtensionState {
  readonly name: string;
  readonly state: string;
  readonly events: readonly string[];
  readonly errorType?: string | undefined;
}

/** Of an extension to what the Telemetry API, or the Logs API, sends. */
export interface Subscribed {
  readonly name: string;
  readonly state: 'Subscribed';
  readonly types: readonly string[];
}

export interface LogsDropped {
  readonly reason: string;
  readonly droppedRecords: number;
  readonly droppedBytes: number;
}

export type PlatformEvent =
  | { readonly type: 'platform.initStart'; readonly record: InitStart }
  | { readonly type: 'platform.initRuntimeDone'; readonly record: Init & Outcome }
  | { readonly type: 'platform.initReport'; readonly record: InitReport }
  | { readonly type: 'platform.restoreStart'; readonly record: Omit<InitStart, keyof Init> }
  | { readonly type: 'platform.restoreRuntimeDone'; readonly record: Outcome }
  | {
      readonly type: 'platform.restoreReport';
      readonly record: Outcome & { readonly metrics: { readonly durationMs: number } };
    }
  | {
      readonly type: 'platform.start';
      readonly record: {
        readonly requestId: string;
        readonly version: string;
        readonly tracing?: Tracing | undefined;
      };
    }
  | {
      readonly type: 'platform.runtimeDone';
      readonly record: Outcome & {
        readonly requestId: string;
        /** Absent where the runtime gave no answer. */
        readonly metrics?:
          | {
              readonly durationMs: number;
              /** Absent where the response went out in pieces. */
              readonly producedBytes?: number | undefined;
            }
          | undefined;
        /** Of a response: until it began, from then to its end, and until the runtime asked for more. */
        readonly spans?: readonly Span[] | undefined;
        readonly tracing?: Tracing | undefined;
      };
    }
  /** The invocation is over; of text and the Logs API, the Telemetry API has it not. */
  | { readonly type: 'platform.end'; readonly record: { readonly requestId: string } }
  | { readonly type: 'platform.report'; readonly record: Report }
  /** Why the runtime is gone, in a sentence. */
  | { readonly type: 'platform.fault'; readonly record: string }
  | { readonly type: 'platform.extension'; readonly record: ExtensionState }
  | { readonly type: 'platform.telemetrySubscription' | 'platform.logsSubscription'; readonly record: Subscribed }
  | { readonly type: 'platform.logsDropped'; readonly record: LogsDropped };

/** Such as `python`. */
export const languageOf = (runtime: string): string => /^[a-z]+/.exec(runtime)?.[0] ?? runtime;

/** What an init tells of its function, which runs on `version` of its language. */
export function initStart(
  fn: Pick<FunctionRecord, 'name' | 'version' | 'runtime'>,
  version: string,
  region: string,
): Omit<InitStart, keyof Init> {
  const runtimeVersion = `${languageOf(fn.runtime)}:${version}`;
  const hash = createHash('sha256').update(runtimeVersion).digest('hex');
  return {
    runtimeVersion,
    runtimeVersionArn: `arn:aws:lambda:${region}::runtime:${hash}`,
    functionName: fn.name,
    functionVersion: fn.version,
  };
}

/** What the records of an invocation tell of its trace. */
export function tracingOf(isActive: boolean, header: string): { readonly tracing?: Tracing } {
  const spanId = /Parent=([^;]+)/.exec(header)?.[1];
  return isActive && spanId ? { tracing: { type: 'X-Amzn-Trace-Id', value: header, spanId } } : {};
}

/** Moments of a response, ms since the epoch. */
export interface ResponseTimes {
  readonly startedAt: number;
  readonly begunAt: number;
  readonly endedAt: number;
  /** When the runtime asked for its next event; absent where it had not yet. */
  readonly askedAt: number | undefined;
}

export function responseSpans({ startedAt, begunAt, endedAt, askedAt }: ResponseTimes): readonly Span[] {
  const span = (name: Span['name'], from: number, to: number): Span => ({
    name,
    start: new Date(from).toISOString(),
    durationMs: milliseconds(to - from),
  });
  return [
    span('responseLatency', startedAt, begunAt),
    span('responseDuration', begunAt, endedAt),
    ...(askedAt === undefined ? [] : [span('runtimeOverhead', endedAt, Math.max(endedAt, askedAt))]),
  ];
}

/** As figures are written: to a hundredth of a millisecond. */
export const milliseconds = (value: number): number => Number(value.toFixed(2));

/** What REPORT tells of the init, or the restore, before an invocation; `hooksMs` is what was billed of a restore. */
export function startMetrics(
  type: InitializationType,
  durationMs: number | undefined,
  hooksMs: number,
): Pick<Report['metrics'], 'initDurationMs' | 'restoreDurationMs' | 'billedRestoreDurationMs'> {
  if (durationMs === undefined) return {};
  if (type !== 'snap-start') return { initDurationMs: milliseconds(durationMs) };
  return { restoreDurationMs: milliseconds(durationMs), billedRestoreDurationMs: Math.ceil(hooksMs) };
}

/** Billed Duration is Init and Duration together, rounded up to a millisecond (since August 2025 for all functions). */
export const billed = (durationMs: number, initDurationMs = 0): number => Math.ceil(durationMs + initDurationMs);

/** Ms since the epoch, in fractions of one. */
export const wallClock = (): number => performance.timeOrigin + performance.now();
