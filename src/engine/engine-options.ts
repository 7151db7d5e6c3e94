import type { EngineConnection } from './launch.ts';

export interface EngineOptions {
  readonly dataDirectory: string;
  /** Bootstrap programs, a folder per language. */
  readonly runtimesDirectory: string;
  /** Absent: the port of last time if it is free, else any. */
  readonly port?: number;
  readonly auth: 'sigv4' | 'none';
  readonly region: string;
  readonly accountId: string;
  /** Invocations at the same time. */
  readonly concurrency: number;
  /** Absent: stays until it is told to end. */
  readonly idleMs?: number;
  /** How long an execution environment is kept without work; absent: ten minutes. */
  readonly environmentIdleMs?: number;
  /** False: functions' processes go on between invocations, for a debugger; on Windows they always do. */
  readonly freeze: boolean;
  /** False: functions share the machine's /tmp, and have no namespaces and control groups, where it could be otherwise. */
  readonly contain: boolean;
  /** Whether functions get no more of the processors than on Lambda, in proportion to their memory, where control groups can do it. */
  readonly cpuShare: boolean;
  /** Programs that run functions, by a runtime such as `python3.13` or all of a language (`python`); others are looked for. */
  readonly interpreters?: ReadonlyMap<string, string>;
  /** An AWS profile whose credentials functions get: they then call AWS itself, where they would call each other here. */
  readonly functionProfile?: string;
  /** Shortens the waits before asynchronous retries, ms. */
  readonly retryDelaysMs?: readonly number[];
  /** Called for faults of the engine itself. */
  readonly reportFault: (error: unknown) => void;
}

export interface Engine {
  readonly connection: EngineConnection;
  /** Resolves when nobody has used it for `idleMs`. */
  readonly idle: Promise<void>;
  /** Limits of Lambda's that this system does not hold functions to, as phrases for a sentence. */
  notEnforced(): Promise<string[]>;
  /** Ends environments, closes connections, and leaves the store complete. */
  dispose(): Promise<void>;
}
