import type { TimingHistory } from './observe/timing-history.ts';
import type { FoundInvocation } from './observe/find-invocation.ts';
import type { QueryOptions, QueryResults } from './observe/query-logs.ts';
import type { MetricReader } from './observe/function-metrics.ts';
import type { LogEvent } from './observe/timing.ts';
import type { TuningOutcome, TuningProgress } from './observe/tuning.ts';
import type { DeploymentPackage, PackageOptions } from './package/deployment-package.ts';
import type { PackagePreview } from './package/explain.ts';
import type { LayerOptions, LayerPackage } from './package/layer.ts';
import type { FoundSettings } from './package/function-settings.ts';
import type { Target } from './aws/target.ts';
import type { TuningNote } from './tune/tuning-journal.ts';

/** Steps report what they are doing in one short phrase, and how far they are (0…1) where that is known. */
export type Progress = (progress: { readonly message: string; readonly fraction?: number }) => void;

export interface DeployOptions {
  readonly target: Target;
  readonly functionName: string;
  readonly package: DeploymentPackage;
  readonly memorySizeMB?: number;
  readonly timeoutSeconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly role?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: Progress;
}

export interface DeployResult {
  /** 'unchanged': the code and settings were already there and nothing was uploaded. */
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly functionArn: string;
  readonly codeSha256: string;
}

export interface PublishVersionOptions {
  readonly target: Target;
  readonly functionName: string;
  /** Of the code that is meant, base64: other code is not published. */
  readonly codeSha256: string;
  /** Pointed to the version, and made where there is none. */
  readonly alias?: string;
  readonly signal?: AbortSignal;
}

export interface PublishedVersion {
  readonly version: string;
  readonly versionArn: string;
  readonly alias?: string;
  readonly aliasArn?: string;
}

export type InvocationMode = 'sync' | 'async' | 'dry-run';

export interface InvokeOptions {
  readonly target: Target;
  readonly functionName: string;
  readonly mode: InvocationMode;
  /** A version or an alias; absent: what was deployed last. */
  readonly qualifier?: string;
  /** JSON text; absent: no payload. */
  readonly payload?: string;
  readonly signal?: AbortSignal;
}

export interface InvokeResult {
  readonly mode: InvocationMode;
  readonly statusCode: number;
  readonly requestId: string;
  /** `Handled` or `Unhandled`; absent on success. */
  readonly functionError?: string;
  readonly executedVersion?: string;
  /** Response text, JSON as the function returned it; absent for async and dry run. */
  readonly payload?: string;
  /** The last 4 KB of the log, decoded; only for a synchronous invocation. */
  readonly logTail?: string;
  /** Parsed from the log tail's REPORT line where it has one. */
  readonly timing?: import('./observe/timing.ts').InvocationTiming;
  /** Wall time of the request, ms. */
  readonly elapsedMs: number;
}

export interface FunctionSummary {
  readonly name: string;
  readonly arn: string;
  readonly runtime: string | undefined;
  readonly codeSize: number;
  readonly memorySizeMB: number | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly lastModified: string | undefined;
  readonly state: string | undefined;
  /** `$LATEST`, or the number of a published version. */
  readonly version: string | undefined;
  readonly architecture: 'x86_64' | 'arm64' | undefined;
  readonly ephemeralStorageMB: number | undefined;
}

/** Environments that are kept ready for a version. */
export interface ProvisionedVersion {
  /** The version or the alias that it is set for. */
  readonly qualifier: string;
  readonly version: string;
  readonly count: number;
  readonly memorySizeMB: number;
  readonly architecture: 'x86_64' | 'arm64';
}

export interface FunctionUrlOptions {
  readonly target: Target;
  readonly functionName: string;
  /** For a URL that has to be made: who may call it. */
  readonly auth: 'none' | 'iam';
  /** For a URL that has to be made: whether responses are streamed. */
  readonly stream: boolean;
  readonly signal?: AbortSignal;
}

export interface FunctionUrl {
  readonly url: string;
  readonly auth: 'none' | 'iam';
  readonly streams: boolean;
  /** It was made just now. */
  readonly created: boolean;
}

