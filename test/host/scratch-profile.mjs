// @ts-check
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectEnvironment } from '../../scripts/dependencies.mjs';
import { endLocalLambda } from './end-local-lambda.mjs';

const quietSettings = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
};

/** Where the local Lambda keeps its state in this home: under XDG_DATA_HOME, and on macOS in the Library. */
const localLambdaFolders = ['data/lambda-workbench', 'home/Library/Application Support/lambda-workbench'];

/**
 * A VS Code profile, a home folder and a temporary folder that nobody has used before. The local Lambda's state lies in
 * them too, so that a run starts without functions and leaves none behind.
 * @typedef {{
 *   readonly root: string, readonly userData: string, readonly extensions: string,
 *   readonly environment: NodeJS.ProcessEnv, remove(): Promise<void>
 * }} ScratchProfile
 *
 * @param {Readonly<Record<string, unknown>>} [settings] User settings on top of those for quiet runs.
 * @returns {Promise<ScratchProfile>}
 */
export async function createScratchProfile(settings = {}) {
  // Short, because sockets are made in it and their paths must stay under 108 characters.
  const root = await mkdtemp(join(tmpdir(), 'lw-'));
  const folder = (/** @type {string} */ name) => join(root, name);
  const names = ['home', 'config', 'data', 'state', 'cache', 'run', 'tmp', 'vscode/User', 'extensions'];
  await Promise.all(names.map((name) => mkdir(folder(name), { recursive: true, mode: 0o700 })));
  await writeFile(folder('vscode/User/settings.json'), JSON.stringify({ ...quietSettings, ...settings }));
  return {
    root,
    userData: folder('vscode'),
    extensions: folder('extensions'),
    environment: {
      ...withoutOurs(projectEnvironment()),
      HOME: folder('home'),
      XDG_CONFIG_HOME: folder('config'),
      XDG_DATA_HOME: folder('data'),
      XDG_STATE_HOME: folder('state'),
      XDG_CACHE_HOME: folder('cache'),
      XDG_RUNTIME_DIR: folder('run'),
      TMPDIR: folder('tmp'),
    },
    remove: async () => {
      await Promise.all(localLambdaFolders.map((path) => endLocalLambda(folder(path))));
      // What is ending still writes its last words: removing is tried again while it does.
      await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/**
 * Unsets what would leak in from where the tests are started: npm's own variables, those of a VS Code around us, and AWS's.
 * @param {NodeJS.ProcessEnv} environment
 */
function withoutOurs(environment) {
  const leaks = /^(npm_|VSCODE_|ELECTRON_|AWS_|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/;
  // Kept as `undefined`, for those who lay it over an environment that has them.
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, leaks.test(name) ? undefined : value]),
  );
}
