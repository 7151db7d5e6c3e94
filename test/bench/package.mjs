// @ts-check
// Packaging against zip and adm-zip. Started by `npm run bench -- package`, which builds first.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../scripts/dependencies.mjs';
import { corpusNames, ensureCorpus } from './corpora.mjs';
import { describeMachine } from './machine.mjs';
import { ensurePeers } from './peers.mjs';
import { page, section } from './report.mjs';
import { runRounds } from './rounds.mjs';

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function main() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      corpus: { type: 'string', multiple: true, default: [...corpusNames] },
      write: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number, 1 or more.');
  const names = corpusNames.filter((name) => values.corpus.includes(name));
  if (names.length === 0) throw new Error(`--corpus takes ${corpusNames.join(' or ')}.`);
  if (values.write && names.length < corpusNames.length)
    throw new Error('--write needs all folders: leave --corpus away.');
  if (process.platform !== 'linux')
    throw new Error('This suite needs Linux: it empties the cache through XDG_CACHE_HOME.');

  const root = join(repositoryRoot, '.bench');
  const { admZipModule, versions } = await ensurePeers(root);
  const corpora = [];
  for (const name of names) corpora.push(await ensureCorpus(root, name));
  const machine = await describeMachine();
  console.log(`Machine: ${machine}. Peers: ${versions}.\n`);

  const outcomes = [];
  for (const corpus of corpora) {
    const outcome = { corpus, rows: await runRounds(corpus, { root, rounds, admZipModule }) };
    console.log(`${section(outcome)}\n`);
    outcomes.push(outcome);
  }
  if (!values.write) return;
  const file = join('docs', 'benchmarks.md');
  const before = await readFile(join(repositoryRoot, file), 'utf8').catch(() => '');
  // What other suites have to say follows, under headings of the first rank.
  const others = before.indexOf('\n# ', 1);
  const rest = others < 0 ? '' : before.slice(others);
  await writeFile(join(repositoryRoot, file), page(outcomes, { machine, peers: versions, rounds }) + rest);
  console.log(`Written to ${file}.`);
}
