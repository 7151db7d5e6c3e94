// @ts-check
import { median } from './rounds.mjs';
import { judge } from './targets.mjs';

/** @typedef {{ corpus: import('./corpora.mjs').Corpus, rows: readonly import('./rounds.mjs').Row[] }} Outcome */

const megabytes = (/** @type {number | undefined} */ bytes) => (bytes === undefined ? '–' : (bytes / 1e6).toFixed(1));
const ratio = (/** @type {number | undefined} */ value) => (value ?? Number.NaN).toFixed(2);

/** @param {Outcome} outcome */
export function section({ corpus, rows }) {
  const lines = rows.map(({ label, ratios, seconds, zipBytes, peakBytes }) => {
    const spread = `${ratio(ratios[0])}–${ratio(ratios.at(-1))}`;
    const cells = [label, `**${ratio(median(ratios))}**`, spread, seconds.toFixed(2), megabytes(zipBytes)];
    return `| ${[...cells, megabytes(peakBytes)].join(' | ')} |`;
  });
  const verdicts = judge(corpus.name, rows).map((line) => `- ${line}`);
  return [
    `## ${corpus.name}: ${corpus.files.toLocaleString('en')} files, ${megabytes(corpus.bytes)} MB`,
    '',
    '| | ratio | lowest–highest | seconds | zip, MB | peak memory, MB |',
    '|---|--:|--:|--:|--:|--:|',
    ...lines,
    ...(verdicts.length > 0 ? ['', 'Targets:', '', ...verdicts] : []),
  ].join('\n');
}

/**
 * docs/benchmarks.md.
 * @param {readonly Outcome[]} outcomes
 * @param {{ machine: string, peers: string, rounds: number }} run
 */
export const page = (outcomes, { machine, peers, rounds }) => `# How fast packaging is

Each way makes a zip of the same folder, one after the other, ${rounds} times in turn. Figures are medians; a ratio is the time of a
way divided by that of \`zip -qr\` in the same round, so below 1.00 is faster than it. They compare within one run on one machine;
seconds are for orientation. Files are in the system's file cache.

Machine: ${machine}. Peers: ${peers}.

${outcomes.map(section).join('\n\n')}

## What is measured

- Time is from the start of the process to its end, with what Node and WebAssembly take to load. *Already loaded* leaves that out:
  the time of \`packageFolder\` alone in a process that stays, as in the editor.
- *First time* begins with nothing remembered. *Again* has the last package in the user's cache. *One file edited* has another line
  at the end of the handler. *Again, nothing changed* must make the same bytes, and an edit others, or the run fails.
- The peers do less: neither finds out the runtime and the handler, leaves out what must not ship, looks for keys, or hashes the
  zip. Their zips are not the same bytes for the same files.
- Memory is the most that the process held at once (peak resident set), with all its threads; for *already loaded*, over all
  packages it has made.
- The folders are functions with their \`node_modules\`: medium has two AWS clients, express, lodash, zod, axios and date-fns; large
  has 32 AWS clients, those, TypeScript, sharp, esbuild and exceljs, near the 250 MB that Lambda takes unzipped.

## To repeat it

\`npm run bench -- package --write\` makes this page again. It builds, installs the folders and adm-zip into \`.bench/\` the first
time, needs Info-ZIP's \`zip\` and Linux, and takes a few minutes; let nothing else run meanwhile. \`--rounds N\` sets the rounds,
\`--corpus medium\` takes one of the folders, and without \`--write\` it only prints.
`;
