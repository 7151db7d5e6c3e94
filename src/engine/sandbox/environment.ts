// An execution environment: one log stream, one runtime process at a time, one invocation at a time.
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FunctionRecord } from '../store/function-store.ts';
import { deadline } from './deadline.ts';
import { extensionPrograms, type ShutdownReason } from './extensions.ts';
import { functionEnvironment } from './function-environment.ts';
import type { Interpreter } from './interpreters.ts';
import type { LayerFolder } from './layer-folders.ts';
import { execWrapper } from './opt-variables.ts';
import { javaArguments } from './java.ts';
import {
  exitMessage,
  failure,
  type InvocationEvent,
  type InvocationOutcome,
  type InvocationFailure,
} from './outcome.ts';
import { end, initReport, initStart, report, start } from './platform-lines.ts';
import { RuntimeProcess, type InitResult, type RunResult } from './runtime-process.ts';
import { maxResponseBytes } from '../runtime-api/runtime-api.ts';

export type InitializationType = 'on-demand' | 'provisioned-concurrency';

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
  readonly engine: {
    endpoint: string;
    region: string;
    accountId: string;
    accessKeyId: string;
    secretAccessKey: string;
  };
  readonly writeLog: (group: string, stream: string, message: string, timestamp: number) => void;
}

const initLimitMs = 10_000;
const tailBytes = 4096;

type InitAttempt =
  | { readonly ok: true; readonly durationMs: number }
  | { readonly ok: false; readonly durationMs: number; readonly failure: InvocationFailure };

