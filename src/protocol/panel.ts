import type { ComparisonChoice, FunctionHistory } from '../observe/function-history.ts';
import type { InvocationTiming } from '../observe/timing.ts';

/** A log line as the panel shows it. `key` is unique in the panel and grows in the order of arrival. */
export interface PanelLine {
  readonly key: number;
  readonly timestamp: number;
  readonly message: string;
  readonly logStream: string;
  /** Where the panel follows several functions. */
  readonly functionName?: string;
  /** The invocation it belongs to; absent for INIT_START and what is printed outside an invocation. */
  readonly requestId?: string;
  /** 'platform': written by Lambda (START, END, REPORT, INIT_START …); 'function': written by the code. */
  readonly source: 'platform' | 'function';
}

export interface TailStatus {
  readonly state: 'connecting' | 'live' | 'reconnecting' | 'stopped';
  /** A sentence for people, when there is something to say. */
  readonly detail?: string;
}

/** What an invocation from the editor came back with. */
export interface PanelResult {
  readonly requestId: string;
  readonly failed: boolean;
  /** Status, function error and duration in one line. */
  readonly summary: string;
  /** The response, as readable text. */
  readonly body: string;
}

/** Of a function as it is set up now. */
export interface FunctionConfiguration {
  readonly functionName: string;
  readonly region?: string;
  readonly architecture?: 'x86_64' | 'arm64';
  readonly ephemeralStorageMB?: number;
  /** Absent where it is not known. */
  readonly provisioned?: readonly ProvisionedConcurrency[];
}

/** Environments that are kept ready for a version, as it or an alias of it asks for. */
export interface ProvisionedConcurrency {
  /** The version or the alias that it is set for. */
  readonly qualifier: string;
  readonly version: string;
  readonly count: number;
  readonly memorySizeMB: number;
  readonly architecture: 'x86_64' | 'arm64';
}

/** Invocations of a function that were refused within a period, for want of concurrency: the log has nothing of them. */
export interface Throttled {
  readonly functionName: string;
  /** When the period begins, ms since the epoch. */
  readonly time: number;
  readonly periodMs: number;
  readonly count: number;
}

/** Host → panel. */
export type ToPanel =
  | {
      readonly type: 'reset';
      readonly functionNames: readonly string[];
      readonly target: string;
      readonly maxLines: number;
      /** What the service was asked to send; empty: all. */
      readonly filterPattern: string;
      /** The target has X-Ray: traces can be opened. */
      readonly hasTraces: boolean;
    }
  | { readonly type: 'append'; readonly lines: readonly PanelLine[]; readonly invocations: readonly InvocationTiming[] }
  | { readonly type: 'tail'; readonly status: TailStatus }
  | { readonly type: 'result'; readonly result: PanelResult }
  | { readonly type: 'history'; readonly history: FunctionHistory }
  /** What the cost of a function's invocations depends on, as far as it is known. */
  | { readonly type: 'configuration'; readonly configuration: FunctionConfiguration }
  /** All there were of the span that is shown, by time; why they are not known, where that is so. */
  | { readonly type: 'throttles'; readonly throttles: readonly Throttled[]; readonly problem?: string }
  /** Brings an invocation into view, as soon as it is there. */
  | { readonly type: 'show'; readonly requestId: string };

/** Panel → host. */
export type FromPanel =
  | { readonly type: 'ready' }
  /** Of several functions, the one that is looked at. */
  | { readonly type: 'invoke'; readonly functionName?: string }
  | { readonly type: 'clear' }
  /** Asks for a place in the function's code: its path in the package, line and column from 1. */
  | {
      readonly type: 'open';
      readonly path: string;
      readonly line: number;
      readonly column: number;
      readonly functionName?: string;
    }
  /** Asks for a file with these lines, by their keys. */
  | { readonly type: 'export'; readonly keys: readonly number[] }
  /** Asks for the log since a time, ms since the epoch, from the beginning. */
  | { readonly type: 'since'; readonly time: number }
  /** Asks for a function's history as it is now, and two groups of it side by side. */
  | { readonly type: 'history'; readonly functionName?: string; readonly choice?: ComparisonChoice }
  /** Asks for the log anew, with a CloudWatch filter pattern that the service holds against it; empty: all of it. */
  | { readonly type: 'pattern'; readonly filterPattern: string }
  | { readonly type: 'copy'; readonly text: string }
  /** Asks for a trace of X-Ray. */
  | { readonly type: 'trace'; readonly traceId: string; readonly functionName?: string };

/** Guards what arrives from the webview: anything else is dropped. */
export function isFromPanel(value: unknown): value is FromPanel {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  if ('functionName' in value && typeof value.functionName !== 'string') return false;
  if (value.type === 'pattern') return 'filterPattern' in value && typeof value.filterPattern === 'string';
  if (value.type === 'copy') return 'text' in value && typeof value.text === 'string';
  if (value.type === 'trace') return 'traceId' in value && isTraceId(value.traceId);
  if (value.type === 'since') return 'time' in value && Number.isFinite(value.time);
  if (value.type === 'open') {
    return (
      'path' in value &&
      typeof value.path === 'string' &&
      'line' in value &&
      Number.isInteger(value.line) &&
      'column' in value &&
      Number.isInteger(value.column)
    );
  }
  if (value.type === 'export')
    return 'keys' in value && Array.isArray(value.keys) && value.keys.every((key) => typeof key === 'number');
  if (value.type === 'history') return !('choice' in value) || isComparisonChoice(value.choice);
  return value.type === 'ready' || value.type === 'invoke' || value.type === 'clear';
}

/** It becomes part of an address. */
const isTraceId = (value: unknown): boolean => typeof value === 'string' && /^1-[0-9a-f]{8}-[0-9a-f]{24}$/.test(value);

function isComparisonChoice(value: unknown): value is ComparisonChoice {
  if (typeof value !== 'object' || value === null || !('region' in value) || typeof value.region !== 'string')
    return false;
  return (!('before' in value) || isGroupChoice(value.before)) && (!('after' in value) || isGroupChoice(value.after));
}

function isGroupChoice(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('code' in value && typeof value.code !== 'string') return false;
  if ('memorySizeMB' in value && typeof value.memorySizeMB !== 'number') return false;
  return !('architecture' in value) || value.architecture === 'x86_64' || value.architecture === 'arm64';
}
