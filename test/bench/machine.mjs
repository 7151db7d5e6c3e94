// @ts-check
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const sampleMs = 3000;

/** What figures were taken on, in one line, and how busy others kept it: to be asked while nothing of ours runs. */
export async function describeMachine() {
  const busy = await sampleBusy();
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 2 ** 30);
  const day = new Date().toISOString().slice(0, 10);
  return `${model}, ${availableParallelism()} cores, ${memory} GB, ${platform()} ${arch()}, Node ${process.versions.node}; ${day}; ${busy}% busy before the run`;
}

/** Percent of all processors' time. */
async function sampleBusy() {
  const before = times();
  await sleep(sampleMs);
  const after = times();
  return Math.round(100 * (1 - (after.idle - before.idle) / (after.all - before.all)));
}

function times() {
  const each = cpus().map(({ times }) => times);
  const idle = each.reduce((sum, times) => sum + times.idle, 0);
  const all = each.flatMap((times) => Object.values(times)).reduce((sum, ms) => sum + ms, 0);
  return { idle, all };
}