export interface PublishLayerOptions {
  readonly target: Target;
  readonly layerName: string;
  readonly package: LayerPackage;
  readonly description?: string;
  readonly signal?: AbortSignal;
}

export interface PublishedLayer {
  /** What a function's `layers` name. */
  readonly layerVersionArn: string;
  readonly version: number;
}

export interface TuneOptions {
  readonly target: Target;
  readonly functionName: string;
  /** JSON text. */
  readonly payload: string;
  /** MB, at least two. */
  readonly memorySizes: readonly number[];
  /** Invocations at each size, one of which is cold. */
  readonly runs: number;
  /** Where it is noted what has to be put back; absent: the system's own place. */
  readonly journalFolder?: string;
  readonly onProgress?: (progress: TuningProgress) => void;
  readonly signal?: AbortSignal;
}

export interface FollowOptions {
  readonly target: Target;
  /** One function, or several whose events come in one order; at most `mostFollowed` of them. */
  readonly functionNames: readonly string[];
  /** A CloudWatch filter pattern: the service sends nothing else. Absent or empty: all. */
  readonly filterPattern?: string;
  readonly onEvents: (events: readonly LogEvent[]) => void;
  readonly onStatus?: (status: {
    readonly state: 'connecting' | 'live' | 'reconnecting' | 'stopped';
    readonly detail?: string;
  }) => void;
  /** Also deliver what was written since then (ms since the epoch), before the live events. */
  readonly since?: number;
  readonly signal: AbortSignal;
}

/** The sentence itself. One object so that surfaces (editor, CLI) share it and tests can hand in another. */
export interface Pipeline {
  packageFolder(options: PackageOptions): Promise<DeploymentPackage>;
  /** What would ship of a folder, by parts, and what would not; makes no file that stays. */
  previewPackage(options: Omit<PackageOptions, 'outFile'>): Promise<PackagePreview>;
  packageLayer(options: LayerOptions): Promise<LayerPackage>;
  /** Publishes a layer's next version. */
  publishLayer(options: PublishLayerOptions): Promise<PublishedLayer>;
  /** What lambda.json in the folder says; nothing where there is none. */
  findSettings(folder: string): Promise<FoundSettings>;
  deploy(options: DeployOptions): Promise<DeployResult>;
  /** Publishes a version of what was deployed. */
  publishVersion(options: PublishVersionOptions): Promise<PublishedVersion>;
  invoke(options: InvokeOptions): Promise<InvokeResult>;
  /** Follows the functions' logs until `signal` aborts; each event once, in order; waits for a log group that is not there yet. */
  followLogs(options: FollowOptions): Promise<void>;
  /** Log events of the function since a time, oldest first; none if it has no log yet. */
  readLogs(options: { target: Target; functionName: string; since: number; signal?: AbortSignal }): Promise<LogEvent[]>;
  /** The function whose log names a request id since a time, and when. */
  findInvocation(options: {
    target: Target;
    functionNames: readonly string[];
    requestId: string;
    since: number;
    signal?: AbortSignal;
  }): Promise<FoundInvocation | undefined>;
  /** Runs a query of Logs Insights over the functions' logs. */
  queryLogs(options: QueryOptions): Promise<QueryResults>;
  /** CloudWatch's metrics of functions on a target, for as long as somebody reads them. */
  openMetrics(options: { target: Target }): Promise<MetricReader>;
  /** The timings of functions over days, in a file that is made where there is none. */
  openTimingHistory(file: string): Promise<TimingHistory>;
  listFunctions(options: { target: Target; signal?: AbortSignal }): Promise<FunctionSummary[]>;
  /** One function with its state, which listing leaves out on AWS. */
  describeFunction(options: {
    target: Target;
    functionName: string;
    /** A version or an alias; absent: what was deployed last. */
    qualifier?: string;
    signal?: AbortSignal;
  }): Promise<FunctionSummary>;
  /** The versions and aliases of a function that have provisioned concurrency. */
  listProvisioned(options: {
    target: Target;
    functionName: string;
    signal?: AbortSignal;
  }): Promise<ProvisionedVersion[]>;
  /** Tries memory sizes on temporary versions of the function, and leaves the function as it was. */
  tuneMemory(options: TuneOptions): Promise<TuningOutcome>;
  /** Gives the function so much memory (MB), and waits until it has it. */
  setMemory(options: {
    target: Target;
    functionName: string;
    memorySizeMB: number;
    signal?: AbortSignal;
  }): Promise<void>;
  /** Tunings whose process ended before all was put back. */
  interruptedTunings(): Promise<readonly TuningNote[]>;
  /** Puts back what an interrupted tuning has changed. */
  putTuningBack(options: { target: Target; note: TuningNote }): Promise<void>;
  deleteFunction(options: { target: Target; functionName: string; signal?: AbortSignal }): Promise<void>;
  /** The function's URL, made where there is none. */
  functionUrl(options: FunctionUrlOptions): Promise<FunctionUrl>;
  /** Profiles of the shared AWS config and credentials files, sorted by name; none if there are no such files. */
  listProfiles(): Promise<{ readonly name: string; readonly region?: string }[]>;
}

