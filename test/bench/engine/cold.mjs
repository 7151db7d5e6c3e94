// @ts-check
// The first invocation of a function after each change, against the bare start of its interpreter.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { measureCommand } from '../measure.mjs';
import { clientOf, create, echoCode, renew, signedInvocation, zipOf } from './functions.mjs';
import { Connection } from './http-load.mjs';
import { startEngine, stop } from './servers.mjs';

const perRound = 6;
/** Between two changes, ms: nobody makes them faster, and what either start leaves to be done is not the other's. */
const restMs = 300;

/** The interpreter itself, where `python3` is a script of a version manager that looks for it first. */
const pythonItself = () =>
  execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

/**
 * @param {import('./warm.mjs').Options} options
 * @returns {Promise<{ id: string, label: string, processMs: number[], coldMs: number[] }[]>} A median of each round.
 */
export async function measureCold({ scratch, rounds }) {
  const started = await startEngine(join(scratch, 'cold'));
  try {
    const engine = JSON.parse(started.line);
    const client = clientOf(engine);
    writeFileSync(join(scratch, 'empty.mjs'), '');
    writeFileSync(join(scratch, 'empty.py'), '');
    const languages = [
      {
        id: 'node',
        label: 'Node.js',
        command: [process.execPath, join(scratch, 'empty.mjs')],
        fn: { runtime: /** @type {const} */ ('nodejs24.x'), zip: zipOf('index.mjs', echoCode) },
      },
      {
        id: 'python',
        label: 'Python',
        command: [pythonItself(), join(scratch, 'empty.py')],
        fn: {
          runtime: /** @type {const} */ ('python3.13'),
          zip: zipOf('index.py', 'def handler(event, context):\n    return event\n'),
        },
      },
    ];
    for (const { id, fn } of languages) await create(client, { name: id, ...fn });
    const rows = languages.map(({ id, label }) => ({
      id,
      label,
      processMs: /** @type {number[]} */ ([]),
      coldMs: /** @type {number[]} */ ([]),
    }));
    const connection = await Connection.open(Number(new URL(engine.endpoint).port));
    for (let round = 0; round <= rounds; round += 1) {
      for (const [at, { id, command }] of languages.entries()) {
        const bare = [];
        const cold = [];
        for (let time = 0; time < perRound; time += 1) {
          await pause(restMs);
          bare.push((await measureCommand(command, { cwd: scratch })).seconds * 1000);
          await renew(client, id, round * perRound + time);
          const { bytes } = await signedInvocation(engine, id, '{}');
          const begin = performance.now();
          const { status, body } = await connection.send(bytes);
          cold.push(performance.now() - begin);
          if (status !== 200 || body.toString() !== '{}')
            throw new Error(`Answered with ${status}: ${body.toString()}`);
        }
        if (round === 0) continue;
        rows[at]?.processMs.push(middle(bare));
        rows[at]?.coldMs.push(middle(cold));
      }
    }
    connection.close();
    return rows;
  } finally {
    await stop(started);
  }
}

const middle = (/** @type {number[]} */ values) =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
