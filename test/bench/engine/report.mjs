// @ts-check
import { median } from '../rounds.mjs';
import { oneClient } from './warm.mjs';

/**
 * @typedef {import('./warm.mjs').Row} Row
 * @typedef {{
 *   machine: string, peer: string, rounds: number, warm: Row[], throughput: { sixteen: Row[], four: Row[] },
 *   cold: Awaited<ReturnType<typeof import('./cold.mjs').measureCold>>,
 *   footprint: Awaited<ReturnType<typeof import('./footprint.mjs').measureFootprint>>,
 * }} Results
 */

const fixed = (/** @type {number} */ value, digits = 2) => value.toFixed(digits);
const bold = (/** @type {number} */ value) => `**${fixed(value)}**`;

/**
 * The median of the ratios of two contenders, each of one round.
 * @param {readonly number[] | undefined} of
 * @param {readonly number[] | undefined} to
 */
const ratio = (of = [], to = []) => median(of.map((value, round) => value / (to[round] ?? Number.NaN)));

/**
 * @template {{ id: string }} R
 * @param {readonly R[]} rows
 * @param {string} id
 */
const rowOf = (rows, id) => rows.find((row) => row.id === id);

/**
 * @param {string} what
 * @param {number} reached
 * @param {number} limit
 * @param {'at most' | 'at least'} kind
 * @param {string} [unit]
 */
function verdict(what, reached, limit, kind, unit = '') {
  const met = kind === 'at most' ? reached <= limit : reached >= limit;
  const digits = unit === '' ? 2 : 0;
  return `- ${met ? 'Met' : '**Not met**'}: ${what} ${kind} ${limit}${unit}; it is ${fixed(reached, digits)}${unit}.`;
}

/** @param {Results} results */
function warmSection({ warm }) {
  const echo = rowOf(warm, 'echo');
  const node = rowOf(warm, 'node');
  const peer = rowOf(warm, 'peer');
  const lines = warm.map(
    ({ label, p50, p99, first }) =>
      `| ${label} | ${bold(ratio(p50, echo?.p50))} | ${fixed(ratio(p50, peer?.p50))} | ${fixed(ratio(p99, p50))} | ${fixed(first)} | ${fixed(median(p50), 3)} | ${fixed(median(p99), 3)} |`,
  );
  return [
    '| | p50 to a bare echo | to serverless-offline | p99 to its p50 | so of the first | p50, ms | p99, ms |',
    '|---|--:|--:|--:|--:|--:|--:|',
    ...lines,
    '',
    verdict('p50 to a bare echo', ratio(node?.p50, echo?.p50), 3.5, 'at most'),
    verdict('p50 to serverless-offline', ratio(node?.p50, peer?.p50), 0.65, 'at most'),
    verdict('p99 to its own p50', ratio(node?.p99, node?.p50), 4, 'at most'),
    '',
    `Checking signatures makes it ${fixed(ratio(node?.p50, rowOf(warm, 'unsigned')?.p50))} times as long.`,
  ].join('\n');
}

/** @param {Results} results */
function throughputSection({ throughput: { sixteen, four } }) {
  const lines = (/** @type {readonly Row[]} */ rows, /** @type {number} */ clients) =>
    rows.map(
      ({ label, perSecond }) =>
        `| ${clients} | ${label} | ${bold(ratio(perSecond, rowOf(rows, 'peer')?.perSecond))} | ${fixed(median(perSecond), 0)} |`,
    );
  const reached = (/** @type {readonly Row[]} */ rows) =>
    ratio(rowOf(rows, 'node')?.perSecond, rowOf(rows, 'peer')?.perSecond);
  return [
    '| clients | | to serverless-offline | per second |',
    '|--:|---|--:|--:|',
    ...lines(four, 4),
    ...lines(sixteen, 16),
    '',
    verdict('16 clients, to serverless-offline', reached(sixteen), 1.5, 'at least'),
  ].join('\n');
}

/** @param {Results} results */
function coldSection({ cold }) {
  const lines = cold.map(
    ({ label, processMs, coldMs }) =>
      `| ${label} | ${bold(ratio(coldMs, processMs))} | ${fixed(median(coldMs), 1)} | ${fixed(median(processMs), 1)} |`,
  );
  const reached = (/** @type {string} */ id) => ratio(rowOf(cold, id)?.coldMs, rowOf(cold, id)?.processMs);
  return [
    '| | to a bare start | first invocation, ms | bare start, ms |',
    '|---|--:|--:|--:|',
    ...lines,
    '',
    verdict('Node.js, to a bare start', reached('node'), 1.6, 'at most'),
    verdict('Python, to a bare start', reached('python'), 1.8, 'at most'),
  ].join('\n');
}

/** @param {Results} results */
function footprintSection({ footprint }) {
  const lines = footprint.map(
    ({ label, readyMs, residentMB }) => `| ${label} | ${fixed(median(readyMs), 0)} | ${fixed(median(residentMB), 0)} |`,
  );
  const node = rowOf(footprint, 'node');
  return [
    '| | ready after, ms | resident, MB |',
    '|---|--:|--:|',
    ...lines,
    '',
    verdict('ready after', median(node?.readyMs ?? []), 250, 'at most', ' ms'),
    verdict('resident', median(node?.residentMB ?? []), 90, 'at most', ' MB'),
  ].join('\n');
}

/**
 * docs/benchmarks-engine.md.
 * @param {Results} results
 */
export const page = (results) => `# How fast the local Lambda is

All in one run on one machine, ${results.rounds} rounds, each way in turn in each round. Figures are medians over the rounds; a ratio is of two
ways in the same round. Milliseconds are for orientation.

Machine: ${results.machine}. Peer: ${results.peer}, which runs functions in threads of its own process, without a Runtime API.

## Warm invocations, one client

Each server has answered ${oneClient.warmUp.toLocaleString('en')} requests before those that count: meanwhile V8 compiles what they run, and its compilers take the
processors from them. *So of the first*: of its first ${oneClient.requests.toLocaleString('en')}, with its cold start.

${warmSection(results)}

## Many clients

Each client has one request under way at a time; Lambda gives an environment one event at a time, so there are as many environments.

${throughputSection(results)}

## Cold starts

The first invocation after a change of the function's configuration, from request to response, against the start and end of the same
interpreter with an empty program; 300 ms lie between two such changes.

${coldSection(results)}

## Start and memory

Until it says that it serves; then what it holds, idle.

${footprintSection(results)}

## What is measured

- Requests are bytes made ahead, signed by the AWS SDK, over connections that stay open, from a client in another process: what remains is the
  server's. Each response is compared with what was sent.
- The local Lambda does what it always does: checks the signature and the request against the service's model, runs the function in a
  process of its own over the Runtime API, freezes it between invocations, and writes START, END and REPORT to its log store.
- serverless-offline does none of that; it is invoked through its Lambda endpoint.

## To repeat it

\`npm run bench -- engine --write\` makes this page again. It builds, installs the peer into \`.bench/\` the first time, needs Linux and takes a
few minutes; let nothing else run meanwhile. \`--rounds N\` sets the rounds, and without \`--write\` it only prints.
`;
