// The one door from the rest of the product to the engine: find the one that runs, or start one. Everybody else speaks HTTP.
import { spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { openSync, watch } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Problem } from '../problem.ts';
import { defaultDataDirectory } from './data-directory.ts';

/** Of Node.js for the engine: room for what invocations leave behind, MB, without which a tenth of the time goes to collecting it. */
export const engineFlags: readonly string[] = ['--min-semi-space-size=8'];

/** A running local Lambda, as `engine` prints it on its first line of output. */
export interface EngineConnection {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly accountId: string;
}

export interface LaunchOptions {
  /** The compiled engine, `dist/engine.js`. */
  readonly entry: string;
  /** Where its state lives; absent: the user's own data folder, shared by all windows and terminals. */
  readonly dataDirectory?: string;
  /** Programs that run functions, by runtime or language; of an engine that is started now. */
  readonly interpreters?: Readonly<Record<string, string>>;
  /** An AWS profile whose credentials functions get; of an engine that is started now. */
  readonly functionProfile?: string;
  /** Whether functions get no more of the processors than on Lambda; of an engine that is started now. */
  readonly cpuShare?: boolean;
  readonly signal?: AbortSignal;
}

/** Commands of a POSIX shell that point AWS tools at a local Lambda. */
export function shellExports({ endpoint, accessKeyId, secretAccessKey, region }: EngineConnection): string {
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  // A session token of another login would be sent along and refused.
  return `${[...lines, 'unset AWS_SESSION_TOKEN AWS_PROFILE'].join('\n')}\n`;
}

/** Minutes after the last request or lease at which an engine that was started here ends by itself. */
const idleMinutes = 15;
/** The exit code of an engine that found another one on its data folder. */
const alreadyRunning = 3;
const startLimitMs = 20_000;

/** Finds the running local Lambda of this user, or starts one. Throws a `Problem` when it cannot be started. */
export async function findOrStartEngine(options: LaunchOptions): Promise<EngineConnection> {
  const dataDirectory = options.dataDirectory ?? defaultDataDirectory();
  const running = await findEngine(dataDirectory);
  if (running) return running;
  const started = await startInBackground(options, dataDirectory);
  if (started) return started;
  return waitForOther(dataDirectory, options.signal);
}

/**
 * Keeps the engine alive as long as the lease is held: an open request that ends with this process at the latest.
 * `lost` resolves when the engine goes away while the lease is held.
 */
export function holdLease(connection: EngineConnection): { readonly lost: Promise<void>; release(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const request = signedGet(connection, '/_engine/lease');
  let released = false;
  const gone = (): void => {
    if (!released) resolve();
  };
  request.on('response', (response) => {
    response.resume();
    response.once('close', gone);
    response.once('error', gone);
  });
  request.once('error', gone);
  request.on('socket', (socket) => socket.unref()); // a lease alone does not keep its holder alive
  return {
    lost: promise,
    release: () => {
      released = true;
      request.destroy();
    },
  };
}

async function findEngine(dataDirectory: string): Promise<EngineConnection | undefined> {
  let connection: EngineConnection;
  try {
    connection = JSON.parse(await readFile(path.join(dataDirectory, 'engine.json'), 'utf8')); // written by the engine
  } catch {
    return undefined;
  }
  return (await answers(connection)) ? connection : undefined;
}

/** True if the engine that wrote this connection is the one that answers there: only it knows the secret. */
async function answers(connection: EngineConnection): Promise<boolean> {
  return new Promise((resolve) => {
    const request = signedGet(connection, '/_engine/health');
    request.setTimeout(3000, () => request.destroy());
    request.once('error', () => resolve(false));
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
  });
}

async function startInBackground(
  { entry, interpreters = {}, functionProfile, cpuShare, signal }: LaunchOptions,
  dataDirectory: string,
): Promise<EngineConnection | undefined> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const logFile = path.join(dataDirectory, 'engine.log');
  const log = openSync(logFile, 'a', 0o600);
  const args = [
    '--data',
    dataDirectory,
    '--idle-minutes',
    String(idleMinutes),
    ...Object.entries(interpreters).flatMap(([runtime, program]) => ['--interpreter', `${runtime}=${program}`]),
    ...(functionProfile === undefined ? [] : ['--function-profile', functionProfile]),
    ...(cpuShare === true ? ['--cpu-share'] : []),
  ];
  const child = spawn(process.execPath, [...engineFlags, entry, ...args], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
    windowsHide: true,
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  const { stdout } = child;
  if (!stdout) throw new Error('The engine was started without a pipe to read its first line from');
  const failed = (reason: string, cause?: unknown): Problem =>
    new Problem(
      'EngineStartFailed',
      `The local Lambda could not be started: ${reason}. Its own output is in ${logFile}.`,
      { cause },
    );
  try {
    return await new Promise<EngineConnection | undefined>((resolve, reject) => {
      const timer = setTimeout(() => reject(failed('it did not answer in time')), startLimitMs);
      const settle = (): void => clearTimeout(timer);
      signal?.addEventListener('abort', () => {
        settle();
        reject(signal.reason);
      });
      createInterface({ input: stdout }).once('line', (line) => {
        settle();
        resolve(JSON.parse(line));
      });
      child.once('error', (error) => {
        settle();
        reject(failed(error.message, error));
      });
      child.once('close', (code) => {
        settle();
        if (code === alreadyRunning) resolve(undefined);
        else reject(failed(`it ended with exit status ${code}`));
      });
    });
  } finally {
    stdout.destroy();
    child.unref();
  }
}

/** Another process is starting an engine on the same folder: its connection appears in a moment. */
async function waitForOther(dataDirectory: string, signal: AbortSignal | undefined): Promise<EngineConnection> {
  const limit = AbortSignal.timeout(startLimitMs);
  const watcher = watch(dataDirectory);
  try {
    return await new Promise<EngineConnection>((resolve, reject) => {
      const look = (): void => {
        findEngine(dataDirectory).then((connection) => connection && resolve(connection), reject);
      };
      watcher.on('change', look);
      limit.addEventListener('abort', () => {
        reject(
          new Problem(
            'EngineBusy',
            `Another local Lambda holds ${dataDirectory} but does not answer. End it and try again.`,
          ),
        );
      });
      signal?.addEventListener('abort', () => reject(signal.reason));
      look();
    });
  } finally {
    watcher.close();
  }
}

function signedGet(connection: EngineConnection, pathname: string): http.ClientRequest {
  const url = new URL(pathname, connection.endpoint);
  const amzDate = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${amzDate.slice(0, 8)}/${connection.region}/engine/aws4_request`;
  const payloadHash = sha256('');
  const canonical = [
    'GET',
    pathname,
    '',
    `host:${url.host}`,
    `x-amz-date:${amzDate}`,
    '',
    'host;x-amz-date',
    payloadHash,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer | string>(
      (from, part) => createHmac('sha256', from).update(part).digest(),
      `AWS4${connection.secretAccessKey}`,
    );
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return http.get(url, {
    agent: false,
    headers: {
      'x-amz-date': amzDate,
      authorization: `AWS4-HMAC-SHA256 Credential=${connection.accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    },
  });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
