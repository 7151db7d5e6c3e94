// What a requirements.txt asks for, in one text that means the same wherever it lies.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'smol-toml';
import { Problem } from '../../problem.ts';
import { objectIn, type Table } from './python-project.ts';

const included = /^\s*(?:-r|--requirement)[\s=]*(\S.*?)\s*$/;
const constraint = /^\s*(?:-c|--constraint)[\s=]*(\S.*?)\s*$/;
const links = /^\s*(?:-f|--find-links)[\s=]*(\S.*?)\s*$/;
const editable = /^\s*(?:-e|--editable)[\s=]+(\S.*?)\s*$/;

/**
 * A requirements file with those that it includes (`-r`) in their places. Editable requirements (`-e`), which would leave no more than the
 * path of this machine, become plain ones; the project itself (`.`), whose code ships as it is, becomes what its pyproject.toml declares.
 * Throws `PythonDependencies` for a file that is not there.
 */
export function readRequirements(file: string, from?: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const by = from === undefined ? '' : `, which ${path.basename(from)} includes,`;
    throw new Problem('PythonDependencies', `${path.basename(file)}${by} cannot be read. Is it in its place?`, {
      cause: error,
    });
  }
  const folder = path.dirname(file);
  return text
    .split(/\r?\n/)
    .map((line) => {
      const other = included.exec(line)?.[1];
      if (other !== undefined) return isAddress(other) ? line : readRequirements(path.resolve(folder, other), file);
      const limits = constraint.exec(line)?.[1];
      if (limits !== undefined) return isAddress(limits) ? line : `-c ${path.resolve(folder, limits)}`;
      const place = links.exec(line)?.[1];
      if (place !== undefined) return existsSync(path.resolve(folder, place)) ? `-f ${path.resolve(folder, place)}` : line; // prettier-ignore
      const asked = editable.exec(line)?.[1] ?? line;
      return ownDependencies(folder, asked) ?? asked;
    })
    .join('\n');
}

const isAddress = (place: string): boolean => /^[a-z]+:\/\//i.test(place);

/** What `.` or `.[extra]` stands for, where pyproject.toml says it; tools find out what is dynamic. */
function ownDependencies(folder: string, asked: string): string | undefined {
  const [, extras] = /^\s*\.\/?(?:\[([^\]]*)\])?\s*(?:#.*)?$/.exec(asked) ?? [];
  const isOwn = /^\s*\.\/?(\[[^\]]*\])?\s*(#.*)?$/.test(asked);
  const file = path.join(folder, 'pyproject.toml');
  if (!isOwn || !existsSync(file)) return undefined;
  const project = projectOf(readFileSync(file, 'utf8'));
  const dynamic = project?.['dynamic'];
  if (project === undefined || (Array.isArray(dynamic) && dynamic.includes('dependencies'))) return undefined;
  const optional = objectIn(project, 'optional-dependencies') ?? {};
  const chosen = (extras ?? '').split(',').flatMap((extra) => optional[extra.trim()] ?? []);
  const declared = project['dependencies'];
  return [...(Array.isArray(declared) ? declared : []), ...chosen].map(String).join('\n');
}

function projectOf(text: string): Table | undefined {
  try {
    return objectIn(parse(text), 'project');
  } catch {
    return undefined; // the tool that it is for says what is wrong with it
  }
}
