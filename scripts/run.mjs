// @ts-check
import { spawn } from 'node:child_process';
import process from 'node:process';

/**
 * How to start npm: with the Node that came with it. Inside `npm test`, the first `node` on the PATH is the project's own,
 * and Debian's npm does not run under any Node but Debian's.
 * @param {readonly string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function npmCommand(args) {
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  return node && npm ? [node, [npm, ...args]] : ['npm', [...args]];
}

/**
 * Runs a command to its end, with its output on ours.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'shown' | 'errors-only' | 'none' }} [options]
 * @returns {Promise<number>} Exit code; 127 if it could not be started, 128 if a signal ended it.
 */
export function run(command, args, { cwd, env = process.env, output = 'shown' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      ...(cwd !== undefined && { cwd }),
      env,
      stdio: ['inherit', output === 'shown' ? 'inherit' : 'ignore', output === 'none' ? 'ignore' : 'inherit'],
    });
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 128));
  });
}
