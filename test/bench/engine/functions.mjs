// @ts-check
// Functions on the engine, through the SDK as everybody's; and requests to invoke them, signed ahead.
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A function that answers with its event; for Node.js. */
export const echoCode = 'export const handler = async (event) => event;\n';

/** @typedef {{ endpoint: string, region: string, accessKeyId: string, secretAccessKey: string }} Engine */

/**
 * @param {Engine} engine
 * @returns {LambdaClient}
 */
export const clientOf = ({ endpoint, region, accessKeyId, secretAccessKey }) =>
  new LambdaClient({ endpoint, region, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey } });

/**
 * @param {string} name Of the file.
 * @param {string} code
 * @returns {Buffer} A zip.
 */
export function zipOf(name, code) {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-workbench-bench-'));
  try {
    writeFileSync(join(folder, name), code);
    execFileSync('zip', ['-q', 'code.zip', name], { cwd: folder });
    return readFileSync(join(folder, 'code.zip'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {LambdaClient} client
 * @param {{ name: string, runtime: import('@aws-sdk/client-lambda').Runtime, zip: Buffer, timeout?: number }} fn
 */
export const create = (client, { name, runtime, zip, timeout = 10 }) =>
  client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: 'arn:aws:iam::000000000000:role/bench',
      Runtime: runtime,
      Handler: 'index.handler',
      Code: { ZipFile: zip },
      Timeout: timeout,
    }),
  );

/**
 * The next invocation of the function is a cold one.
 * @param {LambdaClient} client
 * @param {string} name
 * @param {number} round
 */
export const renew = (client, name, round) =>
  client.send(
    new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables: { ROUND: `${round}` } } }),
  );

/**
 * What the SDK would send, as bytes. Its signature is good for five minutes.
 * @param {Engine} engine
 * @param {string} name
 * @param {string} payload
 * @returns {Promise<import('./http-load.mjs').Request>}
 */
export async function signedInvocation(engine, name, payload) {
  /** @type {any} */
  let sent;
  const client = clientOf(engine);
  client.middlewareStack.add(
    () => async (args) => {
      sent = args.request;
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'deserialize', priority: 'low', name: 'keepRequest', override: true },
  );
  await client.send(new InvokeCommand({ FunctionName: name, Payload: payload })).catch((error) => {
    if (!sent) throw error;
  });
  const head = Object.entries(sent.headers).map(([header, value]) => `${header}: ${value}`);
  const port = Number(new URL(engine.endpoint).port);
  const bytes = Buffer.from([`POST ${sent.path} HTTP/1.1`, ...head, '', payload].join('\r\n'));
  return { port, bytes };
}

/**
 * An unsigned request.
 * @param {number} port
 * @param {string} path
 * @param {string} payload
 */
export const plainInvocation = (port, path, payload) => ({
  port,
  bytes: Buffer.from(
    [`POST ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, 'content-type: application/json']
      .concat(`content-length: ${Buffer.byteLength(payload)}`, '', payload)
      .join('\r\n'),
  ),
});
