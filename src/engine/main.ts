#!/usr/bin/env node
// The local Lambda as a program: reads its options, starts the engine, says where it listens, ends on SIGTERM.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultDataDirectory } from './data-directory.ts';
import { startEngine } from './engine.ts';
import type { Engine, EngineOptions } from './engine-options.ts';
import { isNoRoom } from './no-room.ts';
import { DataDirectoryInUse } from './store/database.ts';

const defaults = { region: 'us-east-1', account: '000000000000', concurrency: 200 };

function readOptions(): EngineOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      auth: { type: 'string', default: 'sigv4' },
      account: { type: 'string', default: defaults.account },
      region: { type: 'string', default: defaults.region },
      concurrency: { type: 'string', default: String(defaults.concurrency) },
      'idle-minutes': { type: 'string' },
      'environment-idle-seconds': { type: 'string' },
      'retry-delays': { type: 'string' },
      'no-freeze': { type: 'boolean', default: false },
      'no-containment': { type: 'boolean', default: false },
      'cpu-share': { type: 'boolean', default: false },
      interpreter: { type: 'string', multiple: true, default: [] },
      'function-profile': { type: 'string' },
    },
  });
  const port = wholeNumber('--port', values.port, 65_535);
  const environmentIdle = '--environment-idle-seconds';
  const environmentIdleSeconds = wholeNumber(environmentIdle, values['environment-idle-seconds'], 86_400);
  const idleMinutes = wholeNumber('--idle-minutes', values['idle-minutes'], 10_000);
  if (values.auth !== 'sigv4' && values.auth !== 'none')
    throw new UsageError(`--auth is sigv4 or none, not "${values.auth}".`);
  if (!/^\d{12}$/.test(values.account))
    throw new UsageError(`--account is a number of 12 digits, not "${values.account}".`);
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region))
    throw new UsageError(`--region is a region's name such as us-east-1, not "${values.region}".`);
  const retryDelaysMs = values['retry-delays']
    ?.split(',')
    .map((delay) => wholeNumber('--retry-delays', delay, 3_600_000) ?? 0);
  return {
    dataDirectory: values.data ? path.resolve(values.data) : defaultDataDirectory(),
    runtimesDirectory: fileURLToPath(new URL('./runtimes/', import.meta.url)),
    auth: values.auth,
    region: values.region,
    accountId: values.account,
    concurrency: wholeNumber('--concurrency', values.concurrency, 10_000) ?? defaults.concurrency,
    freeze: !values['no-freeze'],
    contain: !values['no-containment'],
    cpuShare: values['cpu-share'],
    interpreters: new Map(values.interpreter.map(namedInterpreter)),
    reportFault: (error) => console.error(error),
    ...(values['function-profile'] && { functionProfile: values['function-profile'] }),
    ...(port !== undefined && { port }),
    ...(idleMinutes !== undefined && { idleMs: idleMinutes * 60_000 }),
    ...(environmentIdleSeconds !== undefined && { environmentIdleMs: environmentIdleSeconds * 1000 }),
    ...(retryDelaysMs && { retryDelaysMs }),
  };
}

class UsageError extends Error {}

function namedInterpreter(text: string): readonly [runtime: string, command: string] {
  const [, runtime, command] = /^([a-z]+[\d.]*x?)=(.+)$/.exec(text) ?? [];
  if (runtime === undefined || command === undefined)
    throw new UsageError(
      `--interpreter is a runtime and a program, such as python3.13=/usr/bin/python3, not "${text}".`,
    );
  return [runtime, path.resolve(command)];
}

function wholeNumber(name: string, text: string | undefined, max: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) > max)
    throw new UsageError(`${name} takes a whole number up to ${max}, not "${text}".`);
  return Number(text);
}

function explain(error: unknown, options: EngineOptions | undefined): string {
  if (error instanceof UsageError) return error.message;
  if (error instanceof DataDirectoryInUse) {
    let endpoint = '';
    try {
      endpoint = ` at ${String(JSON.parse(readFileSync(path.join(error.message, 'engine.json'), 'utf8')).endpoint)}`;
    } catch {
      // it is only just starting
    }
    return `A local Lambda already runs on this data folder${endpoint}. Use that one, or give another folder with --data.`;
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${options?.port} is in use. Give another with --port, or leave it out to get a free one.`;
  if (code === 'EACCES' && options?.port !== undefined)
    return `Port ${options.port} needs privileges. Give one above 1023 with --port.`;
  if (isNoRoom(error) && options)
    return `There is no room on the disk of ${options.dataDirectory}. Free some, or give another folder with --data.`;
  return error instanceof Error ? error.message : String(error);
}

async function end(engine: Engine): Promise<void> {
  await engine.dispose();
  process.exitCode = 0;
}

let options: EngineOptions | undefined;
try {
  options = readOptions();
  const engine = await startEngine(options);
  if (options.auth === 'none') {
    console.error(
      'Signatures are not checked (--auth none): every program on this machine can use this local Lambda with any credentials.',
    );
  }
  let ending: Promise<void> | undefined;
  const stop = (): void => {
    ending ??= end(engine).then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  void engine.idle.then(stop);
  process.stdout.write(`${JSON.stringify(engine.connection)}\n`);
  console.error(`Not enforced on this system: ${(await engine.notEnforced()).join('; ')}.`);
} catch (error) {
  console.error(`error: ${explain(error, options)}`);
  process.exitCode =
    error instanceof UsageError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      ? 2
      : error instanceof DataDirectoryInUse
        ? 3
        : 1;
}
