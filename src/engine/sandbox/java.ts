// Java on this machine: which one runs a function, its bootstrap compiled once, and how the JVM is started.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Interpreter } from './interpreters.ts';

/** What the bootstrap is compiled for, whatever compiles it: the oldest Java that runs it. */
const oldest = 11;
/** A compiler that is used once need not make itself fast. */
const quickStart = ['-proc:none', '-J-XX:TieredStopAtLevel=1', '-J-XX:+UseSerialGC'];
const exe = process.platform === 'win32' ? '.exe' : '';

/**
 * The best Java for a runtime such as `java21`: of its version, else the next newer one, which runs the same classes, else the newest.
 * `onPath` names the `java`s of the PATH.
 */
export async function findJava(runtime: string, onPath: readonly string[]): Promise<Interpreter | undefined> {
  const wanted = Number(/\d+/.exec(runtime)?.[0]);
  const found: { command: string; version: string; major: number }[] = [];
  for (const command of new Set(await candidates(onPath))) {
    const version = await versionOf(command);
    const major = Number(/^\d+/.exec(version ?? '')?.[0]);
    if (version === undefined || !(major >= oldest)) continue;
    if (major === wanted) return { command, environment: {}, version, matches: true };
    found.push({ command, version, major });
  }
  found.sort((a, b) => a.major - b.major);
  const best = found.find(({ major }) => major > wanted) ?? found.at(-1);
  return best && { command: best.command, environment: {}, version: best.version, matches: false };
}

/** The PATH's own first, then where systems and version managers put others. */
async function candidates(onPath: readonly string[]): Promise<string[]> {
  const folders = [
    '/usr/lib/jvm',
    path.join(homedir(), '.sdkman/candidates/java'),
    path.join(homedir(), '.jdks'),
    ...(process.platform === 'darwin' ? ['/Library/Java/JavaVirtualMachines'] : []),
    ...(process.platform === 'win32' ? ['C:\\Program Files\\Java', 'C:\\Program Files\\Eclipse Adoptium'] : []),
  ];
  const installed = await Promise.all(
    folders.map(async (folder) => (await readdir(folder).catch(() => [])).map((name) => path.join(folder, name))),
  );
  const own = process.env['JAVA_HOME'];
  const homes = [
    ...(own ? [own] : []),
    ...installed.flat().flatMap((home) => [home, path.join(home, 'Contents/Home')]),
  ];
  const commands = [...homes.map((home) => path.join(home, 'bin', `java${exe}`)), ...onPath].filter(existsSync);
  return Promise.all(commands.map((command) => realpath(command)));
}

/** As its `release` file says it, which takes no process to read; else as it says itself. */
async function versionOf(command: string): Promise<string | undefined> {
  const release = await readFile(path.join(path.dirname(path.dirname(command)), 'release'), 'utf8').catch(() => '');
  const stated = /^JAVA_VERSION="([^"]+)"/m.exec(release)?.[1];
  if (stated !== undefined) return stated;
  try {
    const { stdout } = await promisify(execFile)(command, ['--version'], { timeout: 10_000 });
    return /\b(\d+[\d.]*)/.exec(stdout)?.[1];
  } catch {
    return undefined; // a placeholder without a Java behind it, or one before 9
  }
}

/** The bootstrap's classes in the data folder, compiled at their first use with the machine's javac. */
export class JavaBootstrap {
  readonly #sources: string;
  readonly #data: string;
  #classes: Promise<string> | undefined;

  constructor(runtimesDirectory: string, dataDirectory: string) {
    this.#sources = path.join(runtimesDirectory, 'java');
    this.#data = path.join(dataDirectory, 'runtimes');
  }

  /** The folder of the classes. Throws NoJavaCompiler where there is only a JRE. */
  async classes(interpreter: Interpreter): Promise<string> {
    this.#classes ??= this.#compile(interpreter);
    try {
      return await this.#classes;
    } catch (error) {
      this.#classes = undefined; // a compiler may be installed a minute later
      throw error;
    }
  }

  async #compile({ command }: Interpreter): Promise<string> {
    const all = await readdir(this.#sources, { recursive: true });
    const names = all.filter((name) => name.endsWith('.java')).sort();
    const files = names.map((name) => path.join(this.#sources, name));
    const hash = createHash('sha256');
    for (const file of files) hash.update(await readFile(file));
    const place = path.join(this.#data, `java-${hash.digest('hex').slice(0, 16)}`);
    if (existsSync(place)) return place;
    const half = path.join(this.#data, `.new-${randomUUID()}`);
    await mkdir(half, { recursive: true, mode: 0o700 });
    // Strings put together by the compiler: otherwise the JVM links that at run time, in each cold start.
    const options = [
      '--release',
      String(oldest),
      '-Xlint:-options',
      '-XDstringConcat=inline',
      '-encoding',
      'UTF-8',
      ...quickStart,
    ];
    const beside = path.join(path.dirname(command), `javac${exe}`);
    try {
      await promisify(execFile)(existsSync(beside) ? beside : 'javac', [...options, '-d', half, ...files]);
      await rename(half, place);
    } catch (error) {
      await rm(half, { recursive: true, force: true });
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new NoJavaCompiler();
      if (!existsSync(place)) throw error; // else: compiled by another engine at the same time
    }
    return place;
  }
}

/** This machine can run Java but not compile it. */
export class NoJavaCompiler extends Error {}

export interface JavaLaunch {
  /** Folder of the bootstrap's classes. */
  readonly classes: string;
  readonly memorySizeMB: number;
  readonly temporary: string;
  /** The function's JAVA_TOOL_OPTIONS; the JVM takes them before what stands on its command line. */
  readonly toolOptions: string;
}

/**
 * The arguments of `java`. Heap, collector and compiler as on AWS: 85 % of the memory size, serial, C1 only; what the function's own
 * JAVA_TOOL_OPTIONS decide is left to them.
 */
export function javaArguments({ classes, memorySizeMB, temporary, toolOptions }: JavaLaunch): string[] {
  const defaults: [option: string, decidedBy: RegExp][] = [
    [`-Xmx${Math.floor(memorySizeMB * 1024 * 0.85)}k`, /-Xmx|MaxHeapSize|MaxRAMPercentage/],
    ['-XX:+UseSerialGC', /-XX:\+Use\w*GC\b/],
    ['-XX:TieredStopAtLevel=1', /TieredStopAtLevel|TieredCompilation/],
    ['-Xshare:auto', /-Xshare:/],
    ['-Dfile.encoding=UTF-8', /-Dfile\.encoding=/],
    ['-Djava.net.preferIPv4Stack=true', /-Djava\.net\.preferIPv/],
    ['-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac', /-Dorg\.crac\.Core\.Compat=/],
    [`-Djava.io.tmpdir=${temporary}`, /-Djava\.io\.tmpdir=/],
  ];
  return [
    ...defaults.filter(([, decidedBy]) => !decidedBy.test(toolOptions)).map(([option]) => option),
    '-XX:-UsePerfData', // no file of measurements in the machine's /tmp
    '--add-opens=java.base/java.io=ALL-UNNAMED', // the log's descriptor
    '-cp',
    classes,
    'locallambda.Main',
  ];
}
