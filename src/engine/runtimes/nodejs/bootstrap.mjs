// Runs a Node.js function: finds its handler and speaks the Lambda Runtime API, nothing else.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findInLayers } from './layers.mjs';
import { describe, logError, safeJson, setRequestId, takeConsole } from './log.mjs';
import { awslambda, isStreaming, ResponseStream } from './response-stream.mjs';
import { openChannel } from './runtime-channel.mjs';
import { httpCalls, openResponse } from './runtime-client.mjs';

const env = process.env;
const majorVersion = Number(/nodejs(\d+)/.exec(env.AWS_EXECUTION_ENV)?.[1]);
let currentRequestId;
let currentStream;
globalThis.awslambda = awslambda;
if (env._LAMBDA_OPT) findInLayers(env._LAMBDA_OPT);
delete env._LAMBDA_OPT;

// A wrapper script may have put something of its own between: then the engine is spoken to through that.
const hasChannel = env._LAMBDA_RUNTIME_CHANNEL === env.AWS_LAMBDA_RUNTIME_API;
delete env._LAMBDA_RUNTIME_CHANNEL;
let runtime = httpCalls;

takeConsole();

class RuntimeFault extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

async function loadHandler() {
  const taskRoot = env.LAMBDA_TASK_ROOT;
  const handler = env._HANDLER;
  const base = path.basename(handler);
  const dot = base.indexOf('.');
  if (handler.includes('..') || dot < 1)
    throw new RuntimeFault(
      'Runtime.MalformedHandlerName',
      `Bad handler: ${handler}. A handler is FILE.EXPORT, such as index.handler.`,
    );
  const stem = path.resolve(taskRoot, path.dirname(handler), base.slice(0, dot));
  const exported = base.slice(dot + 1);
  const file = [stem, `${stem}.js`, `${stem}.mjs`, `${stem}.cjs`].find(
    (candidate) => existsSync(candidate) && !candidate.endsWith(path.sep),
  );
  if (!file || (file === stem && !path.extname(stem))) {
    throw new RuntimeFault(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${path.relative(taskRoot, stem)}'\nRequire stack:\n- ${taskRoot}`,
    );
  }
  const module = await importModule(file);
  let found = module;
  for (const key of exported.split('.')) found = found?.[key];
  if (found === undefined) found = exported.split('.').reduce((value, key) => value?.[key], module.default);
  if (found === undefined) throw new RuntimeFault('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw new RuntimeFault('Runtime.HandlerNotFound', `${handler} is not a function`);
  return found;
}

/** AWS's own runtimes bring the SDK. */
const sdkAdvice =
  'LAMBDA_WARNING: The local Lambda has no AWS SDK, which AWS\'s runtimes bring. Install it as a dependency of the function; if that is bundled, also say "bundle": {"awsSdk": true} in its lambda.json.';

async function importModule(file) {
  try {
    if (isEsModule(file)) return await import(pathToFileURL(file));
    return createRequire(file)(file);
  } catch (error) {
    if (error?.code === 'ERR_REQUIRE_ESM' || error?.code === 'ERR_REQUIRE_ASYNC_MODULE')
      return import(pathToFileURL(file));
    if (error instanceof SyntaxError)
      throw Object.assign(new RuntimeFault('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`), {
        stack: error.stack,
      });
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') {
      if (/'(@aws-sdk\/|@smithy\/|aws-sdk\b)/.test(error.message)) process.stderr.write(`${sdkAdvice}\n`);
      throw Object.assign(new RuntimeFault('Runtime.ImportModuleError', `Error: ${error.message}`), {
        stack: error.stack,
      });
    }
    throw error;
  }
}

function isEsModule(file) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
    if (folder === path.dirname(folder) || folder === env.LAMBDA_TASK_ROOT) return false;
  }
}

