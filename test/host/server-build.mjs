// @ts-check
// A VS Code without a desktop: the npm package code-server is VS Code with its real Node extension host, a browser is its window.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { npmCommand, run } from '../../scripts/run.mjs';
import { nodePath, repositoryRoot } from '../../scripts/dependencies.mjs';

/** code-server 4.139.1 is VS Code 1.139.1. */
const codeServerVersion = '4.139.1';
const installRoot = join(repositoryRoot, '.vscode-test', 'server');
const codeServer = join(installRoot, 'node_modules', 'code-server');

// Built-in extensions and libraries that no test of ours needs and that fill more than half of the folder.
const unneeded = [
  'extensions/copilot',
  'node_modules/@github',
  'node_modules/@microsoft/mxc-sdk',
  'node_modules/@devcontainers',
];

/** What installing takes: two native modules are compiled. */
export const serverBuildTools = [
  { command: 'g++', package: 'g++' },
  { command: 'make', package: 'make' },
  { command: 'python3', package: 'python3' },
];

/** The program to run, as arguments of `node`: the server and its command line are one. */
export const serverEntry = join(codeServer, 'out', 'node', 'entry.js');

/**
 * Installs the server build into `.vscode-test/server`, or finds it there. Takes about a minute the first time.
 * Needs npm and `serverBuildTools`.
 */
export async function installServerBuild() {
  const stampFile = join(installRoot, 'installed.json');
  const stamp = JSON.stringify({ codeServer: codeServerVersion, node: await nodeVersion() });
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return;

  console.log(`Installing VS Code's server build (code-server ${codeServerVersion}) into .vscode-test/server, once…`);
  await rm(installRoot, { recursive: true, force: true });
  await mkdir(installRoot, { recursive: true });
  await writeFile(join(installRoot, 'package.json'), '{ "private": true }\n');
  // No scripts: code-server's own postinstall refuses to run where the system's Node is not the one it wants.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await npm(['install', ...quiet, `code-server@${codeServerVersion}`], installRoot);
  const vscode = join(codeServer, 'lib', 'vscode');
  // `install`, because `ci` finds VS Code's shrinkwrap out of step with its package.json.
  await npm(['install', '--omit=dev', ...quiet], vscode);
  await npm(['rebuild', '--loglevel=error', '@vscode/spdlog', '@vscode/native-watchdog'], vscode, {
    npm_config_nodedir: await nodeHeaders(),
  });
  await Promise.all(unneeded.map((path) => rm(join(vscode, path), { recursive: true, force: true })));
  await writeFile(stampFile, stamp);
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [environment]
 */
async function npm(args, cwd, environment = {}) {
  const [command, npmArgs] = npmCommand(args);
  const code = await run(command, npmArgs, { cwd, env: { ...process.env, ...environment }, output: 'errors-only' });
  if (code !== 0) {
    throw new Error(
      `VS Code's server build could not be installed: "npm ${args[0]}" ended with code ${code}. ` +
        'It needs the npm registry, g++, make and python3. Its own words are above.',
    );
  }
}

/** The version of the Node that the server runs under, which need not be the one that runs us. */
async function nodeVersion() {
  const manifest = JSON.parse(await readFile(join(dirname(nodePath), '..', 'package.json'), 'utf8'));
  return manifest.version;
}

/** The headers of the Node that the server runs under: npm would fetch them from nodejs.org otherwise. */
async function nodeHeaders() {
  const packages = join(dirname(nodePath), '..', 'node_modules');
  const names = await readdir(packages).catch(() => []);
  const platformPackage = names.find((name) => name === `node-${process.platform}-${process.arch}`);
  if (!platformPackage) throw new Error(`Node's headers are not in ${packages}: delete node_modules and run "npm ci".`);
  return join(packages, platformPackage);
}