export class Environment {
  readonly logStream: string;
  readonly #options: EnvironmentOptions;
  readonly #temporary: string;
  #process: RuntimeProcess | undefined;
  #tail: string[] | undefined;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    const id = randomUUID().replaceAll('-', '');
    this.logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[${options.function.version}]${id}`;
    this.#temporary = path.join(options.temporaryRoot, id);
  }

  /** Whether its process still lives, so that the next invocation would be a warm one. */
  get warm(): boolean {
    return this.#process?.alive ?? false;
  }

  /** Initialises before there is anything to do, as provisioned concurrency has it. Tells why it could not. */
  async prepare(): Promise<string | undefined> {
    const attempt = await this.#init('init', initLimitMs, randomUUID());
    return attempt.ok ? undefined : attempt.failure.payload.toString('utf8');
  }

  /** Runs one invocation, with an init before it where there is no runtime process yet (or none any more). */
  async invoke(event: InvocationEvent): Promise<InvocationOutcome> {
    const { timeoutSeconds, memorySizeMB } = this.#options.function;
    this.#tail = [];
    let initDurationMs: number | undefined;
    if (this.#process && (await this.#process.ready()).kind !== 'ready') await this.#stopRuntime('failure');
    if (!this.#process) {
      const attempt = await this.#init('init', initLimitMs, event.requestId);
      if (attempt.ok) initDurationMs = attempt.durationMs;
    }
    this.#log(start(event.requestId, this.#options.function.version));
    const startedAt = performance.now();
    const due = deadline(timeoutSeconds * 1000);
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
    const maxMemoryUsedMB = (await runtime?.maxMemoryMB()) ?? 0;
    if (result.kind === 'failure' && result.endsRuntime)
      await this.#stopRuntime(result.status === 'timeout' ? 'timeout' : 'failure');
    else await runtime?.drainLogs();
    if (result.kind === 'failure' && result.logLine) this.#log(`${result.logLine}\n`);
    this.#log(end(event.requestId));
    const reported = result.kind === 'failure' ? { status: result.status, errorType: result.errorType } : {};
    this.#log(
      report({ requestId: event.requestId, durationMs, initDurationMs, memorySizeMB, maxMemoryUsedMB, ...reported }),
    );
    const logTail = this.#takeTail();
    if (result.kind === 'failure') return { functionError: 'Unhandled', payload: result.payload, logTail };
    return { payload: result.body, logTail };
  }

  async shutdown(): Promise<void> {
    await this.#process?.shutdown();
    await rm(this.#temporary, { recursive: true, force: true });
    await this.#options.layers?.release();
  }

  async #init(phase: 'init' | 'invoke', limitMs: number, requestId: string): Promise<InitAttempt> {
    const { function: fn, interpreter, bootstrap, taskRoot, layers, engine } = this.#options;
    const family = /^[a-z]+/.exec(fn.runtime)?.[0] ?? fn.runtime;
    const version = `${family}:${interpreter.version}`;
    const startedAt = performance.now();
    if (phase === 'init') {
      this.#log(
        initStart(
          version,
          `arn:aws:lambda:${engine.region}::runtime:${createHash('sha256').update(version).digest('hex')}`,
        ),
      );
      if (!interpreter.matches) {
        this.#log(
          `LAMBDA_WARNING: This machine has no ${fn.runtime}; the function runs on ${family} ${interpreter.version}.\n`,
        );
      }
    }
    await mkdir(this.#temporary, { recursive: true, mode: 0o700 });
    const wrapper = execWrapper(fn.environment, { runtime: fn.runtime, taskRoot, opt: layers?.path });
    const ofUser = wrapper ?? (bootstrap === undefined ? interpreter.command : undefined);
    if (ofUser !== undefined && !(await isExecutable(ofUser))) {
      const failed =
        wrapper === undefined ? failure.invalidEntrypoint(requestId) : failure.noExecWrapper(requestId, wrapper);
      this.#log(initReport(phase, performance.now() - startedAt, failed));
      return { ok: false, durationMs: performance.now() - startedAt, failure: failed };
    }
    const due = deadline(limitMs);
    const started = await RuntimeProcess.start({
      command: wrapper ?? interpreter.command,
      args: [...(wrapper === undefined ? [] : [interpreter.command]), ...this.#arguments(bootstrap)],
      cwd: taskRoot,
      environment: functionEnvironment({
        ...this.#options,
        logStream: this.logStream,
        temporary: this.#temporary,
        runtimeDirectory: bootstrap === undefined ? '/var/runtime' : path.dirname(bootstrap),
      }),
      writeLog: (message, timestamp) => this.#log(message, timestamp),
      extensions: {
        programs: await extensionPrograms(layers?.path),
        about: { functionName: fn.name, functionVersion: fn.version, handler: fn.handler, accountId: engine.accountId },
      },
      giveUp: due.passed,
    });
    const runtime = started instanceof RuntimeProcess ? started : undefined;
    this.#process = runtime;
    const result = started instanceof RuntimeProcess ? await Promise.race([started.ready(), due.passed]) : started;
    due.cancel();
    const durationMs = performance.now() - startedAt;
    if (result !== 'passed' && result.kind === 'ready') {
      runtime?.logExtensions();
      return { ok: true, durationMs };
    }
    if (result !== 'passed' && result.kind === 'error') await runtime?.shutdown();
    await this.#stopRuntime(result === 'passed' ? 'timeout' : 'failure');
    const failed = initFailure(result, {
      requestId,
      timeoutSeconds: fn.timeoutSeconds,
      startError: runtime?.startError,
      isCustom: bootstrap === undefined,
    });
    this.#log(initReport(phase, durationMs, failed));
    return { ok: false, durationMs, failure: failed };
  }

  #arguments(bootstrap: string | undefined): string[] {
    if (bootstrap === undefined) return [];
    const { runtime, memorySizeMB, environment } = this.#options.function;
    if (!runtime.startsWith('java')) return [bootstrap];
    const toolOptions = environment['JAVA_TOOL_OPTIONS'] ?? '';
    return javaArguments({ classes: bootstrap, memorySizeMB, temporary: this.#temporary, toolOptions });
  }

  async #run(
    event: InvocationEvent,
    due: ReturnType<typeof deadline>,
  ): Promise<{ kind: 'response'; body: Buffer } | InvocationFailure> {
    const { function: fn } = this.#options;
    const { requestId } = event;
    if (!this.#process) throw new Error('The environment has no runtime process');
    const running = this.#process.run({ ...event, deadlineMs: Date.now() + due.remainingMs() });
    const result: RunResult | 'passed' = await Promise.race([running, due.passed]);
    if (result === 'passed') return failure.timeout(requestId, fn.timeoutSeconds);
    if (result.kind === 'exit') return failure.exit(requestId, exitMessage(result), true);
    if (result.kind === 'extension') return failure.extension(requestId, result);
    const idle = await Promise.race([this.#process.extensionsIdle(), due.passed]);
    if (idle === 'passed') return failure.timeout(requestId, fn.timeoutSeconds);
    if (idle) return failure.extension(requestId, idle);
    if (result.kind === 'error') return failure.reported(result);
    if (result.body.length > maxResponseBytes) return failure.responseTooLarge(result.body.length);
    return result;
  }

  /** Ends the process and waits until its last words are in the log. */
  async #stopRuntime(reason: ShutdownReason): Promise<void> {
    const runtime = this.#process;
    this.#process = undefined;
    if (!runtime) return;
    await runtime.kill(reason);
    await runtime.closed();
    await runtime.drainLogs();
  }

  #log(message: string, timestamp = Date.now()): void {
    this.#options.writeLog(this.#options.function.logGroup, this.logStream, message, timestamp);
    this.#tail?.push(message.endsWith('\n') ? message : `${message}\n`);
  }

  #takeTail(): Buffer {
    const text = Buffer.from((this.#tail ?? []).join(''));
    this.#tail = undefined;
    return text.subarray(Math.max(0, text.length - tailBytes));
  }
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** Of a script, such as one whose first line names a program that is not there, or ends in CR LF. */
const startRefusals: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
};

function initFailure(
  result: InitResult | 'passed',
  about: { requestId: string; timeoutSeconds: number; startError: Error | undefined; isCustom: boolean },
): InvocationFailure {
  if (result === 'passed') return failure.timeout(about.requestId, about.timeoutSeconds);
  if (result.kind === 'error') return { ...failure.reported(result), endsRuntime: true };
  if (result.kind === 'extension') return failure.extension(about.requestId, result);
  const refusal = about.isCustom ? startRefusals[Reflect.get(about.startError ?? {}, 'code')] : undefined;
  if (refusal) return failure.invalidEntrypoint(about.requestId, `fork/exec /var/task/bootstrap: ${refusal}`);
  if (result.kind === 'exit')
    return failure.exit(about.requestId, about.startError?.message ?? exitMessage(result), false);
  throw new Error('A runtime that is ready has not failed');
}
