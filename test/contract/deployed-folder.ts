// A folder through the built command line to an engine, with the build tools of this machine.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { environmentFor, RunningProgram, startCli, type Finished } from './cli-process.ts';
import { EngineProcess } from './engine-process.ts';

const role = 'arn:aws:iam::000000000000:role/lambda-workbench';

export interface Answer {
  readonly statusCode: number;
  readonly functionError: unknown;
  readonly payload: unknown;
  readonly isCold: boolean;
}

/** An engine of its own with what a terminal needs to reach it. Throws what the command line says where it fails. */
export class Terminal {
  readonly #engine: EngineProcess;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(engine: EngineProcess, env: NodeJS.ProcessEnv) {
    this.#engine = engine;
    this.#env = env;
  }

  static async open(scratch: string): Promise<Terminal> {
    const home = path.join(scratch, 'home');
    mkdirSync(home);
    const engine = await EngineProcess.start(path.join(scratch, 'data'));
    return new Terminal(engine, {
      ...environmentFor(home, engine.connection),
      GOCACHE: process.env['GOCACHE'] ?? path.join(homedir(), '.cache', 'go-build'), // Go's own library, compiled once
      GRADLE_USER_HOME: path.join(home, 'gradle'), // Java looks for the home in /etc/passwd
      RUSTUP_HOME: process.env['RUSTUP_HOME'] ?? path.join(homedir(), '.rustup'), // a toolchain lies in the real home
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.end();
  }

  async deploy(folder: string, name: string, env: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>> {
    return valueOf(await this.#run(['deploy', folder, '--name', name, '--role', role, '--timeout', '30'], env));
  }

  async invoke(name: string, payload: string): Promise<Answer> {
    const said = valueOf(await this.#run(['invoke', name, '--payload', payload]));
    const { statusCode, functionError, payload: answer, logTail } = said;
    const isCold = /Init Duration: [\d.]+ ms/.test(String(logTail));
    return { statusCode: Number(statusCode), functionError, payload: JSON.parse(String(answer)), isCold };
  }

  /** Another program, in the same environment. */
  async run(program: string, ...args: string[]): Promise<Finished> {
    return new RunningProgram(program, args, this.#env).finished;
  }

  async #run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    const words = [...args, '--json', '--endpoint', this.#engine.connection.endpoint];
    return startCli(words, { ...this.#env, ...env }).finished;
  }
}

function valueOf({ status, stdout, stderr }: Finished): Record<string, unknown> {
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
