import type { ChildProcess } from 'node:child_process';
import type { Duplex, Readable } from 'node:stream';
import type { BriefWaits } from '../brief-waits.ts';
import { RuntimeApi, type RuntimeEvent } from '../runtime-api/runtime-api.ts';
import { Extensions, type ExtensionFailure, type ExtensionsOptions, type ShutdownReason } from './extensions.ts';
import type { EnvironmentLog } from './environment-log.ts';
import { Freezer } from './freezer.ts';
import { LogCapture } from './log-capture.ts';
import { outputEnded, signalGroup } from './process-group.ts';
import type { ProcessGuard } from './process-guard.ts';
import { wallClock } from './platform-events.ts';
import { ProcessMemory, type ProcessMemoryOptions } from './process-memory.ts';
import { SnapshotPoint } from './snapshot-point.ts';
import { truncated, type InitResult, type RunResult, type RuntimeExit } from './run-result.ts';

export interface RuntimeProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** What it may hold; it is ended where it is more. */
  readonly memory: Pick<ProcessMemoryOptions, 'limitMB' | 'group' | 'hasTemporary'>;
  /** The whole environment; AWS_LAMBDA_RUNTIME_API is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether it is a bootstrap that speaks to the Runtime API over a socket of its own. */
  readonly hasChannel: boolean;
  readonly log: EnvironmentLog;
  readonly extensions: Pick<ExtensionsOptions, 'programs' | 'about' | 'telemetry' | 'files'>;
  readonly guard: ProcessGuard;
  readonly waits: BriefWaits;
  /** Whether it waits at the end of its init, as its own snapshot. */
  readonly isHeld: boolean;
  /** Resolves when its extensions have had time enough to register. */
  readonly giveUp: Promise<'passed'>;
}

const shutdownGraceMs = 500;

