// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { nodePath, repositoryRoot } from './dependencies.mjs';

const cli = join(repositoryRoot, 'dist', 'cli.js');
/** Far more than a function of the samples takes; only a log that never comes takes this long. */
const followLimitMs = 60_000;

/** The command line `lambda-workbench`, as a script drives it: a process for each command, JSON on its output. */
export class LambdaWorkbench {
  /**
   * @param {readonly string[]} args
   * @returns {Promise<any>} What the command prints; its shapes are those of src/pipeline.ts.
   */
  async run(...args) {
    const child = this.#start(args, 'inherit');
    const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    if (code !== 0)
      throw new Error(`"lambda-workbench ${args.join(' ')}" ended with code ${code}; its words are above.`);
    return JSON.parse(output);
  }

  /**
   * For what may fail, such as deleting what is not there.
   * @param {readonly string[]} args
   */
  async tryRun(...args) {
    const child = this.#start(args, 'ignore');
    child.stdout.resume();
    await once(child, 'close');
  }

  /**
   * The log of a function, from a few minutes ago and on, until the caller stops reading.
   * @param {string} functionName
   * @returns {AsyncGenerator<{ timestamp: number, message: string }>}
   */
  async *follow(functionName) {
    const child = this.#start(['logs', functionName, '--follow', '--since', '5m'], 'inherit');
    const limit = AbortSignal.timeout(followLimitMs);
    limit.addEventListener('abort', () => child.kill());
    const ended = once(child, 'close');
    try {
      for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line);
      throw new Error(
        limit.aborted
          ? `The log of ${functionName} did not have the last REPORT line after ${followLimitMs / 1000} s.`
          : `"lambda-workbench logs ${functionName} --follow" ended; its words are above.`,
      );
    } finally {
      child.kill();
      await ended;
    }
  }

  /**
   * @param {readonly string[]} args
   * @param {'inherit' | 'ignore'} stderr
   */
  #start(args, stderr) {
    return spawn(nodePath, [cli, ...args, '--json'], { cwd: repositoryRoot, stdio: ['ignore', 'pipe', stderr] });
  }
}
