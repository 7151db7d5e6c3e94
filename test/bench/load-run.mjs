// @ts-check
// One run of mixed load against an engine: who sends what, and whether each answer is the one to its own request.
import { Agent, request } from 'node:http';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateFunctionCommand, InvokeWithResponseStreamCommand } from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, sharedFolder, temporaryFolder } from '../contract/engine-process.ts';
import { role, zipOf } from '../contract/zip-of.ts';
import { seeded } from '../seeded.ts';
import { environmentProcesses } from './environment-processes.mjs';

/**
 * @typedef {{ minutes: number, clients: number, functions: number }} LoadOptions
 * @typedef {'sync' | 'async' | 'stream' | 'error' | 'crash' | 'timeout' | 'large'} Kind
 * @typedef {{ at: number, residentMB: number, handles: number, processes: number }} Sample
 * @typedef {{ ms: Map<Kind, number[]>, wrong: string[], accepted: Set<number>, answered: Set<number>, samples: Sample[],
 *   lost: number, doubled: number, left: number }} LoadResult
 */

/** Of a hundred requests. @type {readonly (readonly [Kind, number])[]} */
const mix = [
  ['async', 20],
  ['stream', 8],
  ['error', 5],
  ['crash', 3],
  ['timeout', 1],
  ['large', 1],
  ['sync', 62],
];
/** Under 6,291,456 with what stands around it. */
const largeBytes = 6_200_000;
const sampleMs = 5000;
const settleMs = 120_000;
const pauseMs = 1000;

/** @param {LoadOptions} options @returns {Promise<LoadResult>} */
export async function runLoad({ minutes, clients: clientCount, functions }) {
  using data = temporaryFolder();
  using kept = sharedFolder();
  const notes = join(kept.path, 'ran');
  writeFileSync(notes, '');
  mkdirSync(join(data.path, 'engine'));
  // Environments that nobody uses go soon: a thousand functions' would not fit into a small machine.
  const options = [
    '--auth',
    'none',
    '--concurrency',
    String(clientCount * 2 + 100),
    '--environment-idle-seconds',
    '10',
  ];
  const engine = await EngineProcess.start(join(data.path, 'engine'), ...options);
  try {
    const named = await deploy(engine, functions, notes);
    const result = await load({ engine, data: join(data.path, 'engine'), named, notes, minutes, clientCount });
    await engine.end();
    return { ...result, left: environmentProcesses(join(data.path, 'engine')).length };
  } finally {
    await engine.end('SIGKILL');
  }
}

/** @param {EngineProcess} engine @param {number} count @param {string} notes */
async function deploy(engine, count, notes) {
  const { lambda } = clientsOf(engine.connection);
  const code = readFileSync(new URL('./load-function.mjs', import.meta.url));
  const ZipFile = await zipOf({ 'index.mjs': code });
  const named = { plain: /** @type {string[]} */ ([]), stream: /** @type {string[]} */ ([]), hang: /** @type {string[]} */ ([]) }; // prettier-ignore
  for (let at = 0; at < count; at += 1) {
    const family = at % 10 === 0 ? 'stream' : at % 50 === 1 ? 'hang' : 'plain';
    const FunctionName = `${family}-${at}`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs24.x',
        Handler: family === 'stream' ? 'index.stream' : 'index.handler',
        Role: role,
        Timeout: family === 'hang' ? 1 : 60,
        MemorySize: 256,
        Environment: { Variables: { NOTES: notes } },
        Code: { ZipFile },
      }),
    );
    named[family].push(FunctionName);
  }
  return named;
}

/**
 * @param {{ engine: EngineProcess, data: string, named: Record<'plain' | 'stream' | 'hang', string[]>, notes: string, minutes: number,
 *   clientCount: number }} about
 */