function invoke(handler, event, context) {
  if (majorVersion >= 24) {
    if (handler.length >= 3) {
      throw new RuntimeFault(
        'Runtime.CallbackHandlerDeprecated',
        'Callback handlers are gone since nodejs24.x: make the handler async and return its result, or deploy it with nodejs22.x.',
      );
    }
    return Promise.resolve(handler(event, context));
  }
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    context.done = callback;
    context.succeed = (result) => resolve(result);
    context.fail = (error) => reject(error);
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') returned.then(resolve, reject);
    else if (handler.length < 3 && returned !== undefined) resolve(returned);
  });
}

async function reportFatal(name, error, exitCode) {
  const fault = describe(error);
  logError(name === 'uncaughtException' ? 'Uncaught Exception' : 'Unhandled Promise Rejection', error);
  if (currentRequestId) {
    const body =
      name === 'uncaughtException'
        ? fault
        : {
            errorType: 'Runtime.UnhandledPromiseRejection',
            errorMessage: `${fault.errorType}: ${fault.errorMessage}`,
            trace: fault.trace,
          };
    await reportFatally(currentRequestId, body).catch(() => {});
  }
  process.exit(exitCode);
}

async function reportFatally(requestId, fault) {
  if (currentStream?.begun) await currentStream.fail(fault.errorType, safeJson(fault));
  else await runtime.failFatally(requestId, fault.errorType, safeJson(fault));
}

/** Resolves with the next event. */
async function reportError(requestId, fault) {
  if (!currentStream?.begun) return runtime.fail(requestId, fault.errorType, safeJson(fault));
  await currentStream.fail(fault.errorType, safeJson(fault));
  return runtime.next();
}

for (const output of [process.stdout, process.stderr]) output.on('error', () => process.exit(0)); // likewise
process.on('uncaughtException', (error) => void reportFatal('uncaughtException', error, 129));
process.on('unhandledRejection', (error) => void reportFatal('unhandledRejection', error, 128));

// What was written to stdout and stderr leaves the process before the response does.
async function flushOutput() {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
  }
}

// The invocation lasts until the handler has ended its stream, and settled.
async function stream(handler, event, context) {
  const open = (contentType) => openResponse(context.awsRequestId, contentType);
  const responseStream = new ResponseStream({ open, flushOutput, highWaterMark: handler.highWaterMark });
  currentStream = responseStream;
  const finished = new Promise((resolve, reject) => {
    responseStream.once('finish', resolve);
    responseStream.once('error', reject);
  });
  await Promise.all([handler(event, responseStream, context), finished]);
}

async function serve(handler) {
  // What the environment has of it stays as it is, and to read it takes Node.js longer than all the rest here.
  const ofFunction = {
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
  for (let next = await runtime.next(); ;) {
    const { requestId, deadlineMs, clientContext } = next;
    currentRequestId = requestId;
    setRequestId(requestId);
    env._X_AMZN_TRACE_ID = next.traceId ?? '';
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      ...ofFunction,
      clientContext: clientContext ? JSON.parse(clientContext) : undefined,
      identity: undefined,
      invokedFunctionArn: next.functionArn,
      awsRequestId: requestId,
      getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    };
    const event = JSON.parse(next.body);
    currentStream = undefined;
    let body;
    try {
      if (isStreaming(handler)) {
        await stream(handler, event, context);
        next = await runtime.next();
        continue;
      }
      const result = await invoke(handler, event, context);
      body = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch (error) {
      logError('Invoke Error', error);
      const fault = describe(error);
      await flushOutput();
      next = await reportError(requestId, fault);
      continue;
    }
    await flushOutput();
    next = await runtime.respond(requestId, body);
  }
}

let handler;
try {
  handler = await loadHandler();
} catch (error) {
  logError('Uncaught Exception', error);
  const fault = describe(error);
  await runtime.failInit(fault.errorType, safeJson(fault));
  process.exit(1);
}
if (hasChannel && !isStreaming(handler)) runtime = openChannel();
await serve(handler);
