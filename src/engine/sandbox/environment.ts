// An execution environment: one log stream, one runtime process at a time, one invocation at a time.
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { deadline, Deadlines, type Deadline } from './deadline.ts';
import { limitForInit, processorsOf } from './environment-limits.ts';
import type { EnvironmentOptions } from './environment-options.ts';
import { extensionPrograms, type ShutdownReason } from './extensions.ts';
import { bootstrapArguments, functionEnvironment } from './function-environment.ts';
import { initEvents, type InitPhase } from './init-events.ts';
import { initFailure, programRefusal } from './init-failure.ts';
import { InvocationLog, type Reported, type StartFigures } from './invocation-log.ts';
import { hasChannel } from './language-runtimes.ts';
import { execWrapper } from './opt-variables.ts';
import {
  failure,
  isWhole,
  outcomeOf,
  type EventOutcome,
  type InitAttempt,
  type InvocationEvent,
  type InvocationOutcome,
  type InvocationFailure,
  type Result,
} from './outcome.ts';
import { EnvironmentLog } from './environment-log.ts';
import { initStart, languageOf, milliseconds, wallClock, type ResponseTimes } from './platform-events.ts';
import { restore, restoreRefusal } from './restore.ts';
import { ownFiles, type OwnFiles } from './own-files.ts';
import { isResponse, type RunResult } from './run-result.ts';
import { RuntimeProcess } from './runtime-process.ts';
import { maxResponseBytes } from '../runtime-api/runtime-api.ts';

type RunTimes = Pick<ResponseTimes, 'startedAt' | 'endedAt'>;

const initLimitMs = 10_000;
/** Of an init ahead of any invocation. Source: "Understanding the Lambda execution environment lifecycle" in the Developer Guide. */
const leastAheadMs = 130_000;

export class Environment {
  readonly #options: EnvironmentOptions;
  readonly #temporary: string;
  #process: RuntimeProcess | undefined;
  /** Kept from one runtime process to the next, as /tmp is on AWS. */
  #files: Promise<OwnFiles> | undefined;
  readonly #log: EnvironmentLog;
  readonly #deadlines = new Deadlines();
  /** Until the log of an invocation that has been answered is whole. */
  #settling: Promise<void> | undefined;

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

  get #live(): RuntimeProcess {
    if (!this.#process) throw new Error('The environment has no runtime process');
    return this.#process;
  }

  /** Initialises before there is anything to do, as provisioned concurrency and snapshots have it. Tells why it could not. */
  async prepare(): Promise<InvocationFailure | undefined> {
    const { initializationType, function: fn } = this.#options;
    const phase = initializationType === 'snap-start' ? 'snapshot' : 'init';
    const attempt = await this.#init(phase, Math.max(leastAheadMs, fn.timeoutSeconds * 1000), randomUUID());
    await this.#process?.drainLogs(); // what its init has said is there once it counts as initialised
    this.#rest();
    return attempt.ok ? undefined : attempt.failure;
  }

