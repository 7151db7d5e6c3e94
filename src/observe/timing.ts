/** One line of a function's log, as CloudWatch Logs stores it. */
export interface LogEvent {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
  readonly logStream: string;
  /** The service's event id where it gave one (FilterLogEvents); StartLiveTail gives none. */
  readonly id?: string;
  /** Whose line it is, where several functions are followed together. */
  readonly functionName?: string;
}

export type InvocationStatus = 'running' | 'ok' | 'error' | 'timeout';

/** What one invocation's START, END and REPORT lines say. Nothing here is computed from a clock of ours. */
export interface InvocationTiming {
  readonly requestId: string;
  /** Where several functions are followed together. */
  readonly functionName?: string;
  readonly logStream: string;
  readonly version?: string;
  /** Timestamp of the first line seen of it, ms since the epoch. */
  readonly startedAt: number;
  readonly status: InvocationStatus;
  readonly errorType?: string;
  /** A cold start is an invocation whose REPORT carries an Init (or Restore) Duration. Unknown while it runs. */
  readonly coldStart?: boolean;
  readonly initDurationMs?: number;
  readonly restoreDurationMs?: number;
  readonly durationMs?: number;
  readonly billedDurationMs?: number;
  readonly memorySizeMB?: number;
  readonly maxMemoryUsedMB?: number;
}
