import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../problem.ts';
import { collectFiles, type PackageSource } from '../collect-files.ts';
import { runScript } from './run-script.ts';

export interface RubyDependencies {
  readonly folder: string;
  /** Such as `ruby3.4`. */
  readonly runtime: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/** Of installed gems: programs for a shell of this machine, documentation, and what Bundler downloaded. */
const notShipped = ['bin', 'build_info', 'cache', 'doc', 'plugins'].map((name) => `/ruby/*/${name}/`);

/**
 * Installs what Gemfile and Gemfile.lock name, without the groups development and test, as `vendor/bundle`; the folder itself is only
 * read. What was installed for the same files is kept in `cacheFolder` and taken again. Throws `RubyDependencies` where Bundler fails, or
 * where a gem was built for another system or Ruby than Lambda's.
 */
export async function installRubyDependencies(options: RubyDependencies): Promise<readonly PackageSource[]> {
  const { folder, runtime, architecture, cacheFolder } = options;
  const declared = ['Gemfile', 'Gemfile.lock'].map((name) => path.join(folder, name)).filter(existsSync);
  const hash = createHash('sha256').update(`${runtime}\0${architecture}`);
  for (const file of declared) hash.update(readFileSync(file));
  const place = path.join(cacheFolder, 'ruby', hash.digest('hex').slice(0, 32));
  if (existsSync(place)) {
    const now = new Date();
    await utimes(place, now, now);
  } else await installInto(place, declared, options);
  checkPaths(folder, declared.length > 1 ? folder : place);
  const { sources } = collectFiles(place, { exclude: notShipped });
  checkNative(sources, runtime, architecture);
  const setup = bundlerSetup(folder, place, declared.length > 1);
  const abi = `vendor/bundle/ruby/${runtime.replace('ruby', '')}.0/`;
  const gems = sources.filter(({ name }) => /^ruby\/[^/]+\/./.test(name));
  return [...gems.map((source) => ({ ...source, name: source.name.replace(/^ruby\/[^/]+\//, abi) })), ...setup];
}

const withoutGroups = 'development:test';

/**
 * What Bundler's own setup (`require "bundler/setup"`) looks for in the function: a lock, which it cannot write there, and which groups
 * are not installed. What the folder has of it stays as it is.
 */
function bundlerSetup(folder: string, place: string, isLocked: boolean): PackageSource[] {
  const made: PackageSource[] = [];
  const add = (name: string, text: string): void => {
    const content = Buffer.from(text);
    made.push({ kind: 'content', name, content, bytes: content.length });
  };
  if (!existsSync(path.join(folder, '.bundle', 'config')))
    add('.bundle/config', `---\nBUNDLE_FROZEN: "true"\nBUNDLE_WITHOUT: "${withoutGroups}"\n`);
  const lock = path.join(place, 'Gemfile.lock');
  if (!isLocked && existsSync(lock)) add('Gemfile.lock', fromFolder(readFileSync(lock, 'utf8'), place, folder));
  return made;
}

/** A lock whose paths led from another place. */
const fromFolder = (lock: string, place: string, folder: string): string =>
  lock.replaceAll(
    /^(PATH\n {2}remote: )(.+)$/gm,
    (_, start: string, to: string) =>
      `${start}${path.relative(realpathSync(folder), path.resolve(realpathSync(place), to)).replaceAll(path.sep, '/') || '.'}`,
  );

const inRuby = (text: string): string => `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`;

/** Gems that Gemfile takes from a folder are not installed: Bundler's own setup finds them there, if they ship. */
function checkPaths(folder: string, lockFolder: string): void {
  const lock = path.join(lockFolder, 'Gemfile.lock');
  if (!existsSync(lock)) return;
  for (const [, place = ''] of readFileSync(lock, 'utf8').matchAll(/^PATH\n {2}remote: (.+)$/gm)) {
    const from = path.relative(realpathSync(folder), path.resolve(realpathSync(lockFolder), place));
    if (!from.startsWith('..') && !path.isAbsolute(from)) continue;
    throw new Problem(
      'RubyDependencies',
      `Gemfile takes a gem from ${from}, outside of the folder, so that it would not ship. Copy it into the folder, or take it from a gem server.`,
    );
  }
}

async function installInto(
  place: string,
  declared: readonly string[],
  { folder, signal }: RubyDependencies,
): Promise<void> {
  const half = `${place}.${randomUUID()}`;
  await mkdir(half, { recursive: true });
  const isLocked = declared.some((file) => file.endsWith('.lock'));
  // Without a lock Bundler writes one beside the Gemfile, which is not ours to leave in the folder. Paths stay those of the folder.
  const gemfile = path.join(isLocked ? folder : half, 'Gemfile');
  try {
    if (!isLocked) await writeFile(gemfile, `eval_gemfile ${inRuby(path.join(folder, 'Gemfile'))}\n`);
    await runScript({
      command: 'bundle',
      args: ['install', '--quiet'],
      cwd: folder,
      env: {
        BUNDLE_GEMFILE: gemfile,
        BUNDLE_PATH: half,
        BUNDLE_WITHOUT: withoutGroups,
        ...(isLocked && { BUNDLE_DEPLOYMENT: 'true' }),
      },
      signal,
      install: 'Install Bundler (gem install bundler), or put the gems into vendor/bundle yourself.',
    });
    await rename(half, place);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'ToolFailed') throw error;
    const unreachable = /Could not reach host|Network error|Could not fetch specs|Failed to open TCP/i.test(
      error.message,
    );
    const why = unreachable ? ': their source cannot be reached. Check the network' : '';
    throw new Problem('RubyDependencies', `The gems cannot be installed${why}.\n${error.message}`, { cause: error });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

/** Bundler builds what is not Ruby for the machine that it runs on. */
function checkNative(sources: readonly PackageSource[], runtime: string, architecture: 'x86_64' | 'arm64'): void {
  const machine = architecture === 'arm64' ? 'arm64' : 'x64';
  const isLambdas = process.platform === 'linux' && process.arch === machine;
  for (const { name } of sources) {
    const [, abi, gem] =
      /^ruby\/([^/]+)\/extensions\/[^/]+\/[^/]+\/([^/]+)\/./.exec(name) ??
      /^ruby\/([^/]+)\/gems\/([^/]+-(?:x86_64|aarch64|arm64)-(?:linux|darwin)[^/]*)\//.exec(name) ??
      [];
    if (gem === undefined || (isLambdas && abi === `${runtime.replace('ruby', '')}.0`)) continue;
    throw new Problem(
      'RubyDependencies',
      `The gem ${gem} has a native part, which was built for Ruby ${abi} on ${process.platform} ${process.arch} and not for ${runtime} on Linux ${architecture}. Install the gems into vendor/bundle on such a system.`,
    );
  }
}
