// @ts-check
// Invocations of a warm function, as the time of one client and as the throughput of sixteen.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { clientOf, create, echoCode, plainInvocation, signedInvocation, zipOf } from './functions.mjs';
import { load, quantile } from './http-load.mjs';
import { startEcho, startEngine, startServerlessOffline, stop } from './servers.mjs';

/**
 * @typedef {{ scratch: string, rounds: number, peer: import('./peer.mjs').Peer }} Options
 * @typedef {{ id: string, label: string, request: () => Promise<import('./http-load.mjs').Request>, started: import('./servers.mjs').Started }} Contender
 * @typedef {Parameters<typeof load>[1] & { warmUp: number }} Work `warmUp`: requests before those that count.
 * @typedef {{ id: string, label: string, first: number, p50: number[], p99: number[], perSecond: number[] }} Row One figure per round; `first`: the p99 of a
 *   server's first requests, to its p50 of those.
 */

/** The same JSON from every language. */
const payload = JSON.stringify('a message of some length, as an event');
const pythonCode = 'def handler(event, context):\n    return event\n';
/** It takes V8 some twelve thousand invocations to compile all that they run, in threads that take the processors from them. */
export const oneClient = { clients: 1, requests: 2000, warmUp: 16_000, expect: payload };
const many = { clients: 16, requests: 4000, warmUp: 4000, expect: payload };
const few = { clients: 4, requests: 4000, warmUp: 4000, expect: payload };

/**
 * One client, one request after the other.
 * @param {Options} options
 */
export const measureWarm = (options) => measure(options, oneClient, ['echo', 'node', 'unsigned', 'python', 'peer']);

/**
 * As many environments as clients: Lambda gives each of an invocation's environments one event at a time.
 * @param {Options} options
 */
export async function measureThroughput(options) {
  const ids = ['echo', 'node', 'peer'];
  return { sixteen: await measure(options, many, ids), four: await measure(options, few, ids) };
}

/**
 * @param {Options} options
 * @param {Work} work
 * @param {readonly string[]} ids
 * @returns {Promise<Row[]>}
 */
async function measure(options, work, ids) {
  const all = await startAll(options);
  const contenders = all.filter(({ id }) => ids.includes(id));
  /** @type {Row[]} */
  const rows = contenders.map(({ id, label }) => ({ id, label, first: Number.NaN, p50: [], p99: [], perSecond: [] }));
  try {
    for (const [at, { request }] of contenders.entries()) {
      const { latencies } = await load(await request(), work);
      const row = rows[at];
      if (row) row.first = quantile(latencies, 0.99) / quantile(latencies, 0.5);
      if (work.warmUp > work.requests) await load(await request(), { ...work, requests: work.warmUp - work.requests });
    }
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [at, { request }] of contenders.entries()) {
        const { latencies, perSecond } = await load(await request(), work);
        rows[at]?.p50.push(quantile(latencies, 0.5));
        rows[at]?.p99.push(quantile(latencies, 0.99));
        rows[at]?.perSecond.push(perSecond);
      }
    }
  } finally {
    await Promise.all([...new Set(all.map(({ started }) => started))].map(stop));
  }
  return rows;
}

/**
 * @param {Options} options
 * @returns {Promise<Contender[]>}
 */
async function startAll({ scratch, peer }) {
  const data = await mkdtemp(join(scratch, 'warm-'));
  const echo = await startEcho();
  const { port } = JSON.parse(echo.line);
  // One for each way, as each has a server of its own: code that has met several runtimes is not as fast as with one.
  const [signed, open, forPython] = await Promise.all([
    startEngine(join(data, 'signed')),
    startEngine(join(data, 'open'), ['--auth', 'none']),
    startEngine(join(data, 'python')),
  ]);
  const engine = JSON.parse(signed.line);
  const openEngine = JSON.parse(open.line);
  const pythonEngine = JSON.parse(forPython.line);
  const node = { runtime: /** @type {const} */ ('nodejs24.x'), zip: zipOf('index.mjs', echoCode) };
  await create(clientOf(engine), { name: 'echo', ...node });
  await create(clientOf(pythonEngine), { name: 'python', runtime: 'python3.13', zip: zipOf('index.py', pythonCode) });
  await create(clientOf(openEngine), { name: 'echo', ...node });
  const serverless = await startServerlessOffline(peer);
  const path = (/** @type {string} */ name) => `/2015-03-31/functions/${name}/invocations`;
  const openPort = Number(new URL(openEngine.endpoint).port);
  return [
    { id: 'echo', label: 'Bare HTTP echo', started: echo, request: async () => plainInvocation(port, '/', payload) },
    {
      id: 'node',
      label: 'Local Lambda, Node.js',
      started: signed,
      request: () => signedInvocation(engine, 'echo', payload),
    },
    {
      id: 'unsigned',
      label: 'Local Lambda, Node.js, signatures not checked',
      started: open,
      request: async () => plainInvocation(openPort, path('echo'), payload),
    },
    {
      id: 'python',
      label: 'Local Lambda, Python',
      started: forPython,
      request: () => signedInvocation(pythonEngine, 'python', payload),
    },
    {
      id: 'peer',
      label: 'serverless-offline, Node.js',
      started: serverless,
      request: async () => plainInvocation(serverless.lambdaPort, path('bench-dev-echo'), payload),
    },
  ];
}