export interface PipelineOptions {
  /** For a host whose own thread must never be held up; elsewhere the thread's start is time lost. */
  readonly packageInThread?: boolean;
}

/** Each step loads what it needs on its first use: the SDK's clients, archiver and esbuild cost nothing before. */
export function createPipeline({ packageInThread = false }: PipelineOptions = {}): Pipeline {
  const packageFolder = async (options: PackageOptions): Promise<DeploymentPackage> =>
    packageInThread
      ? (await import('./package/package-in-thread.ts')).packageForHost(options)
      : (await import('./package/package-folder.ts')).packageFolder(options);
  return {
    packageFolder,
    previewPackage: async (options) => (await import('./package/explain.ts')).previewPackage(options, packageFolder),
    packageLayer: async (options) => (await import('./package/layer.ts')).packageLayer(options),
    publishLayer: async (options) => (await import('./deploy/publish-layer.ts')).publishLayer(options),
    findSettings: async (folder) => (await import('./package/function-settings.ts')).findSettings(folder),
    deploy: async (options) => (await import('./deploy/deploy-function.ts')).deployFunction(options),
    publishVersion: async (options) => (await import('./deploy/publish-version.ts')).publishVersion(options),
    invoke: async (options) => (await import('./invoke/invoke-function.ts')).invokeFunction(options),
    followLogs: async (options) => (await import('./observe/follow-logs.ts')).followLogs(options),
    readLogs: async (options) => (await import('./observe/read-logs.ts')).readLogs(options),
    findInvocation: async (options) => (await import('./observe/find-invocation.ts')).findInvocation(options),
    queryLogs: async (options) => (await import('./observe/query-logs.ts')).queryLogs(options),
    openMetrics: async ({ target }) => (await import('./observe/function-metrics.ts')).MetricReader.open(target),
    openTimingHistory: async (file) => new (await import('./observe/timing-history.ts')).TimingHistory(file),
    listFunctions: async (options) => (await import('./deploy/functions.ts')).listFunctions(options),
    describeFunction: async (options) => (await import('./deploy/functions.ts')).describeFunction(options),
    listProvisioned: async (options) => (await import('./deploy/provisioned-concurrency.ts')).listProvisioned(options),
    tuneMemory: async (options) => (await import('./tune/tune-memory.ts')).tuneMemory(options),
    setMemory: async (options) => (await import('./tune/set-memory.ts')).setMemory(options),
    interruptedTunings: async () => new (await import('./tune/tuning-journal.ts')).TuningJournal().interrupted(),
    putTuningBack: async (options) => (await import('./tune/put-back.ts')).putTuningBack(options),
    deleteFunction: async (options) => (await import('./deploy/functions.ts')).deleteFunction(options),
    functionUrl: async (options) => (await import('./deploy/function-url.ts')).functionUrl(options),
    listProfiles: async () => (await import('./aws/shared-config.ts')).listProfiles(),
  };
}
