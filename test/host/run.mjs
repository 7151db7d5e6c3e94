// @ts-check
// Runs test/host/suite inside a real VS Code: a desktop one where LAMBDA_WORKBENCH_DESKTOP_VSCODE says so, else the server build.
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { runTests } from '@vscode/test-electron';
import { repositoryRoot } from '../../scripts/dependencies.mjs';
import { buildSuite } from './build-suite.mjs';
import { createScratchProfile } from './scratch-profile.mjs';
import { installServerBuild } from './server-build.mjs';

const extension = process.env.LAMBDA_WORKBENCH_EXTENSION ?? repositoryRoot;

const suite = await buildSuite();
const profile = await createScratchProfile();
const workspace = join(profile.root, 'workspace');
await mkdir(workspace);
await cp(join(repositoryRoot, 'samples'), workspace, { recursive: true });
try {
  await runTests({
    ...(await executable()),
    extensionDevelopmentPath: extension,
    extensionTestsPath: suite,
    extensionTestsEnv: profile.environment,
    launchArgs: [workspace, `--user-data-dir=${profile.userData}`, `--extensions-dir=${profile.extensions}`],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await profile.remove();
}

/**
 * Which VS Code: a path, `download` for the newest stable one, or nothing for the server build.
 * @returns {Promise<{ vscodeExecutablePath?: string }>}
 */
async function executable() {
  const desktop = process.env.LAMBDA_WORKBENCH_DESKTOP_VSCODE;
  if (desktop === 'download') return {};
  if (desktop) return { vscodeExecutablePath: desktop };
  await installServerBuild();
  return { vscodeExecutablePath: join(repositoryRoot, 'test', 'host', 'vscode-executable.mjs') };
}
