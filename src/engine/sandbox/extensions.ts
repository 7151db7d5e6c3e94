// The extensions of one runtime process: programs in /opt/extensions, started before it and ended after it.
import type { ChildProcess } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { ExtensionsApi, type AboutFunction } from '../runtime-api/extensions-api.ts';
import type { TelemetryApi } from '../runtime-api/telemetry-api.ts';
import type { RuntimeEvent } from '../runtime-api/runtime-api.ts';
import { deadline } from './deadline.ts';
import type { EnvironmentLog } from './environment-log.ts';
import { LogCapture } from './log-capture.ts';
import type { OwnFiles } from './own-files.ts';
import { signalGroup } from './process-group.ts';
import type { ProcessGuard } from './process-guard.ts';
import { startRefusal } from './start-refusal.ts';

/** In small letters on the wire, whatever the guide's prose has. */
export type ShutdownReason = 'spindown' | 'timeout' | 'failure';

/** An extension that does not go on ends its execution environment. */
export interface ExtensionFailure {
  readonly kind: 'extension';
  /** Such as `Extension.Crash`. */
  readonly errorType: string;
  readonly message: string;
}

export interface ExtensionsOptions {
  /** Paths of the programs; a program's name is its extension's. */
  readonly programs: readonly string[];
  readonly about: AboutFunction;
  /** Among whose files they run. */
  readonly files: Pick<OwnFiles, 'place' | 'start'>;
  /** As the function's; AWS_LAMBDA_RUNTIME_API is added. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: EnvironmentLog;
  readonly telemetry: TelemetryApi;
  readonly guard: ProcessGuard;
}

/** Before the SHUTDOWN event, for what subscribers are still to get. */
const flushMs = 1500;
/** From the SHUTDOWN event to the end. */
const shutdownMs = 2000;
/** What the runtime alone is told. Source: "Environment variables" in the guide's page on the Extensions API. */
const ofRuntime = new Set([
  '_HANDLER',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
  '_LAMBDA_TELEMETRY_LOG_FD',
  '_LAMBDA_OPT',
]);

/** The programs in a folder's `extensions`, in the order of their names. */
export async function extensionPrograms(opt: string | undefined): Promise<string[]> {
  if (opt === undefined) return [];
  const folder = path.join(opt, 'extensions');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const programs = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
  return programs.map(({ name }) => path.join(folder, name)).sort();
}

export class Extensions {
  readonly api: ExtensionsApi;
  /** Resolves when one of them has failed. */
  readonly failed: Promise<ExtensionFailure>;
  readonly #options: ExtensionsOptions;
  readonly #names: readonly string[];
  readonly #fail: (failure: ExtensionFailure) => void;
  readonly #capture: LogCapture;
  readonly #live = new Map<ChildProcess, { readonly name: string; readonly gone: Promise<void> }>();
  readonly #waiters = new Set<() => void>();
  #errors: { readonly name: string; readonly state: string; readonly errorType: string } | undefined;
  #ended: Promise<void> | undefined;

