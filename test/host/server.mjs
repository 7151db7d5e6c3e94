// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { nodePath } from '../../scripts/dependencies.mjs';
import { serverEntry } from './server-build.mjs';

/**
 * @typedef {{ readonly userData: string, readonly extensions: string, readonly environment: NodeJS.ProcessEnv }} Profile
 */

/** @param {Profile} profile */
function serverArguments({ userData, extensions }) {
  return [
    serverEntry,
    `--user-data-dir=${userData}`,
    `--extensions-dir=${extensions}`,
    '--disable-telemetry',
    '--disable-update-check',
    '--disable-workspace-trust',
    '--disable-getting-started-override',
    '--disable-proxy',
  ];
}

/**
 * An empty gallery: the server looks nothing up outside.
 * @param {Profile} profile
 */
function serverEnvironment({ environment }) {
  return { ...environment, EXTENSIONS_GALLERY: '{}' };
}

/**
 * Installs a .vsix into the profile, as "Install from VSIX…" does.
 * @param {Profile} profile
 * @param {string} vsix
 */
export function installExtension(profile, vsix) {
  const args = [...serverArguments(profile), '--install-extension', vsix];
  const { status, stdout, stderr } = spawnSync(nodePath, args, { env: serverEnvironment(profile), encoding: 'utf8' });
  if (status !== 0) throw new Error(`VS Code did not install ${vsix}:\n${stdout}${stderr}`);
}

/**
 * Starts VS Code's server on a free port of the loopback and waits until it listens.
 * @param {Profile} profile
 * @param {{ extensionTests?: boolean }} [options] `extensionTests`: let a page load an extension and a test suite from the
 *   disk. VS Code then shows neither toasts nor modal dialogs, so the window tests go without.
 */
export async function startServer(profile, { extensionTests = false } = {}) {
  const args = [
    ...serverArguments(profile),
    // Without this the server ignores extensionDevelopmentPath and extensionTestsPath, and says nothing.
    ...(extensionTests ? ['--vscode-option=enable-smoke-test-driver'] : []),
    '--auth=none',
    '--bind-addr=127.0.0.1:0',
  ];
  // A process group of its own: the extension host and its terminals end with it.
  const child = spawn(nodePath, args, {
    env: serverEnvironment(profile),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid);
  };
  process.once('exit', end); // also when we are interrupted
  const exited = once(child, 'exit');
  /** @type {string[]} */
  const output = [];
  createInterface({ input: child.stderr }).on('line', (line) => output.push(line));
  const listening = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line);
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/i.exec(line)?.[1];
      if (port) resolve(Number(port));
    });
    exited.then(([code]) => reject(new Error(`VS Code's server ended (${code}):\n${output.join('\n')}`)), reject);
  });
  /** @type {number} */
  const port = await listening;

  return {
    port,
    /** Everything the server has printed, for failure messages. */
    output: () => output.join('\n'),
    /**
     * @param {string} folder Absolute path of the workspace folder.
     * @param {readonly (readonly [string, string])[]} [payload] Options that the desktop takes on its command line.
     */
    url: (folder, payload = []) => {
      const query = new URLSearchParams({ folder });
      if (payload.length > 0) query.set('payload', JSON.stringify(payload));
      return `http://127.0.0.1:${port}/?${query.toString()}`;
    },
    /** How the page names a file on the server's disk. */
    remoteUri: (/** @type {string} */ path) => `vscode-remote://127.0.0.1:${port}${path}`,
    exited,
    async stop() {
      end();
      await exited;
      process.off('exit', end);
    },
  };
}
