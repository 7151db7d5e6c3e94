// An execution environment: one log stream, one runtime process at a time, one invocation at a time.
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { FunctionRecord } from '../store/function-store.ts';
import { deadline, Deadlines, type Deadline } from './deadline.ts';
import { extensionPrograms, type ShutdownReason } from './extensions.ts';
import { bootstrapArguments, functionEnvironment } from './function-environment.ts';
import { initEvents } from './init-events.ts';
import { initFailure, programRefusal } from './init-failure.ts';
import type { Interpreter } from './interpreters.ts';
import { hasChannel } from './language-runtimes.ts';
import type { LayerFolder } from './layer-folders.ts';
import { execWrapper } from './opt-variables.ts';
import {
  failure,
  outcomeOf,
  statusOf,
  type EventOutcome,
  type InitAttempt,
  type InvocationEvent,
  type InvocationOutcome,
  type InvocationFailure,
} from './outcome.ts';
import { EnvironmentLog } from './environment-log.ts';
import type { MountNamespaces } from './mount-namespaces.ts';
import {
  billed,
  initStart,
  languageOf,
  milliseconds,
  responseSpans,
  startMetrics,
  tracingOf,
  wallClock,
  type InitializationType,
  type Span,
} from './platform-events.ts';
import type { ProcessGuard } from './process-guard.ts';
import type { FunctionCredentials } from './profile-credentials.ts';
import { ownFiles, type OwnFiles } from './own-files.ts';
import type { RunResult } from './run-result.ts';
import { RuntimeProcess } from './runtime-process.ts';
import { maxResponseBytes } from '../runtime-api/runtime-api.ts';

export interface EnvironmentOptions {
  readonly function: FunctionRecord;
  readonly initializationType: InitializationType;
  readonly interpreter: Interpreter;
  /** The runtime's program for the interpreter (for Java the folder of its classes); absent where the package brings its own. */
  readonly bootstrap?: string;
  readonly taskRoot: string;
  /** What stands for /opt; given back when the environment ends. */
  readonly layers?: LayerFolder | undefined;
  readonly temporaryRoot: string;
  readonly namespaces: MountNamespaces;
  /** Whether it stands still while it has nothing to do, as on AWS. */
  readonly freeze: boolean;
  readonly guard: ProcessGuard;
  readonly engine: { readonly endpoint: string; readonly region: string; readonly accountId: string };
  readonly credentials: FunctionCredentials;
  readonly writeLog: (group: string, stream: string, message: string, timestamp: number) => void;
}

const initLimitMs = 10_000;

