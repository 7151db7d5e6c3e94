// What a function logs by `console`, as Lambda's own runtime writes it: in text or JSON, from a level on.
// Source: "Using JSON and plain text log formats" in the AWS Lambda Developer Guide.
import { writeSync } from 'node:fs';
import { format } from 'node:util';

const env = process.env;
const descriptor = Number(env._LAMBDA_TELEMETRY_LOG_FD);
delete env._LAMBDA_TELEMETRY_LOG_FD;
const isJson = env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
const levels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const lowest = levels.indexOf(env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase());
const methods = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  log: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
};
let currentRequestId;

/** Has `console` write to the function's log. */
export function takeConsole() {
  for (const [method, level] of Object.entries(methods)) {
    console[method] = levels.indexOf(level) < lowest ? () => {} : (...parts) => log(level, parts);
  }
}

/** The invocation that lines belong to from now on. */
export function setRequestId(requestId) {
  currentRequestId = requestId;
}

/** An error that ends an invocation or the init; `title` is what the text format calls it. */
export function logError(title, error) {
  if (isJson) log('ERROR', [error instanceof Error ? error : new Error(describe(error).errorMessage)]);
  else log('ERROR', [`${title} \t${textOf(error)}`]);
}

/** As the Runtime API takes it. */
export function describe(error) {
  if (error instanceof Error || (typeof error === 'object' && error !== null && 'message' in error)) {
    return {
      errorType: error.name ?? 'Error',
      errorMessage: String(error.message),
      trace: String(error.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

export function safeJson(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify({ errorType: 'Error', errorMessage: 'The error could not be turned into JSON' });
  }
}

function log(level, parts) {
  const now = new Date();
  if (isJson) return write(jsonLine(now, level, parts), 0xa55a0002, now);
  write(`${now.toISOString()}\t${currentRequestId ?? 'undefined'}\t${level}\t${format(...parts)}`, 0xa55a0003, now);
}

/** One value is the message as it is, an object too; of several the first error is told of in fields of its own. */
function jsonLine(now, level, parts) {
  const line = { timestamp: now.toISOString(), level, requestId: currentRequestId };
  if (parts.length === 1) {
    try {
      return JSON.stringify({ ...line, message: parts[0] }, (_, value) =>
        value instanceof Error ? fieldsOf(value) : value,
      );
    } catch {
      return JSON.stringify({ ...line, message: format(parts[0]) }); // such as one that contains itself
    }
  }
  const error = parts.slice(1).find((part) => part instanceof Error);
  return JSON.stringify({ ...line, message: format(...parts), ...(error && basicFieldsOf(error)) });
}

const fieldsOf = (error) => ({ ...basicFieldsOf(error), ...error });

function basicFieldsOf(error) {
  const errorType = error.name.startsWith('Runtime.') ? error.name : (error.constructor?.name ?? 'UnknownError');
  return { errorType, errorMessage: error.message, stackTrace: String(error.stack ?? '').split('\n') };
}

function textOf(error) {
  const { errorType, errorMessage, trace } = describe(error);
  const own =
    error instanceof Error
      ? Object.fromEntries(Object.entries(error).filter(([, value]) => typeof value !== 'function'))
      : {};
  return safeJson({ errorType, errorMessage, ...own, stack: trace });
}

// A frame a message, so that one of several lines stays one log event.
function write(message, type, now) {
  const body = Buffer.from(message);
  const frame = Buffer.alloc(16 + body.length);
  frame.writeUInt32BE(type, 0);
  frame.writeUInt32BE(body.length, 4);
  frame.writeBigUInt64BE(BigInt(now.getTime()) * 1000n, 8);
  body.copy(frame, 16);
  for (let at = 0; at < frame.length;) {
    try {
      at += writeSync(descriptor, frame, at);
    } catch (error) {
      if (error.code === 'EPIPE') process.exit(0); // the engine is gone, and nobody reads any more
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}
