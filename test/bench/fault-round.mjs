// @ts-check
// One round of faults: an engine under load whose process and whose environments are killed at random points, and what came of it.
import { readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, PutFunctionEventInvokeConfigCommand } from '@aws-sdk/client-lambda';
import { createNodeFunction } from '../contract/create-function.ts';
import { clientsOf, EngineProcess, sharedFolder, temporaryFolder } from '../contract/engine-process.ts';
import { seeded } from '../seeded.ts';
import { environmentProcesses } from './environment-processes.mjs';

/**
 * @typedef {{ accepted: number, executed: number, twice: number, gaveUp: number, lost: number, answered: number, unrun: number,
 *   engineKills: number, environmentKills: number, left: number }} FaultCounts
 */

const senders = 4;
const waiters = 2;
const settleLimitMs = 60_000;

/** @param {number} seed @returns {Promise<FaultCounts>} */
export async function faultRound(seed) {
  const random = seeded(seed);
  using data = temporaryFolder();
  using kept = sharedFolder();
  const file = join(kept.path, 'ran');
  writeFileSync(file, '');
  const note = `import { appendFileSync } from 'node:fs'; const note = (line) => appendFileSync(${JSON.stringify(file)}, line + '\\n');`;
  /** @type {Set<number>} */
  const accepted = new Set();
  /** @type {Set<number>} */
  const answered = new Set();
  let number = 0;
  let engineKills = 0;
  let environmentKills = 0;

  const lives = 2 + Math.floor(random() * 2);
  for (let life = 0; life < lives; life += 1) {
    const engine = await EngineProcess.start(data.path, '--retry-delays', '1,1');
    const clients = clientsOf(engine.connection);
    if (life === 0) {
      await createNodeFunction(
        clients,
        'count',
        `${note} export const handler = async ({ n }) => { note(n); return n; };`,
      );
      await createNodeFunction(clients, 'gave-up', `${note} export const handler = async (record) => note('gave up ' + record.requestPayload.n);`); // prettier-ignore
      const Destination = 'arn:aws:lambda:us-east-1:000000000000:function:gave-up';
      await clients.lambda.send(
        new PutFunctionEventInvokeConfigCommand({ FunctionName: 'count', DestinationConfig: { OnFailure: { Destination } } }), // prettier-ignore
      );
    }
    const state = { killed: false };
    const acceptedEnough = accepted.size + 10 + Math.floor(random() * 40);
    const answeredEnough = answered.size + Math.floor(random() * 8);
    const send = async (/** @type {'Event' | 'RequestResponse'} */ type) => {
      while (!state.killed) {
        number += 1;
        const mine = number;
        const Payload = JSON.stringify({ n: mine });
        try {
          const command = new InvokeCommand({ FunctionName: 'count', InvocationType: type, Payload });
          const { FunctionError } = await clients.lambda.send(command);
          if (type === 'Event') accepted.add(mine);
          else if (!FunctionError) answered.add(mine);
        } catch {
          if (state.killed) return; // it was on its way: nobody was told that it was accepted
        }
        if (accepted.size >= acceptedEnough && answered.size >= answeredEnough) {
          state.killed = true;
          await engine.end('SIGKILL');
        }
        await sleep(random() * 20);
      }
    };
    const killEnvironments = async () => {
      while (!state.killed) {
        await sleep(100 + random() * 400);
        const running = environmentProcesses(data.path, 'count');
        const pid = running[Math.floor(random() * running.length)];
        if (state.killed || pid === undefined) continue;
        environmentKills += 1;
        kill(pid);
      }
    };
    await Promise.all([
      ...Array.from({ length: senders }, () => send('Event')),
      ...Array.from({ length: waiters }, () => send('RequestResponse')),
      killEnvironments(),
    ]);
    engineKills += 1;
  }

  const read = () => readFileSync(file, 'utf8').split('\n');
  const accountedFor = () => new Set(read().map((line) => Number(line.replace('gave up ', ''))));
  const missing = () => {
    const known = accountedFor();
    return [...accepted].filter((n) => !known.has(n));
  };
  const last = await EngineProcess.start(data.path, '--retry-delays', '1,1');
  await until(kept.path, () => missing().length === 0);
  await last.end(random() < 0.5 ? 'SIGKILL' : 'SIGTERM');
  const left = await remaining(data.path);

  /** @type {Map<number, number>} */
  const runs = new Map();
  for (const n of read()
    .filter((line) => /^\d+$/.test(line))
    .map(Number))
    runs.set(n, (runs.get(n) ?? 0) + 1);
  const ofAccepted = [...accepted].map((n) => runs.get(n) ?? 0);
  return {
    accepted: accepted.size,
    executed: ofAccepted.filter((times) => times > 0).length,
    twice: ofAccepted.filter((times) => times > 1).length,
    gaveUp: [...accepted].filter((n) => !runs.has(n)).length - missing().length,
    lost: missing().length,
    answered: answered.size,
    unrun: [...answered].filter((n) => !runs.has(n)).length,
    engineKills,
    environmentKills,
    left,
  };
}

/** Resolves when `reached`, looked at after each change in the folder, or when it has taken too long. */
async function until(/** @type {string} */ folder, /** @type {() => boolean} */ reached) {
  await new Promise((resolve) => {
    const watcher = watch(folder, look);
    const timer = setTimeout(done, settleLimitMs);
    function done() {
      clearTimeout(timer);
      watcher.close();
      resolve(undefined);
    }
    function look() {
      if (reached()) done();
    }
    look();
  });
}

/** How many processes are still there once the ended engine's have had five seconds to go. */
async function remaining(/** @type {string} */ dataDirectory) {
  const limit = performance.now() + 5000;
  while (environmentProcesses(dataDirectory).length > 0 && performance.now() < limit) await sleep(10);
  return environmentProcesses(dataDirectory).length;
}

function kill(/** @type {number} */ pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}
