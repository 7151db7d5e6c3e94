// @ts-check
// How long the local Lambda takes to find log events by time among a million: `npm run bench -- logs`.
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { openStores } from '../../src/engine/store/stores.ts';
import { clientsOf, EngineProcess, temporaryFolder } from '../contract/engine-process.ts';
import { describeMachine } from './machine.mjs';

const total = 1_000_000;
const streams = 100;
const rounds = 5;
const targetMs = 200;
const logGroupName = '/aws/lambda/bench';
/** An event a millisecond, so that a window's length is its number of events. */
const begin = Date.UTC(2026, 0, 1);

/** @type {readonly { readonly what: string, readonly events: number, readonly filterPattern?: string, readonly matching?: number }[]} */
const windows = [
  { what: 'a window of 1,000 events', events: 1000 },
  { what: 'a window of 7,000, near a full page', events: 7000 },
  {
    what: 'a window of 100,000, for what one request wrote',
    events: 100_000,
    filterPattern: '"request-050042"',
    matching: 10,
  },
];

const machine = await describeMachine();
const folder = temporaryFolder();
try {
  const stored = fill(folder.path);
  console.log(`Machine: ${machine}.`);
  console.log(
    `${total.toLocaleString('en')} events in ${streams} streams stored in ${(stored / 1000).toFixed(1)} s.\n`,
  );
  const engine = await EngineProcess.start(folder.path);
  try {
    const { logs } = clientsOf(engine.connection);
    console.log('| FilterLogEvents of | events found | median of 5, ms | lowest–highest, ms |\n|---|--:|--:|--:|');
    let worst = 0; // of those that ask for a time alone
    for (const window of windows) {
      const { median, lowest, highest, found } = await measure(logs, window);
      if (!window.filterPattern) worst = Math.max(worst, median);
      console.log(`| ${window.what} | ${found.toLocaleString('en')} | **${median}** | ${lowest}–${highest} |`);
    }
    console.log(`\n${worst <= targetMs ? 'Met' : '**Not met**'}: by time at most ${targetMs} ms.`);
    if (worst > targetMs) process.exitCode = 1;
    logs.destroy();
  } finally {
    await engine.end();
  }
} finally {
  folder[Symbol.dispose]();
}

/**
 * Stores all events as the engine does, and tells how long that took, ms.
 * @param {string} directory
 */
function fill(directory) {
  const stores = openStores(directory, console.error);
  const store = stores.logs;
  const start = performance.now();
  for (let at = 0; at < total; at += 1) {
    const request = `request-${String(Math.floor(at / 10)).padStart(6, '0')}`;
    const message = `${new Date(begin + at).toISOString()}\t${request}\tINFO\tOrder ${at} of a customer has been taken.`;
    const stream = `2026/01/01/[$LATEST]${String(at % streams).padStart(32, '0')}`;
    store.append(logGroupName, stream, [{ timestamp: begin + at, message }]);
    if (at % 10_000 === 9999) store.flush();
  }
  stores[Symbol.dispose]();
  return performance.now() - start;
}

/**
 * Windows at places that are spread over the whole, none twice, after one that does not count.
 * @param {import('@aws-sdk/client-cloudwatch-logs').CloudWatchLogsClient} logs
 * @param {(typeof windows)[number]} window
 */
async function measure(logs, { events, filterPattern, matching = events }) {
  /** @type {number[]} */
  const times = [];
  for (let round = 0; round <= rounds; round += 1) {
    // The pattern's one match is where every window of its kind reaches.
    const from = filterPattern ? begin + 450_000 + round * 5000 : begin + round * 150_000;
    const start = performance.now();
    const answer = await logs.send(
      new FilterLogEventsCommand({
        logGroupName,
        startTime: from,
        endTime: from + events - 1,
        ...(filterPattern && { filterPattern }),
      }),
    );
    const found = answer.events?.length ?? 0;
    if (found !== matching) throw new Error(`${found} events were found, not ${matching}`);
    if (round > 0) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const [lowest = 0, median = 0, highest = 0] = [times[0], times[Math.floor(rounds / 2)], times.at(-1)].map((time) =>
    Math.round(time ?? 0),
  );
  return { lowest, median, highest, found: matching };
}
