// @ts-check
// `npm run bench -- SUITE`: builds, then measures. Without a suite it lists them.
import { join } from 'node:path';
import process from 'node:process';
import { ensureDependencies, nodePath, projectEnvironment, repositoryRoot } from './dependencies.mjs';
import { run } from './run.mjs';

/** @type {ReadonlyMap<string, string>} By name of the file in test/bench. */
const suites = new Map([
  ['package', 'packaging against zip and adm-zip [--rounds N] [--corpus medium|large] [--write]'],
  ['engine', 'the local Lambda against a bare echo, serverless-offline and bare process starts [--rounds N] [--write]'],
  ['faults', 'accepted events while engines and environments are killed [--seeds N] [--from SEED] [--write]'],
  [
    'load',
    'a thousand functions under mixed load, every response checked [--minutes N] [--clients N] [--functions N] [--write]',
  ],
  ['logs', 'finding log events by time among a million in the local Lambda'],
  ['panel', "the panel's page in a headless Chromium [--seconds N] [--write]"],
]);

const inRepository = { cwd: repositoryRoot, env: projectEnvironment() };
const [suite, ...args] = process.argv.slice(2);

if (suite === undefined || !suites.has(suite)) {
  if (suite !== undefined) console.error(`There is no suite ${suite}.`);
  console.log('npm run bench -- SUITE, where SUITE is:');
  for (const [name, what] of suites) console.log(`  ${name}   ${what}`);
  process.exitCode = suite === undefined ? 0 : 2;
} else {
  try {
    await ensureDependencies();
    console.log('Building…');
    if ((await run(nodePath, ['esbuild.mjs'], inRepository)) !== 0)
      throw new Error('The build failed; its words are above.');
    process.exitCode = await run(nodePath, [join('test', 'bench', `${suite}.mjs`), ...args], inRepository);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
