import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../../problem.ts';
import { collectFiles, type PackageSource } from '../collect-files.ts';
import { pipForLambda } from './pip-for-lambda.ts';
import { requirementsOfPoetryLock, type PipRequirements } from './poetry-lock.ts';
import { readRequirements } from './requirements.ts';
import { runTool } from './run-tool.ts';

export interface PythonDependencies {
  readonly folder: string;
  /** Such as `python3.13`. */
  readonly runtime: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
}

/** Of installed packages: programs for a shell of this machine, tests, and records of how and when they were installed. */
const notShipped = ['/bin/', 'tests/', ...['RECORD', 'INSTALLER', 'REQUESTED', 'direct_url.json'].map((name) => `*.dist-info/${name}`)]; // prettier-ignore

/** Newest first: what Lambda's Amazon Linux 2023 (glibc 2.34) takes. */
const manylinux = ['_2_34', '_2_31', '_2_28', '_2_27', '_2_24', '_2_17', '2014', '_2_12', '2010', '1'];

/**
 * Installs what requirements.txt, uv.lock or poetry.lock names, as wheels for Lambda's platform whatever this machine is, through uv
 * where it is, else pip. What was installed for the same requirements is kept in `cacheFolder` and taken again.
 * Throws `PythonDependencies` where a package has no such wheel.
 */
export async function installPythonDependencies(options: PythonDependencies): Promise<readonly PackageSource[]> {
  const uv = await hasUv(options);
  const wanted = await requirementsOf(options);
  const { requirements, constraints } = wanted;
  const meant = requirements.replaceAll(/^\s*(#.*)?$/gm, '').trim();
  if (meant === '') return [];
  const key = createHash('sha256')
    .update([meant, constraints, options.runtime, options.architecture].join('\0'))
    .digest('hex')
    .slice(0, 32);
  const place = path.join(options.cacheFolder, 'python', key);
  if (namesLocalFiles(meant + constraints)) await rm(place, { recursive: true, force: true });
  if (existsSync(place)) {
    const now = new Date();
    await utimes(place, now, now);
  } else await installInto(place, wanted, { ...options, uv });
  return collectFiles(place, { exclude: notShipped }).sources;
}

async function hasUv({ folder, signal }: PythonDependencies): Promise<boolean> {
  try {
    await runTool({ command: 'uv', args: ['--version'], cwd: folder, signal, install: '' });
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

/** The pinned requirements, from whatever declares them. */
async function requirementsOf({ folder, signal }: PythonDependencies): Promise<PipRequirements> {
  const has = (name: string): boolean => existsSync(path.join(folder, name));
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  if (has('uv.lock')) {
    const args = ['export', '--frozen', '--no-dev', '--no-emit-project', '--no-hashes', '--no-header', '--quiet'];
    const install = 'The folder has a uv.lock: install uv (https://docs.astral.sh/uv), or add a requirements.txt.';
    return { requirements: await runTool({ command: 'uv', args, cwd: folder, signal, install }), constraints: '' };
  }
  if (has('requirements.txt'))
    return { requirements: readRequirements(path.join(folder, 'requirements.txt')), constraints: '' };
  const args = ['export', '--format', 'requirements.txt', '--without-hashes', '--only', 'main'];
  try {
    return {
      requirements: await runTool({ command: 'poetry', args, cwd: folder, signal, install: '' }),
      constraints: '',
    };
  } catch (error) {
    const cannotExport =
      error instanceof Problem &&
      (error.code === 'ToolMissing' || /command "?export"? does not exist/i.test(error.message));
    if (!cannotExport) throw error;
    return requirementsOfPoetryLock(folder, { pyproject: read('pyproject.toml'), lock: read('poetry.lock') });
  }
}

/** Such requirements can change without their text changing. */
const namesLocalFiles = (requirements: string): boolean =>
  /^\s*(-e|--editable|-f|--find-links|-r|--requirement|-c|--constraint|\.|\/)|@\s*file:|^\s*\S+\.whl\s*$/m.test(
    requirements,
  );

async function installInto(
  place: string,
  { requirements, constraints }: PipRequirements,
  { folder, runtime, architecture, signal, uv }: PythonDependencies & { readonly uv: boolean },
): Promise<void> {
  const half = `${place}.${randomUUID()}`;
  const file = `${half}.txt`;
  const version = runtime.replace('python', '');
  const machine = architecture === 'arm64' ? 'aarch64' : 'x86_64';
  await mkdir(half, { recursive: true });
  await writeFile(file, requirements);
  const constraintsFile = `${half}.constraints.txt`;
  if (constraints) await writeFile(constraintsFile, constraints);
  const common = [
    '--target',
    half,
    '--python-version',
    version,
    '-r',
    file,
    ...(constraints ? ['-c', constraintsFile] : []),
  ];
  const platforms = manylinux.flatMap((name) => ['--platform', `manylinux${name}_${machine}`]);
  const ofUv = ['pip', 'install', '--python-platform', `${machine}-manylinux_2_28`, '--only-binary', ':all:'];
  try {
    const install = 'Install uv (https://docs.astral.sh/uv), or Python 3 with pip.';
    if (uv) await runTool({ command: 'uv', args: [...ofUv, ...common], cwd: folder, signal, install });
    else {
      const options = ['--no-compile', '--no-input', '--disable-pip-version-check', '--only-binary=:all:', '--implementation', 'cp']; // prettier-ignore
      const args = ['install', ...options, ...platforms, ...common];
      await runTool({ ...pipForLambda({ args, version, machine }), cwd: folder, signal, install });
    }
    await rename(half, place);
  } catch (error) {
    throw error instanceof Problem && error.code === 'ToolFailed' ? explain(error, runtime, machine) : error;
  } finally {
    await rm(half, { recursive: true, force: true });
    await rm(file, { force: true });
    await rm(constraintsFile, { force: true });
  }
}

function explain(failure: Problem, runtime: string, machine: string): Problem {
  if (/No module named '?pip/.test(failure.message)) {
    return new Problem('ToolMissing', 'pip is needed and was not found. Install uv, or pip for your python3.', {
      cause: failure,
    });
  }
  if (/Failed to establish a new connection|ConnectTimeout|error sending request|dns error/i.test(failure.message)) {
    return new Problem(
      'PythonDependencies',
      `The Python package index cannot be reached, so the dependencies cannot be installed. Check the network.\n${failure.message}`,
      { cause: failure },
    );
  }
  const wanted = /No matching distribution found for (\S+)|Because (\S+) has no wheels/.exec(failure.message);
  const missing = wanted?.[1] ?? wanted?.[2];
  return new Problem(
    'PythonDependencies',
    missing
      ? `${missing} has no wheel for ${runtime} on Linux ${machine}, or there is no such package or version. Choose one that has, or build it into the folder yourself.\n${failure.message}`
      : `The Python dependencies cannot be installed.\n${failure.message}`,
    { cause: failure },
  );
}
