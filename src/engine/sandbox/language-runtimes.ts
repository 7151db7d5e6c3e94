import path from 'node:path';
import { invalidParameter } from '../http/service-error.ts';
import { customRuntime, Interpreters, type Interpreter } from './interpreters.ts';
import { JavaBootstrap, NoJavaCompiler } from './java.ts';

/** What runs a function: a program of this machine, and the bootstrap for it where the package does not bring its own. */
export interface FunctionRuntime {
  readonly interpreter: Interpreter;
  /** A file, or for Java the folder of its classes. */
  readonly bootstrap?: string;
}

/** What a machine lacks, and the Debian package or command that people know it by. */
const languages: readonly (readonly [family: string, bootstrap: string, language: string, install: string])[] = [
  ['nodejs', 'nodejs/bootstrap.mjs', 'Node.js', 'nodejs'],
  ['python', 'python/bootstrap.py', 'Python 3', 'python3'],
  ['ruby', 'ruby/bootstrap.rb', 'Ruby 3', 'ruby'],
  ['java', 'java', 'Java 11 or later', 'a JDK, such as default-jdk-headless'],
];

/** The runtimes of this machine, by the names that Lambda has for them. */
export class LanguageRuntimes {
  readonly #directory: string;
  readonly #interpreters: Interpreters;
  readonly #java: JavaBootstrap;

  /** `runtimesDirectory` holds the bootstrap programs; what has to be compiled goes into `dataDirectory`. */
  constructor(runtimesDirectory: string, dataDirectory: string, interpreters: ReadonlyMap<string, string> = new Map()) {
    this.#interpreters = new Interpreters(interpreters);
    this.#directory = runtimesDirectory;
    this.#java = new JavaBootstrap(runtimesDirectory, dataDirectory);
  }

  /** `opt` stands for /opt. Throws InvalidParameterValueException, which says what to install, where this machine cannot run it. */
  async find(runtime: string, taskRoot: string, opt?: string): Promise<FunctionRuntime> {
    const entry = languages.find(([family]) => runtime.startsWith(family));
    if (!entry) return { interpreter: customRuntime(runtime, taskRoot, opt) };
    const [family, bootstrap, language, install] = entry;
    const interpreter = await this.#interpreters.find(runtime);
    if (!interpreter) {
      throw invalidParameter(
        `This machine has no ${language}, which this function needs. Install it (${install}) and invoke the function again.`,
      );
    }
    if (family !== 'java') return { interpreter, bootstrap: path.join(this.#directory, bootstrap) };
    try {
      return { interpreter, bootstrap: await this.#java.classes(interpreter) };
    } catch (error) {
      if (!(error instanceof NoJavaCompiler)) throw error;
      throw invalidParameter(
        `This machine has a Java without its compiler, which the local Lambda needs once. Install a JDK (such as default-jdk-headless) and invoke the function again.`,
      );
    }
  }
}

/** Whether a function's bootstrap speaks to the Runtime API over a socket of its own, as those of ours but Java's do where there are socket pairs. */
export const hasChannel = (options: {
  readonly function: { readonly runtime: string };
  readonly bootstrap?: string | undefined;
}): boolean =>
  options.bootstrap !== undefined &&
  /^(?:nodejs|python|ruby)/.test(options.function.runtime) &&
  process.platform !== 'win32';