  /**
   * Runs one invocation, with an init before it where there is no runtime process yet (or none any more). Who wants the response at once
   * has it before the platform's last lines are in the log: `settled` tells of those.
   */
  async invoke(event: InvocationEvent): Promise<InvocationOutcome> {
    if (this.#settling) await this.#settling;
    const { function: fn, initializationType } = this.#options;
    if (!event.isAnsweredAtOnce) this.#log.beginTail();
    let started: StartFigures | undefined;
    this.#process?.thaw();
    if (this.#process && !this.#process.isReady && (await this.#process.ready()).kind !== 'ready')
      await this.#stopRuntime('failure');
    if (this.#process?.snapshot.isHeld) started = await this.#restore(this.#process, event.requestId);
    if (!this.#process) {
      const attempt = await this.#init('init', initLimitMs, event.requestId);
      if (attempt.ok) started = attempt;
    }
    const log = new InvocationLog({ log: this.#log, function: fn, initializationType, event });
    log.start();
    const startedAt = performance.now();
    const due = this.#deadlines.start(fn.timeoutSeconds * 1000);
    let failed: InvocationFailure | undefined;
    if (!this.#process) {
      // A failed init is tried once more as part of the first invocation, under the function's own timeout.
      const attempt = await this.#init('invoke', fn.timeoutSeconds * 1000, event.requestId);
      if (!attempt.ok) failed = attempt.failure;
    }
    const runAt = wallClock();
    const deadlineMs = Date.now() + due.remainingMs;
    const ran = failed ? undefined : await due.orPassed(this.#live.run({ ...event, deadlineMs }));
    const times = { startedAt: runAt, endedAt: wallClock() };
    if (ran && event.isAnsweredAtOnce && isWhole(ran) && !this.#process?.extensions.some) {
      due.cancel();
      const durationMs = performance.now() - startedAt;
      const done = this.#runtimeDone(log, ran, times);
      this.#settling = this.#settle({ log, started, durationMs, done, result: ran });
      return { payload: ran.body, durationMs, logTail: () => Buffer.alloc(0) };
    }
    const result = failed ?? (await this.#complete(log, ran ?? 'passed', { ...times, due }));
    due.cancel();
    return this.#report({ log, started, durationMs: performance.now() - startedAt, result });
  }

  /** Resolves when everything is in the log of the invocations that have been answered. */
  async settled(): Promise<void> {
    await this.#settling;
  }

  async #settle({ done, ...invocation }: Reported & { readonly done: Promise<void> }): Promise<void> {
    try {
      await done;
      await this.#report(invocation);
    } finally {
      this.#settling = undefined;
    }
  }

  /** The platform's last lines, and what the invocation has come to. */
  async #report({ log, started, result, durationMs }: Reported): Promise<InvocationOutcome> {
    const runtime = this.#process;
    const isOverMemory = result.kind === 'failure' && result.errorType === 'Runtime.OutOfMemory';
    const maxMemoryUsedMB =
      runtime?.recentMemoryMB ??
      (await runtime?.maxMemoryMB()) ??
      (isOverMemory ? this.#options.function.memorySizeMB : 0);
    const isLast = result.kind === 'failure' && result.endsRuntime;
    // The platform's last lines come before its extensions are gone, so that these can still be sent them.
    const ending = isLast ? this.#endRuntime(result.status === 'timeout' ? 'timeout' : 'failure') : undefined;
    // What the runtime wrote before its answer is in the log already.
    if (ending) await ending.silent;
    else if (runtime?.extensions.some) await runtime.drainLogs();
    log.report(result, { durationMs, maxMemoryUsedMB, started });
    const logTail = this.#log.takeTail();
    await ending?.gone;
    this.#rest();
    if (result.kind === 'failure') return { functionError: 'Unhandled', payload: result.payload, durationMs, logTail };
    return { payload: result.body, durationMs, logTail };
  }

  /** Until its next event, or its end. */
  #rest(): void {
    if (this.#options.freeze) this.#process?.freeze();
  }

  async shutdown(): Promise<void> {
    await this.#settling;
    this.#deadlines[Symbol.dispose]();
    await this.#process?.shutdown();
    await (await this.#files?.catch(() => undefined))?.release();
    await rm(this.#temporary, { recursive: true, force: true });
    await this.#options.layers?.release();
  }

  async #restore(runtime: RuntimeProcess, requestId: string): Promise<InitAttempt & { readonly ok: true }> {
    const { function: fn, interpreter, engine } = this.#options;
    const start = initStart(fn, interpreter.version, engine.region);
    const attempt = await restore(runtime, { log: this.#log, start, requestId });
    if (attempt.ok) return attempt;
    await this.#stopRuntime('failure');
    throw restoreRefusal(attempt.failure);
  }

  async #init(phase: InitPhase, limitMs: number, requestId: string): Promise<InitAttempt> {
    const { function: fn, interpreter, taskRoot, layers, engine } = this.#options;
    const startedAt = performance.now();
    const telemetry = this.#log.beginTelemetry();
    const events = initEvents(this.#options.initializationType, phase);
    this.#log.platform(events.started(initStart(fn, interpreter.version, engine.region)));
    if (phase !== 'invoke' && !interpreter.matches) {
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
    limitForInit(files, fn);
    if (!files.isContained) await mkdir(this.#temporary, { recursive: true, mode: 0o700 });
    const wrapper = execWrapper(fn.environment, { runtime: fn.runtime, taskRoot, opt: layers?.path });
    const refused = await programRefusal(requestId, { ...this.#options, wrapper });
    if (refused) return { ok: false, durationMs: done(outcomeOf(refused)), failure: refused };
    const due = deadline(limitMs);
    const started = await RuntimeProcess.start({
      command: files.place(wrapper ?? interpreter.command),
      args: [...(wrapper === undefined ? [] : [interpreter.command]), ...bootstrapArguments(this.#options, files)],
      hasChannel: hasChannel(this.#options),
      memory: { limitMB: fn.memorySizeMB, group: files.group, hasTemporary: files.isContained },
      environment: functionEnvironment({ ...this.#options, files, logStream: this.#log.stream, mark: this.#temporary }),
      log: this.#log,
      guard: this.#options.guard,
      waits: this.#options.waits,
      extensions: {
        programs,
        telemetry,
        files,
        about: { functionName: fn.name, functionVersion: fn.version, handler: fn.handler, accountId: engine.accountId },
      },
      giveUp: due.passed,
      isHeld: phase === 'snapshot',
    });
    const runtime = started instanceof RuntimeProcess ? started : undefined;
    this.#process = runtime;
    const result = started instanceof RuntimeProcess ? await Promise.race([started.ready(), due.passed]) : started;
    due.cancel();
    files.started();
    if (result !== 'passed' && result.kind === 'ready') {
      runtime?.extensions.logStates();
      if (this.#options.cpuShare) files.group?.limitProcessors(processorsOf(fn.memorySizeMB));
      return {
        ok: true,
        hooksMs: runtime?.snapshot.passedAt ? wallClock() - runtime.snapshot.passedAt : 0,
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
    const attempt = { ok: false, durationMs: done(outcomeOf(failed), durationMs), failure: failed } as const;
    if (runtime?.snapshot.passedAt) throw restoreRefusal(failed);
    return attempt;
  }

  /** Waits for the log, and for extensions, and tells what of the invocation counts. */
  async #complete(
    log: InvocationLog,
    result: RunResult | 'passed',
    { due, ...times }: RunTimes & { readonly due: Deadline },
  ): Promise<Result> {
    const { requestId } = log;
    const timedOut = (): Result => failure.timeout(requestId, this.#options.function.timeoutSeconds);
    // Extensions, which are waited for anyway, are told of all the runtime's part.
    if (this.#process?.extensions.some && isResponse(result)) await due.orPassed(this.#process.asked());
    await this.#runtimeDone(log, result, times);
    if (result === 'passed') return timedOut();
    if (result.kind === 'exit') return failure.exit(requestId, result, true);
    if (result.kind === 'extension') return failure.extension(requestId, result);
    const runtime = this.#process;
    const idleSince = wallClock();
    const idle = runtime?.extensions.areIdle === false ? await due.orPassed(runtime.extensionsIdle()) : undefined;
    if (runtime?.extensions.some) log.extensionsDone(idleSince);
    if (idle === 'passed') return timedOut();
    if (idle) return failure.extension(requestId, idle);
    if (result.kind === 'error') return failure.reported(result);
    return result.body.length > maxResponseBytes ? failure.responseTooLarge(result.body.length) : result;
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
  async #runtimeDone(log: InvocationLog, result: RunResult | 'passed', times: RunTimes): Promise<void> {
    const { responseBegunAt: begunAt = times.endedAt, askedAt } = this.#process ?? {};
    await this.#process?.drainLogs();
    log.runtimeDone(result, { ...times, begunAt, askedAt });
  }
}