async function load({ engine, data, named, notes, minutes, clientCount }) {
  const { lambda } = clientsOf(engine.connection);
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  /** @type {Map<Kind, number[]>} */
  const ms = new Map(mix.map(([kind]) => [kind, []]));
  /** @type {string[]} */
  const wrong = [];
  /** @type {Set<number>} */
  const accepted = new Set();
  /** @type {Set<number>} */
  const answered = new Set();
  /** @type {Sample[]} */
  const samples = [];
  const pad = 'x'.repeat(largeBytes);
  const startedAt = performance.now();
  const endsAt = startedAt + minutes * 60_000;
  let last = 0;

  /** @param {Kind} kind @param {string} name */
  const send = async (kind, name) => {
    const id = (last += 1);
    const before = performance.now();
    const fault = await one({ kind, name, id }).catch((/** @type {Error} */ error) => `${kind}: ${error.message}`);
    ms.get(kind)?.push(performance.now() - before);
    if (fault !== undefined) wrong.push(fault);
    else if (kind === 'async') accepted.add(id);
    else answered.add(id);
  };

  /** What is wrong with the answer, if anything. @param {{ kind: Kind, name: string, id: number }} asked */
  const one = async ({ kind, name, id }) => {
    if (kind === 'stream') return streamed(name, id);
    const event = { id, kind: kind === 'timeout' ? 'hang' : kind === 'error' || kind === 'crash' ? kind : 'echo', pad: kind === 'large' ? pad : String(id) }; // prettier-ignore
    const answer = await post(agent, `${engine.connection.endpoint}/2015-03-31/functions/${name}/invocations`, JSON.stringify(event), kind === 'async'); // prettier-ignore
    if (kind === 'async') return answer.status === 202 ? undefined : `async: status ${answer.status}`;
    const parsed = answer.status === 200 ? JSON.parse(answer.body) : {};
    const is = {
      sync: () => parsed.id === id && parsed.pad === String(id),
      large: () => parsed.id === id && parsed.pad === pad,
      error: () => parsed.errorMessage === `asked to fail by ${id}`,
      crash: () => parsed.errorType === 'Runtime.ExitError' && answer.body.includes(answer.requestId),
      timeout: () => parsed.errorType === 'Sandbox.Timedout' && answer.body.includes(answer.requestId),
    }[kind]();
    return is ? undefined : `${kind}: status ${answer.status}, ${answer.body.slice(0, 120)}`;
  };

  /** @param {string} name @param {number} id */
  const streamed = async (name, id) => {
    const chunks = 1 + (id % 20);
    const Payload = JSON.stringify({ id, kind: 'echo', chunks });
    const { EventStream } = await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: name, Payload }));
    let text = '';
    for await (const { PayloadChunk } of EventStream ?? []) text += Buffer.from(PayloadChunk?.Payload ?? []).toString();
    const wanted = Array.from({ length: chunks }, (_, at) => `${id}:${at};`).join('');
    return text === wanted ? undefined : `stream: ${text.slice(0, 120)}`;
  };

  /** Mostly asks its own functions, so that their environments stay; now and then any other one. @param {number} number */
  const client = async (number) => {
    const random = seeded(number + 1);
    /** @param {string[]} names */
    const pick = (names) => names[random() < 0.98 ? number % names.length : Math.floor(random() * names.length)] ?? '';
    await sleep(random() * 10_000); // not all at once
    while (performance.now() < endsAt) {
      const kind = chosen(random() * 100);
      await send(kind, pick(kind === 'stream' ? named.stream : kind === 'timeout' ? named.hang : named.plain));
      await sleep(random() * pauseMs);
    }
  };

  const sampling = async () => {
    while (performance.now() < endsAt) {
      samples.push({ at: performance.now() - startedAt, ...measure(engine.pid, data) });
      await sleep(sampleMs);
    }
  };
  await Promise.all([...Array.from({ length: clientCount }, (_, number) => client(number)), sampling()]);
  agent.destroy();

  const settledBy = performance.now() + settleMs;
  let runs = countRuns(notes);
  while ([...accepted].some((id) => !runs.has(id)) && performance.now() < settledBy) {
    await sleep(500);
    runs = countRuns(notes);
  }
  const all = [...accepted, ...answered];
  const lost = all.filter((id) => !runs.has(id)).length;
  const doubled = all.filter((id) => (runs.get(id) ?? 0) > 1).length;
  return { ms, wrong, accepted, answered, samples, lost, doubled };
}

/** @param {number} hundredth */
function chosen(hundredth) {
  let left = hundredth;
  for (const [kind, share] of mix) {
    if (left < share) return kind;
    left -= share;
  }
  return 'sync';
}

/** @param {number} pid @param {string} data */
function measure(pid, data) {
  const resident = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const processes = environmentProcesses(data).length;
  return { residentMB: resident / 1024, handles: readdirSync(`/proc/${pid}/fd`).length, processes };
}

/** How often each event ran. @param {string} notes @returns {Map<number, number>} */
function countRuns(notes) {
  /** @type {Map<number, number>} */
  const runs = new Map();
  for (const line of readFileSync(notes, 'utf8').split('\n'))
    if (line !== '') runs.set(Number(line), (runs.get(Number(line)) ?? 0) + 1);
  return runs;
}

/**
 * @param {Agent} agent @param {string} url @param {string} body @param {boolean} isEvent
 * @returns {Promise<{ status: number, requestId: string, body: string }>}
 */
async function post(agent, url, body, isEvent) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(isEvent && { 'x-amz-invocation-type': 'Event' }) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      /** @type {Buffer[]} */
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.once('error', reject);
      response.once('end', () => {
        const requestId = String(response.headers['x-amzn-requestid']);
        resolve({ status: response.statusCode ?? 0, requestId, body: Buffer.concat(pieces).toString() });
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
