// @ts-check
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { serverBuildTools } from '../test/host/server-build.mjs';
import { nodePath } from './dependencies.mjs';
import { npmCommand } from './run.mjs';

/**
 * A part of `npm test`.
 * @typedef {{
 *   readonly name: string,
 *   readonly command: string,
 *   readonly args: (totalsFile: string) => readonly string[],
 *   readonly countsTests: boolean,
 *   readonly needsBuild: boolean,
 *   readonly needs: readonly import('./dependencies.mjs').DebianCommand[],
 * }} Stage `countsTests`: leaves its totals as JSON in the file; the others count as one test that passes or fails.
 *   `needsBuild`: looks at what is in dist/.
 */

const python = { command: 'python3', package: 'python3' };
const pip = { command: 'pip3', package: 'python3-pip' };
const ruby = { command: 'ruby', package: 'ruby' };
const java = { command: 'javac', package: 'default-jdk-headless' };
const go = { command: 'go', package: 'golang-go' };
const gradle = { command: 'gradle', package: 'gradle' };
const cargo = { command: 'cargo', package: 'cargo' };
const bundler = { command: 'bundle', package: 'ruby-bundler' };
const poetry = { command: 'poetry', package: 'python3-poetry' };
/** Debian's Maven, with the plugins that it has for it: nothing is fetched. */
const maven = [
  { command: '/usr/bin/mvn', package: 'maven' },
  ...Object.entries({
    compiler: 'libmaven-compiler-plugin-java',
    dependency: 'libmaven-dependency-plugin-java',
    jar: 'libmaven-jar-plugin-java',
    resources: 'libmaven-resources-plugin-java',
    shade: 'libmaven-shade-plugin-java',
    surefire: 'libsurefire-java',
  }).map(([name, debian]) => ({
    command: `/usr/share/maven-repo/org/apache/maven/plugins/maven-${name}-plugin`,
    package: debian,
  })),
];
const bsdtar = { command: 'bsdtar', package: 'libarchive-tools' };
const curl = { command: 'curl', package: 'curl' };
const unzip = { command: 'unzip', package: 'unzip' };
/** Debian's own, whatever other one comes first on the PATH. */
const awsCli = { command: '/usr/bin/aws', package: 'awscli' };
const { CHROMIUM, LAMBDA_WORKBENCH_DESKTOP_VSCODE } = process.env;
/** None where another browser is named. */
const browser = CHROMIUM ? [] : [{ command: 'chromium', package: 'chromium' }];
/** Of tests that wait for other programs more than they compute; the runner itself leaves one processor alone. */
const filesAtOnce = Math.max(2, availableParallelism() - 1);
/** What it takes to run VS Code's server build, and the samples in it. */
const serverBuild = [python, ...browser, ...serverBuildTools];

/** @type {readonly Stage[]} */
export const stages = [
  program('build', [nodePath, 'esbuild.mjs']),
  program('lint', npm('lint')),
  program('types', npm('types')),
  nodeTests('unit', [python, pip, java, gradle, go, cargo, unzip, bsdtar]),
  nodeTests('contract', [python, pip, poetry, ruby, bundler, java, gradle, ...maven, go, cargo, unzip, curl, awsCli]),
  nodeTests('webview', browser, 'panel'),
  hostTests('host', 'test/host/run.mjs', LAMBDA_WORKBENCH_DESKTOP_VSCODE ? [python] : serverBuild),
  hostTests('window', 'test/host/window.mjs', serverBuild),
];

/**
 * @param {string} name
 * @param {readonly string[]} commandLine
 * @returns {Stage}
 */
function program(name, [command = '', ...args]) {
  return { name, command, args: () => args, countsTests: false, needsBuild: false, needs: [] };
}

/** @param {string} script */
function npm(script) {
  const [command, args] = npmCommand(['run', '--silent', script]);
  return [command, ...args];
}

/**
 * The tests of one folder of test/, in Node's own test runner.
 * @param {string} folder
 * @param {Stage['needs']} needs
 * @param {string} [name]
 * @returns {Stage}
 */
function nodeTests(folder, needs, name = folder) {
  const reporter = fileURLToPath(new URL('./test-totals.mjs', import.meta.url));
  const args = (/** @type {string} */ totalsFile) => [
    '--test',
    '--test-timeout=180000', // a test that hangs fails by its name
    ...(folder === 'contract' ? [`--test-concurrency=${filesAtOnce}`] : []),
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${totalsFile}`,
    `test/${folder}/**/*.test.ts`,
  ];
  return { name, command: nodePath, args, countsTests: true, needsBuild: folder !== 'unit', needs };
}

/**
 * @param {string} name
 * @param {string} file
 * @param {Stage['needs']} needs
 * @returns {Stage}
 */
function hostTests(name, file, needs) {
  return { name, command: nodePath, args: () => [file], countsTests: true, needsBuild: true, needs };
}
