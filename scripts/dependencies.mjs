// @ts-check
// What has to be there before anything else runs. Starts under the system's Node 20, in a clone without node_modules.
import { createHash } from 'node:crypto';
import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { npmCommand, run } from './run.mjs';

export const repositoryRoot = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(repositoryRoot, 'node_modules');

/** The project's own Node 24 (dev dependency `node`): the TypeScript files run directly in it. */
export const nodePath = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Our environment with that Node and the installed command-line tools first on the PATH. */
export function projectEnvironment() {
  const path = [dirname(nodePath), join(modules, '.bin'), process.env.PATH].filter(Boolean).join(delimiter);
  return { ...process.env, PATH: path };
}

/** Makes node_modules what package-lock.json says. Does nothing when it is. */
export async function ensureDependencies() {
  const stampFile = join(modules, '.package-lock.sha256');
  const lock = createHash('sha256')
    .update(await readFile(join(repositoryRoot, 'package-lock.json')))
    .digest('hex');
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === lock) return;

  console.log('Installing npm packages (npm ci)…');
  let code = await npm('ci');
  if (code !== 0) {
    // Some registries lack packages for platforms other than this one. `ci` takes that for a lock file that is out of
    // step; `install` takes the same versions from the same lock file and leaves those out.
    console.log('npm ci refused. Trying npm install, which takes the same versions…');
    code = await npm('install', '--no-save');
  }
  if (code !== 0) {
    throw new Error(
      `The npm packages could not be installed: "npm install" ended with code ${code}. ` +
        'Check that this machine reaches an npm registry ("npm ping") and run the command again.',
    );
  }
  await writeFile(stampFile, lock);
}

/** @param {readonly string[]} args */
function npm(...args) {
  const [command, npmArgs] = npmCommand([...args, '--no-audit', '--no-fund', '--loglevel=error']);
  return run(command, npmArgs, { cwd: repositoryRoot, output: args[0] === 'ci' ? 'none' : 'shown' });
}

/**
 * A command that a step needs, and the Debian package that brings it.
 * @typedef {{ readonly command: string, readonly package: string }} DebianCommand
 */

/**
 * Makes the commands available: installs their packages where we may (root and apt-get), and says what to do where not.
 * @param {readonly DebianCommand[]} commands
 */
export async function ensureDebianPackages(commands) {
  const missing = await commandsNotOnPath(commands);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((each) => each.package))].join(' ');
  const install = `apt-get install -y --no-install-recommends ${packages}`;
  const mayInstall = process.getuid?.() === 0 && (await findOnPath('apt-get')) !== undefined;
  if (mayInstall) {
    console.log(`Installing Debian packages: ${packages}…`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-q'], { env, output: 'errors-only' });
    const args = ['install', '-y', '-q', '--no-install-recommends', ...packages.split(' ')];
    await run('apt-get', args, { env, output: 'errors-only' });
  }
  const still = await commandsNotOnPath(commands);
  if (still.length === 0) return;
  const names = still.map((each) => each.command).join(', ');
  throw new Error(
    mayInstall
      ? `Not on the PATH: ${names}. "${install}" did not bring it; its own words are above.`
      : `Not on the PATH: ${names}. Install it and run the command again; on Debian: sudo ${install}`,
  );
}

/** @param {readonly DebianCommand[]} commands */
async function commandsNotOnPath(commands) {
  const found = await Promise.all(commands.map((each) => findOnPath(each.command)));
  return commands.filter((_, index) => found[index] === undefined);
}

/**
 * @param {string} command
 * @returns {Promise<string | undefined>} Absolute path of the first one on the PATH, or of one that is named by its path.
 */
export async function findOnPath(command) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const names = process.platform === 'win32' ? [`${command}.exe`, `${command}.cmd`] : [command];
  const candidates = isAbsolute(command)
    ? [command]
    : folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const usable = await Promise.all(candidates.map((path) => access(path, constants.X_OK).then(yes, no)));
  return candidates.find((_, index) => usable[index]);
}

const yes = () => true;
const no = () => false;
