// @ts-check
// What becomes of accepted events when processes are killed. Started by `npm run bench -- faults`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../scripts/dependencies.mjs';
import { faultRound } from './fault-round.mjs';

/** @typedef {import('./fault-round.mjs').FaultCounts} FaultCounts */

/** @type {readonly (readonly [keyof FaultCounts, string])[]} */
const rows = [
  ['engineKills', 'engines killed'],
  ['environmentKills', 'execution environments killed'],
  ['accepted', 'asynchronous events accepted'],
  ['executed', 'of them executed'],
  ['twice', 'of them executed more than once'],
  ['gaveUp', 'of them given up after three attempts that were killed, and reported to the destination'],
  ['lost', '**lost**'],
  ['answered', 'synchronous invocations answered'],
  ['unrun', '**answered without having run**'],
  ['left', '**processes left** after the engine’s end'],
];

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main() {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '20' },
      from: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
    },
  });
  const [seeds, from] = [Number(values.seeds), Number(values.from)];
  if (!Number.isInteger(seeds) || seeds < 1) throw new Error('--seeds takes a whole number, 1 or more.');
  if (!Number.isInteger(from)) throw new Error('--from takes a whole number.');
  if (process.platform !== 'linux') throw new Error('This suite needs Linux: it finds processes through /proc.');

  const total = new Map(rows.map(([key]) => [key, 0]));
  for (let seed = from; seed < from + seeds; seed += 1) {
    const counts = await faultRound(seed);
    for (const [key] of rows) total.set(key, (total.get(key) ?? 0) + counts[key]);
    console.log(`seed ${seed}: ${rows.map(([key]) => `${key} ${counts[key]}`).join(', ')}`);
    if (counts.lost > 0 || counts.unrun > 0 || counts.left > 0) process.exitCode = 1;
  }
  const table = rows.map(([key, words]) => `| ${words} | ${(total.get(key) ?? 0).toLocaleString('en')} |`).join('\n');
  console.log(`\n${table}`);
  if (!values.write) return;
  const file = join('docs', 'faults.md');
  await writeFile(join(repositoryRoot, file), page(table, { seeds, from }));
  console.log(`Written to ${file}.`);
}

/** @param {string} table @param {{ seeds: number, from: number }} run */
function page(table, { seeds, from }) {
  return `# What becomes of events when processes are killed

In each of ${seeds} rounds an engine takes asynchronous and synchronous invocations of a function from six clients at once. Meanwhile the
function's execution environments are killed (SIGKILL) at random moments, and so is the engine, two or three times, with requests on
their way; each time another one is started on the same data folder. The last engine works off what is left, and ends by SIGTERM or
SIGKILL. Each run of the function leaves a line in a file.

An event counts as accepted when its client was answered with 202. One that was under way when its environment or its engine was killed
runs again, so that it can run more than once, as on AWS.

| | |
|---|--:|
${table}

Taken ${new Date().toISOString().slice(0, 10)} on Linux, seeds ${from} to ${from + seeds - 1} (\`npm run bench -- faults --seeds ${seeds}\`).
`;
}
