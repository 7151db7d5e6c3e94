// @ts-check
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { startContenders } from './contenders.mjs';

/**
 * One contender over all rounds. `ratios`: to `zip -qr` of the same round, smallest first.
 * @typedef {{ id: string, label: string, ratios: number[], seconds: number, zipBytes: number, peakBytes: number | undefined }} Row
 */

/**
 * @param {import('./corpora.mjs').Corpus} corpus
 * @param {{ root: string, rounds: number, admZipModule: string }} options
 * @returns {Promise<Row[]>}
 */
export async function runRounds(corpus, { root, rounds, admZipModule }) {
  const outFile = join(root, 'out', 'package.zip');
  await mkdir(join(root, 'out'), { recursive: true });
  const { contenders, end } = startContenders(corpus, { root, admZipModule });
  /** @type {Map<string, { seconds: number, peakBytes: number | undefined, zipBytes: number }[]>} */
  const measured = new Map(contenders.map(({ id }) => [id, []]));
  try {
    // Round 0 does not count: it brings the files into memory, for everyone.
    for (let round = 0; round <= rounds; round += 1) {
      for (const { id, run } of contenders) {
        showProgress(`${corpus.name}: round ${round} of ${rounds}, ${id}`);
        await rm(outFile, { force: true });
        const result = await run(outFile, round);
        const zipBytes = (await stat(outFile)).size;
        if (round > 0) measured.get(id)?.push({ ...result, zipBytes });
      }
    }
  } finally {
    end();
    await rm(outFile, { force: true });
    showProgress('');
  }
  const zipSeconds = (measured.get('zip') ?? []).map(({ seconds }) => seconds);
  return contenders.map(({ id, label }) => {
    const results = measured.get(id) ?? [];
    const ratios = results.map(({ seconds }, round) => seconds / (zipSeconds[round] ?? Number.NaN));
    const peaks = results.flatMap(({ peakBytes }) => peakBytes ?? []);
    return {
      id,
      label,
      ratios: ratios.sort((a, b) => a - b),
      seconds: median(results.map(({ seconds }) => seconds)),
      zipBytes: median(results.map(({ zipBytes }) => zipBytes)),
      peakBytes: peaks.length > 0 ? median(peaks) : undefined,
    };
  });
}

/** On one line of a terminal, and nowhere else. */
const showProgress = (/** @type {string} */ words) =>
  process.stderr.isTTY && process.stderr.write(`\r${words.padEnd(60)}\r`);

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
