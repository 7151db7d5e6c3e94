// @ts-check
// `npm test`: sets itself up and runs every stage, whatever fails before it. `npm test -- unit contract` runs those two.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ensureDebianPackages, ensureDependencies, projectEnvironment, repositoryRoot } from './dependencies.mjs';
import { run } from './run.mjs';
import { stages } from './test-stages.mjs';

/** @typedef {{ passed: number, failed: number }} Totals */

const chosen = chooseStages(process.argv.slice(2));
/** @type {Totals} */
const sum = { passed: 0, failed: 0 };
if (chosen && (await attempt(ensureDependencies))) {
  const totalsFolder = await mkdtemp(join(tmpdir(), 'lambda-workbench-totals-'));
  try {
    for (const stage of chosen) {
      console.log(`\n── ${stage.name} ──`);
      const start = performance.now();
      const totals = await runStage(stage, join(totalsFolder, `${stage.name}.json`));
      sum.passed += totals.passed;
      sum.failed += totals.failed;
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`── ${stage.name}: ${totals.passed} passed, ${totals.failed} failed, ${seconds} s ──`);
    }
  } finally {
    await rm(totalsFolder, { recursive: true, force: true });
  }
} else {
  sum.failed += 1;
}
console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed === 0 ? 0 : 1;

/**
 * @param {readonly string[]} names
 * @returns {typeof stages | undefined} With the build, where they look at it. Nothing where a name is none of a stage.
 */
function chooseStages(names) {
  const known = stages.map((stage) => stage.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no stage ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
    return undefined;
  }
  if (names.length === 0) return stages;
  const withBuild = stages.some((stage) => names.includes(stage.name) && stage.needsBuild);
  return stages.filter((stage) => names.includes(stage.name) || (withBuild && stage.name === 'build'));
}

/**
 * @param {import('./test-stages.mjs').Stage} stage
 * @param {string} totalsFile
 * @returns {Promise<Totals>}
 */
async function runStage(stage, totalsFile) {
  if (!(await attempt(() => ensureDebianPackages(stage.needs)))) return { passed: 0, failed: 1 };
  const env = { ...projectEnvironment(), LAMBDA_WORKBENCH_TEST_TOTALS: totalsFile };
  const code = await run(stage.command, stage.args(totalsFile), { cwd: repositoryRoot, env });
  const oneAlone = code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  if (!stage.countsTests) return oneAlone;
  const totals = await readTotals(totalsFile);
  if (totals.passed + totals.failed === 0) {
    console.error(`The stage ${stage.name} ran no test (exit code ${code}).`);
    return { passed: 0, failed: 1 };
  }
  // All tests passed and still it failed, as when something went wrong between them: that must not count as good.
  return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

/**
 * @param {string} file
 * @returns {Promise<Totals>} Zeros if the stage did not come as far as writing them.
 */
async function readTotals(file) {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const { passed = 0, failed = 0 } = JSON.parse(text || '{}');
  return { passed, failed };
}

/**
 * Says what went wrong, in its own sentence.
 * @param {() => Promise<void>} action
 */
async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return false;
  }
}
