import path from 'node:path';
import type { Names } from './names.ts';

const pythonRuntimes = ['python3.11', 'python3.12', 'python3.13', 'python3.14'];
const defaultPython = 'python3.13';
const pythonFiles = [
  'lambda_function.py',
  'app.py',
  'main.py',
  'index.py',
  'handler.py',
  'src/app.py',
  'src/main.py',
  'src/handler.py',
];

/** Whether Python dependencies are declared in a folder. */
export const hasPythonDependencies = (names: Names): boolean =>
  names.has('requirements.txt') || (names.has('pyproject.toml') && (names.has('uv.lock') || names.has('poetry.lock')));

/** In the package of a project that keeps its code in src. */
const filesOfPackage = ['lambda_function', 'app', 'main', 'handler', 'index'];
const sourceFolder = 'src/';

export interface FoundPython {
  readonly handler: string;
  /** Where the module is imported from, if not from the function's folder. */
  readonly codeFolder?: string;
}

/** The file of a handler, written with "/" or with "." as Lambda takes both, and the folder that it is imported from. */
export function pythonFile(
  handler: string,
  names: Names,
): { readonly name: string; readonly codeFolder?: string } | undefined {
  const dot = handler.lastIndexOf('.');
  if (dot <= 0) return undefined;
  const name = `${path.posix.normalize(handler.slice(0, dot).replaceAll('.', '/'))}.py`;
  if (names.has(name)) return { name };
  return isProject(names) && names.has(sourceFolder + name)
    ? { name: sourceFolder + name, codeFolder: sourceFolder }
    : undefined;
}

const isProject = (names: Names): boolean =>
  ['pyproject.toml', 'setup.py', 'setup.cfg'].some((name) => names.has(name));

/** The handler in a file of a usual name, or in the one package of a project that keeps its code in src. */
export function findPythonHandler(names: Names, read: (name: string) => string): FoundPython | undefined {
  for (const name of pythonFiles) {
    const exported = handlerIn(name, names, read);
    if (exported) return { handler: `${name.replace(/\.py$/, '')}.${exported}` };
  }
  if (!isProject(names)) return undefined;
  for (const package_ of [...names].filter((name) => /^src\/[^/]+\/__init__\.py$/.test(name))) {
    for (const file of filesOfPackage) {
      const name = `${path.posix.dirname(package_)}/${file}.py`;
      const exported = handlerIn(name, names, read);
      if (!exported) continue;
      const module = name.slice(sourceFolder.length).replace(/\.py$/, '');
      return { handler: `${module}.${exported}`, codeFolder: sourceFolder };
    }
  }
  return undefined;
}

function handlerIn(name: string, names: Names, read: (name: string) => string): string | undefined {
  if (!names.has(name)) return undefined;
  const found = /^(?:async\s+)?(?:def\s+(lambda_handler|handler)\s*\(|(lambda_handler|handler)\s*=)/m.exec(read(name));
  return found?.[1] ?? found?.[2];
}

/** The runtime that .python-version or pyproject.toml asks for, where Lambda has it. */
export function pythonRuntime(read: (name: string) => string): string {
  const stated = /^\s*(3\.\d+)/.exec(read('.python-version'))?.[1];
  const required = /requires-python\s*=\s*["'](?:==|~=)\s*(3\.\d+)/.exec(read('pyproject.toml'))?.[1];
  return pythonRuntimes.find((runtime) => runtime === `python${stated ?? required}`) ?? defaultPython;
}
