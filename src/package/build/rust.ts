import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Problem } from '../../problem.ts';
import type { PackageSource } from '../collect-files.ts';
import { filesIn } from './made-files.ts';
import { runTool } from './run-tool.ts';

export interface RustBuild {
  readonly folder: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly signal?: AbortSignal | undefined;
}

const install = 'Install Rust (https://rustup.rs), or put a built "bootstrap" into the folder.';

/**
 * Builds a crate's program to `bootstrap`: with cargo-lambda where it is there, else with cargo alone, for musl, so that it needs
 * nothing of Lambda's system. Cargo writes to its own `target`. Throws `RustTarget` where the toolchain lacks the target.
 */
export async function buildRust({ folder, architecture, signal }: RustBuild): Promise<PackageSource[]> {
  const cargo = async (...args: string[]): Promise<string> =>
    runTool({ command: 'cargo', args, cwd: folder, signal, install });
  if (await hasCargoLambda(cargo)) {
    const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-rust-'));
    try {
      const flag = architecture === 'arm64' ? '--arm64' : '--x86-64';
      await cargo('lambda', 'build', '--release', flag, '--output-format', 'binary', '--lambda-dir', scratch);
      const built = (await filesIn(scratch)).filter(({ name }) => path.posix.basename(name) === 'bootstrap');
      return [
        bootstrap(
          contentOf(
            only(
              built.map((source) => source.name),
              built,
            ),
          ),
        ),
      ];
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  const target = `${architecture === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-musl`;
  const { name, targetDirectory } = programOf(await cargo('metadata', '--format-version', '1', '--no-deps'), folder);
  try {
    await cargo('build', '--release', '--target', target, '--bin', name);
  } catch (error) {
    if (!(error instanceof Problem) || !/target may not be installed|linker .* not found/.test(error.message))
      throw error;
    throw new Problem(
      'RustTarget',
      `This machine's Rust cannot build for ${target}. Run "rustup target add ${target}", or install cargo-lambda (https://www.cargo-lambda.info), which can.\n${error.message}`,
      { cause: error },
    );
  }
  return [bootstrap(await readFile(path.join(targetDirectory, target, 'release', name)))];
}

async function hasCargoLambda(cargo: (...args: string[]) => Promise<string>): Promise<boolean> {
  try {
    await cargo('lambda', '--version');
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === 'ToolFailed') return false;
    throw error;
  }
}

interface Metadata {
  readonly target_directory: string;
  readonly packages: readonly {
    readonly manifest_path: string;
    readonly default_run?: string | null;
    readonly targets: readonly { readonly name: string; readonly kind: readonly string[] }[];
  }[];
}

function programOf(json: string, folder: string): { name: string; targetDirectory: string } {
  const metadata: Metadata = JSON.parse(json); // its format is cargo's promise for version 1
  const manifest = path.join(folder, 'Cargo.toml');
  const crate = metadata.packages.find((each) => path.resolve(each.manifest_path) === path.resolve(manifest));
  const names = (crate?.targets ?? []).filter(({ kind }) => kind.includes('bin')).map(({ name }) => name);
  const preferred = names.find((name) => name === 'bootstrap' || name === crate?.default_run);
  return { name: preferred ?? only(names, names), targetDirectory: metadata.target_directory };
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
  /\.rs$|^Cargo\.(toml|lock)$|^rust-toolchain|^(target|\.cargo)\//.test(name);
