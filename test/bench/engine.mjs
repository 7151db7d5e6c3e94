// @ts-check
// The local Lambda against a bare HTTP echo, serverless-offline and bare process starts. Started by `npm run bench -- engine`.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../scripts/dependencies.mjs';
import { measureCold } from './engine/cold.mjs';
import { measureFootprint } from './engine/footprint.mjs';
import { ensureServerlessOffline } from './engine/peer.mjs';
import { page } from './engine/report.mjs';
import { measureThroughput, measureWarm } from './engine/warm.mjs';
import { describeMachine } from './machine.mjs';

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  // Also where servers of the run still live.
  process.exit(1);
}

async function main() {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number, 1 or more.');
  if (process.platform !== 'linux') throw new Error('This suite needs Linux: it reads memory from /proc.');

  const root = join(repositoryRoot, '.bench');
  const peer = await ensureServerlessOffline(root);
  const machine = await describeMachine();
  console.log(`Machine: ${machine}. Peer: ${peer.version}.\n`);
  const scratch = join(root, 'engine');
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const options = { scratch, rounds, peer };
  const step = async (/** @type {string} */ name, /** @type {() => Promise<any>} */ work) => {
    console.error(`${name}…`);
    return work();
  };
  try {
    const report = page({
      machine,
      peer: peer.version,
      rounds,
      warm: await step('Warm invocations', () => measureWarm(options)),
      throughput: await step('Many clients', () => measureThroughput(options)),
      cold: await step('Cold starts', () => measureCold(options)),
      footprint: await step('Start and memory', () => measureFootprint(options)),
    });
    console.log(report);
    if (!values.write) return;
    const file = join('docs', 'benchmarks-engine.md');
    await writeFile(join(repositoryRoot, file), report);
    console.log(`Written to ${file}.`);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
