// @ts-check
// serverless-offline, which invokes functions in worker threads of its own process; osls is what it is a plugin of.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from '../install.mjs';
import { echoCode } from './functions.mjs';

/** @typedef {{ app: string, command: string, version: string }} Peer */

const configuration = `service: bench
frameworkVersion: '*'
provider:
  name: aws
  runtime: nodejs22.x
plugins:
  - serverless-offline
functions:
  echo:
    handler: index.handler
    events:
      - httpApi: 'GET /'
`;

/**
 * @param {string} root Folder of everything the benchmarks make.
 * @returns {Promise<Peer>}
 */
export async function ensureServerlessOffline(root) {
  const folder = join(root, 'engine-peers');
  await install(folder, ['serverless-offline@14', 'osls@4'], ['--legacy-peer-deps']);
  const app = join(folder, 'app');
  await mkdir(app, { recursive: true });
  await writeFile(join(app, 'serverless.yml'), configuration);
  await writeFile(join(app, 'index.mjs'), echoCode);
  const manifest = join(folder, 'node_modules', 'serverless-offline', 'package.json');
  const { version } = JSON.parse(await readFile(manifest, 'utf8'));
  const command = join(folder, 'node_modules', 'osls', 'bin', 'serverless.js');
  return { app, command, version: `serverless-offline ${version}` };
}
