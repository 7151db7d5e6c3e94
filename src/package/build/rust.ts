import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Problem } from '../../problem.ts';
import type { PackageSource } from '../collect-files.ts';
import { filesIn } from './made-files.ts';
import { isNewer, neededGlibc, type GlibcVersion } from './needed-glibc.ts';
import { runTool } from './run-tool.ts';

export interface RustBuild {
  readonly folder: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** `provided.al2023` or `provided.al2`. */
  readonly runtime: string;
  readonly signal?: AbortSignal | undefined;
}

const install = 'Install Rust (https://rustup.rs), or put a built "bootstrap" into the folder.';

/**
 * Builds a crate's program to `bootstrap`: with cargo-lambda where it is there, else with cargo alone, for musl, so that it needs
 * nothing of Lambda's system. A toolchain that cannot do that builds for its own system, where that is Linux on the wanted architecture,
 * if what it makes runs with Lambda's glibc. Cargo writes to its own `target`. Throws `RustTarget` where nothing fits, and says why.
 */
export async function buildRust(build: RustBuild): Promise<PackageSource[]> {
  const { folder, architecture, signal } = build;
  const cargo: Cargo = async (...args) => runTool({ command: 'cargo', args, cwd: folder, signal, install });
  if (await hasCargoLambda(cargo)) {
    const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-rust-'));
    try {
      const flag = architecture === 'arm64' ? '--arm64' : '--x86-64';
      await cargo('lambda', 'build', '--release', flag, '--output-format', 'binary', '--lambda-dir', scratch);
      const built = (await filesIn(scratch)).filter(({ name }) => path.posix.basename(name) === 'bootstrap');
      const names = built.map((source) => source.name);
      return [bootstrap(contentOf(only(names, built)))];
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  return [bootstrap(await buildWithCargo(build, cargo))];
}

type Cargo = (...args: string[]) => Promise<string>;

async function buildWithCargo({ folder, architecture, runtime, signal }: RustBuild, cargo: Cargo): Promise<Buffer> {
  const machine = architecture === 'arm64' ? 'aarch64' : 'x86_64';
  const musl = `${machine}-unknown-linux-musl`;
  const own = `${machine}-unknown-linux-gnu`;
  const metadata = await cargo('metadata', '--format-version', '1', '--no-deps');
  const { name, targetDirectory, workspaceRoot } = programOf(metadata, folder);
  const env = await stripEnvironment(workspaceRoot);
  const buildFor = async (target: string): Promise<Buffer> => {
    const args = ['build', '--release', '--target', target, '--bin', name];
    await runTool({ command: 'cargo', args, cwd: folder, env, signal, install });
    return readFile(path.join(targetDirectory, target, 'release', name));
  };
  const advice = `Run "rustup target add ${musl}", or install cargo-lambda (https://www.cargo-lambda.info), which can`;
  if (await hasTarget(musl, { folder, signal })) {
    try {
      return await buildFor(musl);
    } catch (error) {
      if (!(error instanceof Problem) || !/linker .* not found/.test(error.message)) throw error;
      const message = `This machine's Rust cannot build for ${musl}: it lacks a linker for it. Install one, or cargo-lambda (https://www.cargo-lambda.info), which brings its own.\n${error.message}`;
      throw new Problem('RustTarget', message, { cause: error });
    }
  }
  const host = /^host: (\S+)$/m.exec(await cargo('-vV'))?.[1];
  if (host !== own)
    throw new Problem('RustTarget', `This machine's Rust (${host}) cannot build for ${musl}. ${advice}.`);
  const program = await buildFor(own);
  const needed = neededGlibc(program);
  const has = glibcOf(runtime);
  if (needed && isNewer(needed, has)) {
    const versions = `${name} was built for glibc ${needed.major}.${needed.minor}, as on this machine, and ${runtime} has ${has.major}.${has.minor}`;
    throw new Problem('RustTarget', `${versions}. ${advice} build for it.`);
  }
  return program;
}

/** Amazon Linux 2 and 2023. */
const glibcOf = (runtime: string): GlibcVersion => ({ major: 2, minor: runtime === 'provided.al2' ? 26 : 34 });

/** Whether the standard library for a target is installed. Cargo itself says so among hundreds of errors. */
async function hasTarget(target: string, { folder, signal }: Pick<RustBuild, 'folder' | 'signal'>): Promise<boolean> {
  const args = ['--print', 'target-libdir', '--target', target];
  const command = process.env['RUSTC'] ?? 'rustc';
  return existsSync((await runTool({ command, args, cwd: folder, signal, install })).trim());
}

/**
 * Cargo before 1.77 leaves the debug information of the standard library in a program, ten megabytes of it. A profile that says itself
 * what is to be stripped stays as it is.
 */
async function stripEnvironment(workspaceRoot: string): Promise<Record<string, string>> {
  const manifest = await readFile(path.join(workspaceRoot, 'Cargo.toml'), 'utf8');
  return /^\s*strip\s*=/m.test(manifest) ? {} : { CARGO_PROFILE_RELEASE_STRIP: 'debuginfo' };
}

async function hasCargoLambda(cargo: Cargo): Promise<boolean> {
  try {
    await cargo('lambda', '--version');
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === 'ToolFailed') return false;
    throw error;
  }
}

interface Metadata {
  readonly workspace_root: string;
  readonly target_directory: string;
  readonly packages: readonly {
    readonly manifest_path: string;
    readonly default_run?: string | null;
    readonly targets: readonly { readonly name: string; readonly kind: readonly string[] }[];
  }[];
}

function programOf(json: string, folder: string): { name: string; targetDirectory: string; workspaceRoot: string } {
  const metadata: Metadata = JSON.parse(json); // its format is cargo's promise for version 1
  const manifest = path.join(folder, 'Cargo.toml');
  const crate = metadata.packages.find((each) => path.resolve(each.manifest_path) === path.resolve(manifest));
  const programs = (crate ? [crate] : metadata.packages).flatMap(({ manifest_path: place, targets }) =>
    targets.filter(({ kind }) => kind.includes('bin')).map(({ name }) => ({ name, folder: path.dirname(place) })),
  );
  const names = programs.map(({ name }) => name);
  if (!crate && names.length > 1) {
    const places = programs.map((each) => `${each.name} in ${path.relative(folder, each.folder)}`).join(', ');
    throw new Problem('RustProgram', `The workspace has several programs: ${places}. Choose the folder of one.`);
  }
  const preferred = names.find((name) => name === 'bootstrap' || name === crate?.default_run);
  const { target_directory: targetDirectory, workspace_root: workspaceRoot } = metadata;
  return { name: preferred ?? only(names, names), targetDirectory, workspaceRoot };
}

function only<T>(names: readonly string[], values: readonly T[]): T {
  const [value] = values;
  if (value !== undefined && values.length === 1) return value;
  throw new Problem(
    'RustProgram',
    names.length === 0
      ? 'The crate has no program: Lambda runs a binary, such as src/main.rs.'
      : `The crate has several programs: ${names.join(', ')}. Say which with default-run in Cargo.toml, or call it bootstrap.`,
  );
}

const contentOf = (source: PackageSource): Uint8Array =>
  source.kind === 'content' ? source.content : new Uint8Array();

const bootstrap = (content: Uint8Array): PackageSource => ({
  kind: 'content',
  name: 'bootstrap',
  content,
  bytes: content.length,
});

/** What the program was built from, and what Cargo left; everything else beside it (data, templates) still ships. */
export const isRustSource = (name: string): boolean =>
  /\.rs$|(^|\/)Cargo\.(toml|lock)$|^rust-toolchain|^(target|\.cargo)\//.test(name);
