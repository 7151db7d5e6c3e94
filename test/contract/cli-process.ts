import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineConnection } from '../../src/engine/launch.ts';

export const cliEntry = path.resolve(import.meta.dirname, '../../dist/cli.js');

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs, its output as it comes, and how it ends. */
export class RunningProgram {
  readonly finished: Promise<Finished>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      this.#lines.push(line);
      for (const look of this.#waiting) look();
    });
    this.finished = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => {
        for (const look of this.#waiting) look();
        resolve({ status, stdout: this.#lines.map((line) => `${line}\n`).join(''), stderr });
      });
    });
  }

  /** The first line on stdout that fits; rejects where the program ends without one. */
  async line(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.#lines.find((line) => pattern.test(line));
        const ended = this.#child.exitCode !== null || this.#child.signalCode !== null;
        if (found === undefined && !ended) return;
        this.#waiting.delete(look);
        if (found === undefined)
          void this.finished.then(({ stderr }) => reject(new Error(`It ended without ${pattern}: ${stderr}`)));
        else resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** An environment that holds no credentials or settings of whoever runs the tests. */
export function cleanEnvironment(home: string, additions: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, TZ: 'UTC', LANG: 'C.UTF-8', ...additions };
}

export const environmentFor = (home: string, connection: EngineConnection): NodeJS.ProcessEnv =>
  cleanEnvironment(home, {
    AWS_ACCESS_KEY_ID: connection.accessKeyId,
    AWS_SECRET_ACCESS_KEY: connection.secretAccessKey,
    AWS_REGION: connection.region,
    AWS_DEFAULT_REGION: connection.region,
    AWS_PAGER: '',
    PYTHONUNBUFFERED: '1', // the AWS CLI would hold back what it prints into a pipe
  });

/** The built command line, as a user's shell would run it. */
export const startCli = (args: readonly string[], env: NodeJS.ProcessEnv): RunningProgram =>
  new RunningProgram(process.execPath, [cliEntry, ...args], env);
