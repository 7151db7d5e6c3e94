import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { invalidParameter } from '../http/service-error.ts';
import { findJava } from './java.ts';

export interface Interpreter {
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Such as `24.21.0`. */
  readonly version: string;
  /** False where this machine has only another version than the runtime's name asks for. */
  readonly matches: boolean;
}

/** Finds the programs that run functions on this machine. Answers are remembered for the life of the engine. */
export class Interpreters {
  readonly #named: ReadonlyMap<string, string>;
  readonly #found = new Map<string, Promise<Interpreter | undefined>>();

  /** `named`: those that the user points at, by a runtime such as `python3.13` or all of a language (`python`). */
  constructor(named: ReadonlyMap<string, string>) {
    this.#named = named;
  }

  /**
   * The best interpreter for a runtime such as `nodejs24.x`; undefined where there is none at all. Throws
   * InvalidParameterValueException where the one that is named for it cannot be run.
   */
  async find(runtime: string): Promise<Interpreter | undefined> {
    let found = this.#found.get(runtime);
    if (!found) {
      const named = this.#named.get(runtime) ?? this.#named.get(/^[a-z]+/.exec(runtime)?.[0] ?? '');
      found = named === undefined ? findOnMachine(runtime) : findNamed(runtime, named);
      this.#found.set(runtime, found);
      // One that is missing now may be installed a minute later.
      void found.then(
        (interpreter) => interpreter ?? this.#found.delete(runtime),
        () => this.#found.delete(runtime),
      );
    }
    return found;
  }
}

async function findOnMachine(runtime: string): Promise<Interpreter | undefined> {
  if (runtime.startsWith('nodejs')) return findNode(runtime);
  if (runtime.startsWith('java')) return findJava(runtime, onPath('java'));
  return runtime.startsWith('ruby') ? findRuby(runtime) : findPython(runtime);
}

async function findNamed(runtime: string, command: string): Promise<Interpreter> {
  const wanted = /\d+(\.\d+)?/.exec(runtime)?.[0] ?? '';
  const question = runtime.startsWith('java') ? '-version' : '--version';
  const version = /\d+(\.\d+)+/.exec((await run(command, [question])) ?? '')?.[0];
  if (version === undefined) {
    throw invalidParameter(
      `${command}, which is set to run ${runtime}, does not answer to ${question}. Correct --interpreter (in VS Code the setting lambdaWorkbench.local.interpreters), and start the local Lambda again.`,
    );
  }
  return { command, environment: {}, version, matches: version === wanted || version.startsWith(`${wanted}.`) };
}

/** A function that brings its own runtime, such as a program of Go, in its package or a layer: nothing of this machine's is needed. */
export function customRuntime(runtime: string, taskRoot: string, opt: string | undefined): Interpreter {
  const version = runtime.replace('provided.', '');
  const [own, ofLayer] = [taskRoot, opt].map((folder) => folder && path.join(folder, 'bootstrap'));
  const command = ofLayer && !existsSync(own ?? '') && existsSync(ofLayer) ? ofLayer : (own ?? '');
  return { command, environment: {}, version, matches: true };
}

async function findNode(runtime: string): Promise<Interpreter | undefined> {
  const major = /^nodejs(\d+)/.exec(runtime)?.[1] ?? '';
  const matches = (version: string): boolean => version.split('.')[0] === major;
  const own: Interpreter = {
    command: process.execPath,
    environment: process.versions['electron'] ? { ELECTRON_RUN_AS_NODE: '1' } : {},
    version: process.versions.node,
    matches: matches(process.versions.node),
  };
  if (own.matches) return own;
  for (const command of onPath('node')) {
    const version = (await run(command, ['--version']))?.replace(/^v/, '');
    if (version && matches(version)) return { command, environment: {}, version, matches: true };
  }
  return own;
}

async function findPython(runtime: string): Promise<Interpreter | undefined> {
  const wanted = runtime.replace('python', '');
  const script = 'import sys; print(sys.executable); print(".".join(map(str, sys.version_info[:3])))';
  return findScripted([`python${wanted}`, 'python3', 'python'], ['-c', script], wanted);
}

async function findRuby(runtime: string): Promise<Interpreter | undefined> {
  const wanted = runtime.replace('ruby', '');
  return findScripted([`ruby${wanted}`, 'ruby'], ['-e', 'puts RbConfig.ruby, RUBY_VERSION'], wanted);
}

/** `question` makes the interpreter print its path and its version; one of another version than wanted does where it is 3 too. */
async function findScripted(
  names: readonly string[],
  question: readonly string[],
  wanted: string,
): Promise<Interpreter | undefined> {
  let fallback: Interpreter | undefined;
  for (const candidate of names.flatMap(onPath)) {
    // A version manager's shim answers with the interpreter behind it, which starts faster.
    const [command, version] = (await run(candidate, question))?.split(/\r?\n/) ?? [];
    if (!command || !version?.startsWith('3.')) continue;
    const interpreter = { command, environment: {}, version, matches: version.startsWith(`${wanted}.`) };
    if (interpreter.matches) return interpreter;
    fallback ??= interpreter;
  }
  return fallback;
}

function onPath(name: string): string[] {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, file))
    .filter((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

async function run(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Java says its version on the other output.
    execFile(command, args, { timeout: 10_000 }, (error, stdout, stderr) =>
      resolve(error ? undefined : stdout.trim() || stderr.trim()),
    );
  });
}
