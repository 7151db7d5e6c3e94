// @ts-check
// The servers that are measured, each a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { engineFlags } from '../../../src/engine/launch.ts';
import { repositoryRoot } from '../../../scripts/dependencies.mjs';

const readyLimitMs = 60_000;

/** @typedef {{ process: import('node:child_process').ChildProcess, line: string, readyMs: number }} Started */

/**
 * Starts a program, and waits for the line that says it is ready.
 * @param {readonly string[]} command
 * @param {RegExp} ready
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Started>}
 */
async function start([program = '', ...args], ready, options = {}) {
  const begin = performance.now();
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  /** @type {Promise<{ line: string, readyMs: number }>} */
  const said = new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${program} ${args.join(' ')} was not ready in time: ${words}`));
    }, readyLimitMs);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (words.length < 10_000) words += `${line}\n`;
        if (!ready.test(line)) return;
        clearTimeout(limit);
        resolve({ line, readyMs: performance.now() - begin });
      });
    }
    child.once('exit', (code) => {
      clearTimeout(limit);
      reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${words}`));
    });
  });
  return { process: child, ...(await said) };
}

/** @param {Started} started */
export async function stop({ process: child }) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

export const startEcho = () =>
  start([process.execPath, fileURLToPath(new URL('echo-server.mjs', import.meta.url))], /^\{"port":\d+\}$/);

/**
 * The built engine.
 * @param {string} data Its folder.
 * @param {readonly string[]} [options]
 */
export const startEngine = (data, options = []) => {
  const engine = [...engineFlags, join(repositoryRoot, 'dist', 'engine.js')];
  return start([process.execPath, ...engine, '--data', data, ...options], /^\{.*"endpoint"/);
};

/**
 * @param {import('./peer.mjs').Peer} peer
 */
export async function startServerlessOffline({ app, command }) {
  const [port, lambdaPort] = await freePorts();
  const ports = ['--httpPort', `${port}`, '--lambdaPort', `${lambdaPort}`];
  const started = await start([process.execPath, command, 'offline', 'start', ...ports], /Server ready/, { cwd: app });
  return { ...started, lambdaPort };
}

async function freePorts() {
  const servers = [createServer(), createServer()];
  const ports = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    ports.push(typeof address === 'object' && address ? address.port : 0);
  }
  for (const server of servers) server.close();
  return /** @type {[number, number]} */ (ports);
}

/**
 * Resident memory of one process, bytes.
 * @param {Started} started
 */
export async function residentBytes({ process: child }) {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]) * 1024;
}