/** One process of a function's runtime and the Runtime API it talks to. */
export class RuntimeProcess {
  readonly exited: Promise<RuntimeExit>;
  readonly #api: RuntimeApi;
  readonly #child: ChildProcess;
  readonly #capture: LogCapture;
  readonly extensions: Extensions;
  #shutdownReason: ShutdownReason = 'failure';
  #ready = Promise.withResolvers<InitResult>();
  #running: { readonly requestId: string; readonly resolve: (result: RunResult) => void } | undefined;
  /** The invocation whose response broke off: an error once the runtime goes on, else its exit says more. */
  #truncated: string | undefined;
  /** When the last response began, and when it asked for its next event, if it has, ms since the epoch. */
  responseBegunAt = 0;
  askedAt: number | undefined;
  readonly snapshot: SnapshotPoint;
  #alive = true;
  readonly #untilExit = new Set<(exit: RuntimeExit) => void>();
  readonly #freezer = new Freezer({
    idle: async () => (await this.ready()).kind === 'ready' && this.#alive,
    stop: () => {
      this.#signal('SIGSTOP');
      this.extensions.freeze();
    },
    goOn: () => {
      this.extensions.thaw();
      this.#signal('SIGCONT');
    },
  });
  readonly #memory: ProcessMemory;
  readonly #waits: BriefWaits;

  private constructor(
    api: RuntimeApi,
    extensions: Extensions,
    child: ChildProcess,
    capture: LogCapture,
    { memory, isHeld, waits }: Pick<RuntimeProcessOptions, 'memory' | 'isHeld' | 'waits'>,
  ) {
    this.snapshot = new SnapshotPoint(isHeld);
    this.#api = api;
    this.#waits = waits;
    this.extensions = extensions;
    void extensions.failed.then((failure) => {
      this.#ready.resolve(failure);
      this.#running?.resolve(failure);
    });
    this.#child = child;
    this.#capture = capture;
    this.#memory = new ProcessMemory({ ...memory, pid: child.pid, onExceeded: () => this.#signal('SIGKILL') });
    this.#memory.watch();
    this.exited = new Promise((resolve) => {
      const ended = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (!this.#alive) return;
        this.#alive = false;
        this.#memory[Symbol.dispose]();
        this.#freezer[Symbol.dispose]();
        // A wrapper script says the signal of the program that it started by its exit status.
        const wasKilled = signal === 'SIGKILL' || code === 137;
        const exit: RuntimeExit = { kind: 'exit', code, signal, outOfMemory: wasKilled && this.#memory.exceeded };
        this.#ready.resolve(exit);
        this.#running?.resolve(exit);
        this.#signal('SIGKILL'); // what it started and left behind
        this.#api.end();
        // Its extensions outlive it, to be told of its end.
        void extensions.shutdown(this.#shutdownReason).finally(() => this.#api.close());
        resolve(exit);
        for (const tell of this.#untilExit) tell(exit);
      };
      child.once('exit', ended);
      child.once('error', (error) => {
        capture.drain().catch(() => undefined);
        this.startError = error;
        ended(1, null);
      });
    });
  }

  /** Why the process could not be started at all. */
  startError: Error | undefined;

  /** Starts extensions and, when they have registered, the runtime; where they do not, tells why. */
  static async start(options: RuntimeProcessOptions): Promise<RuntimeProcess | ExtensionFailure | 'passed'> {
    const { environment, log, guard } = options;
    const extensions = new Extensions({ ...options.extensions, environment, log, guard });
    const holder: { process?: RuntimeProcess } = {};
    const forward = (tell: (runtime: RuntimeProcess) => void): void => {
      if (holder.process) tell(holder.process);
    };
    const api = await RuntimeApi.listen(
      {
        onNext: () =>
          forward((runtime) => {
            runtime.askedAt = wallClock();
            runtime.#memory.rest();
            runtime.#endTruncated();
            runtime.#ready.resolve({ kind: 'ready' });
          }),
        onRestoreNext: (goOn) => forward((runtime) => runtime.snapshot.arrive(goOn)),
        onResponseBegun: () => forward((runtime) => (runtime.responseBegunAt = wallClock())),
        onResponse: (requestId, body) => forward((runtime) => runtime.#finish(requestId, { kind: 'response', body })),
        onTruncatedResponse: (requestId) =>
          forward((runtime) => {
            runtime.#truncated = requestId;
            runtime.#endTruncated();
          }),
        onInvocationError: (requestId, body, errorType) =>
          forward((runtime) => runtime.#finish(requestId, { kind: 'error', body, errorType })),
        onInitError: (body, errorType) =>
          forward((runtime) => runtime.#ready.resolve({ kind: 'error', body, errorType })),
      },
      extensions.api,
    );
    const failed = await Promise.race([extensions.start(api.address), options.giveUp]);
    if (failed) {
      await extensions.shutdown('failure');
      api.close();
      return failed;
    }
    const { command, args, hasChannel } = options;
    const variables = {
      ...environment,
      AWS_LAMBDA_RUNTIME_API: api.address,
      ...(hasChannel && { _LAMBDA_RUNTIME_CHANNEL: api.address }),
    };
    const child = options.extensions.files.start({ command, args, environment: variables, hasChannel });
    guard.watch(child);
    const capture = new LogCapture((...line) => log.application(...line));
    const [, out, err, framed, channel] = child.stdio as unknown as (Readable | null)[]; // pipes, as own-files.ts has it
    if (channel && hasChannel) api.serveChannel(channel as Duplex); // Node.js makes each a socket pair where it can
    if (out) capture.lines(out);
    if (err) capture.lines(err);
    if (framed) capture.frames(framed);
    holder.process = new RuntimeProcess(api, extensions, child, capture, options);
    return holder.process;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Whether `ready` would wait for nothing. */
  get isReady(): boolean {
    return this.#alive && this.askedAt !== undefined && this.extensions.areIdle;
  }

  /** Resolves when the runtime, or held at its snapshot, and its extensions ask for their next event, or will never do so. */
  async ready(): Promise<InitResult> {
    const { isHeld, reached } = this.snapshot;
    const result = await (isHeld ? Promise.race([reached, this.#ready.promise]) : this.#ready.promise);
    if (result.kind !== 'ready') return result;
    return this.#unlessExit(this.extensions.idle().then((failed) => failed ?? result));
  }

  /** Resolves when the runtime alone asks for its next event, or will never do so. */
  async asked(): Promise<void> {
    await this.#ready.promise;
  }

  /** Resolves when the extensions are done with an invocation, or one has failed, or the runtime has ended. */
  async extensionsIdle(): Promise<ExtensionFailure | undefined> {
    const idle = await this.#unlessExit(this.extensions.idle());
    return idle?.kind === 'exit' ? undefined : idle;
  }

  /** As a race with `exited`, which would hold on to everything that was raced against it for as long as the process lives. */
  #unlessExit<T>(promise: Promise<T>): Promise<T | RuntimeExit> {
    if (!this.#alive) return this.exited;
    const { promise: first, resolve, reject } = Promise.withResolvers<T | RuntimeExit>();
    this.#untilExit.add(resolve);
    promise.then(resolve, reject).finally(() => this.#untilExit.delete(resolve));
    return first;
  }

  /** Stops it, its extensions, and what they started soon after all have come to wait for their next event; until `thaw`. */
  freeze(): void {
    this.#freezer.freeze();
  }

  thaw(): void {
    this.#freezer.thaw();
  }

  /** Runs one invocation; the runtime must be ready. */
  async run(event: RuntimeEvent): Promise<RunResult> {
    const { promise, resolve } = Promise.withResolvers<RunResult>();
    this.#running = { requestId: event.requestId, resolve };
    this.#ready = Promise.withResolvers();
    this.askedAt = undefined;
    if (this.#memory.peakMB === 0) await this.maxMemoryMB(); // else the last invocation has left a figure
    this.#memory.watch();
    if (!this.#alive) resolve(await this.exited);
    else {
      this.extensions.invoke(event);
      this.#api.deliver(event);
    }
    this.#waits.eventOut();
    try {
      return await promise;
    } finally {
      this.#waits.eventBack();
    }
  }

  /** Everything written so far has become log events when this resolves. */
  async drainLogs(): Promise<void> {
    await this.#capture.drain();
    await this.extensions.drainLogs();
  }

  /** As `maxMemoryMB`, where that was measured a moment ago or would not be measured again. */
  get recentMemoryMB(): number | undefined {
    return this.#memory.isRecent || !this.#alive ? this.#memory.peakMB : undefined;
  }

  /** Peak so far in MB, at most its limit; of a process that is gone, as last measured. */
  async maxMemoryMB(): Promise<number> {
    if (this.#alive) await this.#memory.measure();
    return this.#memory.peakMB;
  }

  /** With its extensions, which are told of the reason first. */
  async kill(reason: ShutdownReason = 'failure'): Promise<void> {
    this.#shutdownReason = reason;
    this.thaw(); // its extensions, to be told
    this.#signal('SIGKILL');
    await this.exited;
    await this.extensions.shutdown(reason);
  }

  /** SIGTERM, and SIGKILL for what is still there half a second later. */
  async shutdown(): Promise<void> {
    if (!this.#alive) return this.extensions.shutdown('failure');
    this.#shutdownReason = 'spindown';
    this.thaw();
    this.#signal('SIGTERM');
    const timer = setTimeout(() => this.#signal('SIGKILL'), shutdownGraceMs);
    await this.exited;
    clearTimeout(timer);
    await this.extensions.shutdown('spindown');
  }

  /** Resolves once stdout and stderr have ended as well. */
  async closed(): Promise<void> {
    if (!this.startError) await outputEnded(this.#child);
  }

  #finish(requestId: string, result: RunResult): void {
    if (this.#running?.requestId !== requestId) return;
    this.#running.resolve(result);
    this.#running = undefined;
    this.#truncated = undefined;
  }

  /** The two come over two connections, in either order. */
  #endTruncated(): void {
    if (this.askedAt && this.#truncated) this.#finish(this.#truncated, truncated);
  }

  #signal(signal: NodeJS.Signals): void {
    signalGroup(this.#child, signal);
  }
}
