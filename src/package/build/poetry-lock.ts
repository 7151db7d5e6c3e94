// What poetry.lock pins, in pip's words: for a Poetry that cannot export it, which since version 2 takes a plugin, or where there is none.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'smol-toml';
import { Problem } from '../../problem.ts';
import { declaredIn, objectIn, stringIn, type Table } from './python-project.ts';

export interface PipRequirements {
  /** As a requirements.txt. */
  readonly requirements: string;
  /** As a constraints.txt: the versions of whatever these need in turn. */
  readonly constraints: string;
}

interface Locked {
  readonly name: string;
  readonly version: string;
  /** Where it comes from, if not from an index by its version. */
  readonly url?: string | undefined;
  readonly index?: string | undefined;
  readonly markers?: string | undefined;
}

/**
 * The main dependencies that pyproject.toml declares, each at the version that poetry.lock has, and all locked versions as constraints:
 * which of them are needed, pip finds out. Throws `PythonDependencies` where the lock lacks one, or either file is not TOML.
 */
export function requirementsOfPoetryLock(folder: string, files: { pyproject: string; lock: string }): PipRequirements {
  const locked = new Map<string, Locked[]>();
  const packages = tableOf('poetry.lock', files.lock)['package'];
  for (const each of Array.isArray(packages) ? packages : []) {
    const found = lockedPackage(folder, each);
    if (found) locked.set(found.name, [...(locked.get(found.name) ?? []), found]);
  }
  const all = [...locked.values()].flat();
  const declared = declaredIn(tableOf('pyproject.toml', files.pyproject));
  const lines = declared.map(({ name, extras, markers }) => {
    const [one, ...others] = locked.get(name) ?? [];
    if (!one)
      throw new Problem('PythonDependencies', `poetry.lock does not have ${name}, which pyproject.toml names. Run "poetry lock" and try again.`); // prettier-ignore
    const asked = `${name}${extras.length > 0 ? `[${extras.join(',')}]` : ''}`;
    // Of several versions, for several Pythons, the constraints' markers choose.
    return `${others.length > 0 ? asked : pinned(asked, one)}${markers ? ` ; ${markers}` : ''}`;
  });
  const indexes = new Set(all.flatMap(({ index }) => index ?? []));
  return {
    requirements: [...[...indexes].map((url) => `--extra-index-url ${url}`), ...lines]
      .map((line) => `${line}\n`)
      .join(''),
    constraints: all.map((each) => `${pinned(each.name, each)}${each.markers ? ` ; ${each.markers}` : ''}\n`).join(''),
  };
}

const pinned = (asked: string, { version, url }: Locked): string =>
  url === undefined ? `${asked}==${version}` : `${asked} @ ${url}`;

function lockedPackage(folder: string, value: unknown): Locked | undefined {
  const name = stringIn(value, 'name');
  const version = stringIn(value, 'version');
  if (name === undefined || version === undefined) return undefined;
  const source = objectIn(value, 'source');
  const type = stringIn(source, 'type');
  const place = stringIn(source, 'url');
  const markers = stringIn(value, 'markers') ?? stringIn(objectIn(value, 'markers'), 'main');
  if (place === undefined) return { name, version, markers };
  if (type === 'legacy') return { name, version, index: place, markers };
  if (type === 'url') return { name, version, url: place, markers };
  if (type === 'git') {
    const subdirectory = stringIn(source, 'subdirectory');
    const commit = stringIn(source, 'resolved_reference') ?? stringIn(source, 'reference') ?? 'HEAD';
    const url = `git+${place}@${commit}${subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`}`;
    return { name, version, url, markers };
  }
  return { name, version, url: pathToFileURL(path.resolve(folder, place)).href, markers };
}

function tableOf(file: string, text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Problem('PythonDependencies', `${file} is not TOML: ${why}`, { cause: error });
  }
}
