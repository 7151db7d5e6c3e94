// @ts-check
// How long a server takes until it serves, and what it holds when it does nothing.
import { join } from 'node:path';
import { clientOf, create, echoCode, zipOf } from './functions.mjs';
import { residentBytes, startEngine, startServerlessOffline, stop } from './servers.mjs';

const functions = 100;

/**
 * @param {import('./warm.mjs').Options} options
 * @returns {Promise<{ id: string, label: string, readyMs: number[], residentMB: number[] }[]>} A figure per round.
 */
export async function measureFootprint({ scratch, rounds, peer }) {
  const data = join(scratch, 'footprint');
  const first = await startEngine(data);
  const client = clientOf(JSON.parse(first.line));
  const zip = zipOf('index.mjs', echoCode);
  for (let n = 0; n < functions; n += 1) await create(client, { name: `function-${n}`, runtime: 'nodejs24.x', zip });
  await stop(first);
  const contenders = [
    { id: 'node', label: `Local Lambda, ${functions} functions`, start: () => startEngine(data) },
    { id: 'peer', label: 'serverless-offline, one function', start: () => startServerlessOffline(peer) },
  ];
  const rows = contenders.map(({ id, label }) => ({
    id,
    label,
    readyMs: /** @type {number[]} */ ([]),
    residentMB: /** @type {number[]} */ ([]),
  }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, { start }] of contenders.entries()) {
      const started = await start();
      const bytes = await residentBytes(started);
      await stop(started);
      if (round === 0) continue;
      rows[at]?.readyMs.push(started.readyMs);
      rows[at]?.residentMB.push(bytes / 1e6);
    }
  }
  return rows;
}