export class Environment {
  readonly #options: EnvironmentOptions;
  readonly #temporary: string;
  #process: RuntimeProcess | undefined;
  /** Kept from one runtime process to the next, as /tmp is on AWS. */
  #files: Promise<OwnFiles> | undefined;
  readonly #log: EnvironmentLog;
  readonly #deadlines = new Deadlines();
  /** Of the invocation that runs. */
  #spans: readonly Span[] = [];

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    const id = randomUUID().replaceAll('-', '');
    this.#log = new EnvironmentLog({ function: options.function, id, writeLog: options.writeLog });
    this.#temporary = path.join(options.temporaryRoot, id);
  }

  /** Whether its process still lives, so that the next invocation would be a warm one. */
  get warm(): boolean {
    return this.#process?.alive ?? false;
  }

  /** Initialises before there is anything to do, as provisioned concurrency has it. Tells why it could not. */
  async prepare(): Promise<string | undefined> {
    const attempt = await this.#init('init', initLimitMs, randomUUID());
    this.#rest();
    return attempt.ok ? undefined : attempt.failure.payload.toString('utf8');
  }

  /** Runs one invocation, with an init before it where there is no runtime process yet (or none any more). */
  async invoke(event: InvocationEvent): Promise<InvocationOutcome> {
    const { timeoutSeconds, memorySizeMB, version } = this.#options.function;
    const { requestId } = event;
    const type = this.#options.initializationType;
    const tracing = tracingOf(this.#options.function.tracingMode === 'Active', event.traceId);
    this.#log.beginTail();
    this.#spans = [];
    let started: { readonly durationMs: number; readonly hooksMs: number } | undefined;
    this.#process?.thaw();
    if (this.#process && !this.#process.isReady && (await this.#process.ready()).kind !== 'ready')
      await this.#stopRuntime('failure');
    if (!this.#process) {
      const attempt = await this.#init('init', initLimitMs, event.requestId);
      if (attempt.ok) started = attempt;
    }
    this.#log.platform({ type: 'platform.start', record: { requestId, version, ...tracing } });
    const startedAt = performance.now();
    const due = this.#deadlines.start(timeoutSeconds * 1000);
    let failed: InvocationFailure | undefined;
    if (!this.#process) {
      // A failed init is tried once more as part of the first invocation, under the function's own timeout.
      const attempt = await this.#init('invoke', timeoutSeconds * 1000, event.requestId);
      failed = attempt.ok ? undefined : attempt.failure;
    }
    const result = failed ?? (await this.#run(event, due));
    due.cancel();
    const durationMs = performance.now() - startedAt;
    const runtime = this.#process;
    const maxMemoryUsedMB =
      runtime?.recentMemoryMB ??
      (await runtime?.maxMemoryMB()) ??
      (failed?.errorType === 'Runtime.OutOfMemory' ? memorySizeMB : 0);
    const isLast = result.kind === 'failure' && result.endsRuntime;
    // The platform's last lines come before its extensions are gone, so that these can still be sent them.
    const ending = isLast ? this.#endRuntime(result.status === 'timeout' ? 'timeout' : 'failure') : undefined;
    // What the runtime wrote before its answer is in the log already.
    if (ending) await ending.silent;
    else if (runtime?.hasExtensions) await runtime.drainLogs();
    if (result.kind === 'failure' && result.logLine) {
      if (result.status === 'timeout') this.#log.textOnly(`${result.logLine}\n`);
      else this.#log.platform({ type: 'platform.fault', record: result.logLine });
    }
    this.#log.platform({ type: 'platform.end', record: { requestId } });
    const metrics = {
      durationMs: milliseconds(durationMs),
      billedDurationMs: billed(durationMs, type === 'snap-start' ? started?.hooksMs : started?.durationMs),
      memorySizeMB,
      maxMemoryUsedMB,
      ...startMetrics(type, started?.durationMs, started?.hooksMs ?? 0),
    };
    const spans = this.#spans.length > 0 ? { spans: this.#spans } : {};
    const record = { requestId, metrics, ...outcomeOf(result), ...spans, ...tracing };
    this.#log.platform({ type: 'platform.report', record });
    const logTail = this.#log.takeTail();
    await ending?.gone;
    this.#rest();
    if (result.kind === 'failure') return { functionError: 'Unhandled', payload: result.payload, logTail };
    return { payload: result.body, logTail };
  }

  /** Until its next event, or its end. */
  #rest(): void {
    if (this.#options.freeze) this.#process?.freeze();
  }

  async shutdown(): Promise<void> {
    this.#deadlines[Symbol.dispose]();
    await this.#process?.shutdown();
    (await this.#files?.catch(() => undefined))?.release();
    await rm(this.#temporary, { recursive: true, force: true });
    await this.#options.layers?.release();
  }

  async #init(phase: 'init' | 'invoke', limitMs: number, requestId: string): Promise<InitAttempt> {
    const { function: fn, interpreter, taskRoot, layers, engine } = this.#options;
    const startedAt = performance.now();
    const telemetry = this.#log.beginTelemetry();
    const events = initEvents(this.#options.initializationType, phase);
    this.#log.platform(events.started(initStart(fn, interpreter.version, engine.region)));
    if (phase === 'init' && !interpreter.matches) {
      this.#log.warning(
        `LAMBDA_WARNING: This machine has no ${fn.runtime}; the function runs on ${languageOf(fn.runtime)} ${interpreter.version}.`,
      );
    }
    const done = (outcome: EventOutcome, durationMs = performance.now() - startedAt): number => {
      for (const event of events.ended(outcome, milliseconds(durationMs))) this.#log.platform(event);
      return durationMs;
    };
    const programs = await extensionPrograms(layers?.path);
    const isShared = programs.length > 0;
    this.#files ??= ownFiles({ ...this.#options, temporary: this.#temporary, isShared });
    const files = await this.#files;
    if (!files.isContained) await mkdir(this.#temporary, { recursive: true, mode: 0o700 });
    const wrapper = execWrapper(fn.environment, { runtime: fn.runtime, taskRoot, opt: layers?.path });
    const refused = await programRefusal(requestId, { ...this.#options, wrapper });
    if (refused) return { ok: false, durationMs: done(outcomeOf(refused)), failure: refused };
    const due = deadline(limitMs);
    const started = await RuntimeProcess.start({
      command: files.place(wrapper ?? interpreter.command),
      args: [...(wrapper === undefined ? [] : [interpreter.command]), ...bootstrapArguments(this.#options, files)],
      hasChannel: hasChannel(this.#options),
      memoryLimitMB: fn.memorySizeMB,
      environment: functionEnvironment({ ...this.#options, files, logStream: this.#log.stream, mark: this.#temporary }),
      log: this.#log,
      guard: this.#options.guard,
      extensions: {
        programs,
        telemetry,
        files,
        about: { functionName: fn.name, functionVersion: fn.version, handler: fn.handler, accountId: engine.accountId },
      },
      giveUp: due.passed,
    });
    const runtime = started instanceof RuntimeProcess ? started : undefined;
    this.#process = runtime;
    const result = started instanceof RuntimeProcess ? await Promise.race([started.ready(), due.passed]) : started;
    due.cancel();
    if (result !== 'passed' && result.kind === 'ready') {
      runtime?.logExtensions();
      return {
        ok: true,
        hooksMs: runtime?.restoredAt ? wallClock() - runtime.restoredAt : 0,
        durationMs: done({ status: 'success' }),
      };
    }
    const durationMs = performance.now() - startedAt;
    if (result !== 'passed' && result.kind === 'error') await runtime?.shutdown();
    await this.#stopRuntime(result === 'passed' ? 'timeout' : 'failure');
    const failed = initFailure(result, {
      requestId,
      timeoutSeconds: fn.timeoutSeconds,
      startError: runtime?.startError,
    });
    return { ok: false, durationMs: done(outcomeOf(failed), durationMs), failure: failed };
  }

  async #run(event: InvocationEvent, due: Deadline): Promise<{ kind: 'response'; body: Buffer } | InvocationFailure> {
    const { function: fn } = this.#options;
    const { requestId } = event;
    if (!this.#process) throw new Error('The environment has no runtime process');
    const running = this.#process.run({ ...event, deadlineMs: Date.now() + due.remainingMs });
    const startedAt = wallClock();
    const result: RunResult | 'passed' = await due.orPassed(running);
    await this.#runtimeDone(event, result, startedAt);
    if (result === 'passed') return failure.timeout(requestId, fn.timeoutSeconds);
    if (result.kind === 'exit') return failure.exit(requestId, result, true);
    if (result.kind === 'extension') return failure.extension(requestId, result);
    const idleSince = Date.now();
    const idle = this.#process.extensionsAreIdle ? undefined : await due.orPassed(this.#process.extensionsIdle());
    if (this.#process.hasExtensions) {
      const start = new Date(idleSince).toISOString();
      this.#spans = [{ name: 'extensionOverhead', start, durationMs: Date.now() - idleSince }];
    }
    if (idle === 'passed') return failure.timeout(requestId, fn.timeoutSeconds);
    if (idle) return failure.extension(requestId, idle);
    if (result.kind === 'error') return failure.reported(result);
    if (result.body.length > maxResponseBytes) return failure.responseTooLarge(result.body.length);
    return result;
  }

  /** Ends the process and waits until its last words are in the log. */
  async #stopRuntime(reason: ShutdownReason): Promise<void> {
    const { silent, gone } = this.#endRuntime(reason);
    await gone;
    await silent;
  }

  /** `silent` resolves when the runtime's last words are in the log, `gone` when its extensions have ended as well. */
  #endRuntime(reason: ShutdownReason): { readonly silent: Promise<void>; readonly gone: Promise<void> } {
    const runtime = this.#process;
    this.#process = undefined;
    const gone = runtime?.kill(reason) ?? Promise.resolve();
    const silent = runtime?.exited.then(async () => {
      await runtime.closed();
      await runtime.drainLogs();
    });
    return { silent: silent ?? Promise.resolve(), gone };
  }

  /** With what the runtime wrote for the invocation before it. */
  async #runtimeDone(event: InvocationEvent, result: RunResult | 'passed', startedAt: number): Promise<void> {
    const endedAt = wallClock();
    const isResponse = result !== 'passed' && result.kind === 'response';
    const begunAt = this.#process?.responseBegunAt ?? endedAt;
    await this.#process?.drainLogs();
    if (!this.#log.hasMore) return;
    const { requestId, traceId, stream } = event;
    const producedBytes = isResponse && !stream ? result.body.length : undefined;
    const durationMs = milliseconds(endedAt - startedAt);
    const record = {
      requestId,
      ...statusOf(result),
      metrics: { durationMs, ...(producedBytes !== undefined && { producedBytes }) },
      ...(isResponse && { spans: responseSpans(startedAt, begunAt, endedAt) }),
      ...tracingOf(this.#options.function.tracingMode === 'Active', traceId),
    };
    this.#log.platform({ type: 'platform.runtimeDone', record });
  }
}