  constructor(options: ExtensionsOptions) {
    this.#options = options;
    this.#names = options.programs.map((program) => path.basename(program));
    const { promise, resolve } = Promise.withResolvers<ExtensionFailure>();
    this.failed = promise;
    this.#fail = resolve;
    this.#capture = new LogCapture((message, timestamp) => options.log.extension(message, timestamp));
    this.api = new ExtensionsApi({
      about: options.about,
      external: new Set(this.#names),
      telemetry: options.telemetry,
      listener: {
        onChange: () => this.#waiters.forEach((look) => look()),
        onError: (name, phase, errorType) =>
          this.#failure(name, phase === 'init' ? 'InitError' : 'ExitError', errorType, errorType),
      },
    });
  }

  /** Starts them; resolves when all have registered, or one has failed. */
  async start(address: string): Promise<ExtensionFailure | undefined> {
    for (const program of this.#options.programs) {
      const refusal = await startRefusal(program);
      if (refusal === undefined) this.#spawn(program, address);
      else this.#failure(path.basename(program), 'LaunchError', 'Extension.LaunchError', refusal);
    }
    const all = (): boolean => this.#names.every((name) => this.api.registered.some((other) => other.name === name));
    return this.#until(all);
  }

  /** Resolves when all wait for their next event, or one has failed. With the runtime's own readiness registration is over. */
  async idle(): Promise<ExtensionFailure | undefined> {
    this.api.closeRegistration();
    const failed = await this.#until(() => this.api.idle);
    this.api.closeSubscription();
    return failed;
  }

  /** Whether some have registered. */
  get some(): boolean {
    return this.api.registered.length > 0;
  }

  /** Whether there is nothing that `idle` would wait for. */
  get areIdle(): boolean {
    return !this.#errors && this.api.idle;
  }

  /** Tells them of an invocation. */
  invoke({ requestId, deadlineMs, functionArn, traceId }: RuntimeEvent): void {
    const tracing = { type: 'X-Amzn-Trace-Id', value: traceId };
    this.api.deliver({ eventType: 'INVOKE', deadlineMs, requestId, invokedFunctionArn: functionArn, tracing });
  }

  /** Tells them to end and waits for it, two seconds at most; who has not registered for SHUTDOWN is ended at once. */
  async shutdown(reason: ShutdownReason): Promise<void> {
    this.#ended ??= this.#shutdown(reason);
    return this.#ended;
  }

  /** A line for each in the log. */
  logStates(): void {
    const { registered } = this.api;
    const unregistered = this.#names
      .filter((name) => registered.every((other) => other.name !== name))
      .map((name) => ({ name, events: [], state: 'Started' }));
    const ofRegistered = registered.map((one) => ({ ...one, state: one.asked ? 'Ready' : 'Registered' }));
    for (const { name, events, state } of [...ofRegistered, ...unregistered]) {
      const failed = this.#errors?.name === name ? this.#errors : undefined;
      const record = {
        name,
        state: failed?.state ?? state,
        events,
        ...(failed && { errorType: failed.errorType }),
      };
      this.#options.log.platform({ type: 'platform.extension', record });
    }
  }

  /** Stops them all, until `thaw`. */
  freeze(): void {
    for (const child of this.#live.keys()) signalGroup(child, 'SIGSTOP');
  }

  thaw(): void {
    for (const child of this.#live.keys()) signalGroup(child, 'SIGCONT');
  }

  async drainLogs(): Promise<void> {
    if (this.#options.programs.length > 0) await this.#capture.drain();
  }

  #spawn(program: string, address: string): void {
    const { environment, files } = this.#options;
    const own = Object.fromEntries(Object.entries(environment).filter(([name]) => !ofRuntime.has(name)));
    const child = files.start({
      command: files.place(program),
      args: [],
      environment: { ...own, AWS_LAMBDA_RUNTIME_API: address },
    });
    this.#options.guard.watch(child);
    if (child.stdout) this.#capture.lines(child.stdout);
    if (child.stderr) this.#capture.lines(child.stderr);
    const name = path.basename(program);
    const gone = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        this.#failure(name, 'LaunchError', 'Extension.LaunchError', error.message);
        resolve();
      });
      child.once('exit', (code, signal) => {
        signalGroup(child, 'SIGKILL'); // what it started and left behind
        this.#failure(name, 'ExitError', 'Extension.Crash', signal ? `signal: ${signal}` : `exit code ${code}`);
        resolve();
      });
    });
    this.#live.set(child, { name, gone: gone.finally(() => this.#live.delete(child)) });
  }

  #failure(name: string, state: string, errorType: string, message: string): void {
    if (this.#errors || this.#ended) return;
    this.#errors = { name, state, errorType };
    const reported = errorType.startsWith('Extension.') ? errorType : `Extension.${state}`;
    this.#fail({ kind: 'extension', errorType: state === 'InitError' ? 'Extension.InitError' : reported, message });
    this.logStates();
    this.#waiters.forEach((look) => look());
  }

  /** Not as a race with `failed`, which would hold on to everything that was raced against it. */
  async #until(reached: () => boolean): Promise<ExtensionFailure | undefined> {
    if (!this.#errors && !reached()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = (): void => {
        if (this.#errors || reached()) resolve();
      };
      this.#waiters.add(look);
      await promise;
      this.#waiters.delete(look);
    }
    return this.#errors && this.failed;
  }

  async #shutdown(shutdownReason: ShutdownReason): Promise<void> {
    const { telemetry } = this.#options;
    if (this.#live.size === 0) return telemetry.close();
    const wanted = this.api.registered.filter(({ events }) => events.includes('SHUTDOWN')).map(({ name }) => name);
    this.thaw();
    const due = deadline(flushMs);
    await Promise.race([telemetry.flush(), due.passed]);
    due.cancel();
    this.api.deliver({ eventType: 'SHUTDOWN', shutdownReason, deadlineMs: Date.now() + shutdownMs });
    for (const [child, { name }] of this.#live) if (!wanted.includes(name)) signalGroup(child, 'SIGKILL');
    const timer = setTimeout(() => this.#live.forEach((_, child) => signalGroup(child, 'SIGKILL')), shutdownMs);
    await Promise.all([...this.#live.values()].map(async ({ gone }) => gone));
    clearTimeout(timer);
    telemetry.close();
    await this.#capture.drain();
  }
}
