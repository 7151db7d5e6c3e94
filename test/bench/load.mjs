// @ts-check
// A thousand functions under mixed load, every response held against its request. Started by `npm run bench -- load`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../scripts/dependencies.mjs';
import { runLoad } from './load-run.mjs';
import { describeMachine } from './machine.mjs';

/** @typedef {import('./load-run.mjs').LoadResult} LoadResult */

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      clients: { type: 'string', default: '200' },
      functions: { type: 'string', default: '1000' },
      write: { type: 'boolean', default: false },
    },
  });
  const [minutes, clients, functions] = [values.minutes, values.clients, values.functions].map(Number);
  if (!minutes || !(minutes > 0)) throw new Error('--minutes takes a number over 0.');
  if (!clients || !Number.isInteger(clients)) throw new Error('--clients takes a whole number, 1 or more.');
  if (!functions || !(functions >= 50)) throw new Error('--functions takes a whole number, 50 or more.');
  if (process.platform !== 'linux') throw new Error('This suite needs Linux: it finds processes through /proc.');

  const machine = await describeMachine();
  const result = await runLoad({ minutes, clients, functions });
  const text = report(result);
  console.log(text);
  for (const [fault, times] of faults(result)) console.log(`${times} × ${fault}`);
  if (result.lost > 0 || result.doubled > 0 || result.left > 0 || result.wrong.length > 0) process.exitCode = 1;
  if (!values.write) return;
  const file = join('docs', 'load.md');
  await writeFile(join(repositoryRoot, file), page(text, { minutes, clients, functions, machine }));
  console.log(`Written to ${file}.`);
}

/** @param {LoadResult} result */
function report({ ms, wrong, accepted, answered, samples, lost, doubled, left }) {
  const third = Math.max(1, Math.floor(samples.length / 3));
  /** @param {'residentMB' | 'handles' | 'processes'} what */
  const row = (what) => {
    const mean = (/** @type {typeof samples} */ some) =>
      some.reduce((sum, sample) => sum + sample[what], 0) / some.length;
    const [first, last] = [mean(samples.slice(0, third)), mean(samples.slice(-third))].map(Math.round);
    return `${first} | ${last} | ${Math.round(Math.max(...samples.map((sample) => sample[what])))}`;
  };
  const count = (/** @type {number} */ value) => value.toLocaleString('en');
  const latencies = [...ms].map(([kind, all]) => `| ${kind} | ${count(all.length)} | ${quantile(all, 0.5)} | ${quantile(all, 0.99)} |`); // prettier-ignore
  return `| | |
|---|--:|
| requests answered, each with what it asked for | ${count(answered.size)} |
| asynchronous events accepted | ${count(accepted.size)} |
| **answers that were not the ones to their requests, or failed** | ${count(wrong.length)} |
| **answered or accepted, and never run** | ${count(lost)} |
| **run more than once** | ${count(doubled)} |
| **processes left** after the engine’s end | ${count(left)} |

| request | number | p50, ms | p99, ms |
|---|--:|--:|--:|
${latencies.join('\n')}

| the engine | mean of the first third | of the last third | most |
|---|--:|--:|--:|
| resident memory, MB | ${row('residentMB')} |
| open descriptors | ${row('handles')} |
| processes of functions | ${row('processes')} |
`;
}

/** By what they say, without numbers. @param {LoadResult} result */
function faults({ wrong }) {
  /** @type {Map<string, number>} */
  const kinds = new Map();
  for (const fault of wrong) {
    const kind = fault.replaceAll(/[\da-f-]{8,}|\d{4,}/g, '…');
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds;
}

/** @param {number[]} values @param {number} share */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
}

/** @param {string} text @param {{ minutes: number, clients: number, functions: number, machine: string }} run */
function page(text, { minutes, clients, functions, machine }) {
  return `# The local Lambda under mixed load

${functions} functions and ${clients} clients for ${minutes} minutes. Each client has one request under way at a time, of a kind by chance: synchronous,
asynchronous, streamed, errors, crashes of the runtime, timeouts (of one second), and payloads of 6 MB in both directions; and pauses up
to a second. Each answer is held against its own request, and each run of a function leaves its event's number in a file.

${text}
Machine: ${machine} (\`npm run bench -- load --minutes ${minutes}\`).
`;
}
