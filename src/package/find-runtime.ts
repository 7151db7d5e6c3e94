import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Problem } from '../problem.ts';
import { isGoProject } from './build/go.ts';
import { findJavaHandler, isJavaProject, javaRuntime } from './find-java.ts';
import { findPythonHandler, pythonFile, pythonRuntime } from './find-python.ts';

export interface FoundRuntime {
  readonly runtime: string;
  readonly handler: string;
  /** The JavaScript or TypeScript file that holds the handler, relative to the folder. */
  readonly nodeEntry?: string;
  /** The folder that Python code is imported from, such as `src/`, where it is not the function's own. */
  readonly codeFolder?: string;
}

export interface FindRuntimeOptions {
  readonly folder: string;
  /** Paths in the package. */
  readonly names: ReadonlySet<string>;
  readonly runtime?: string;
  readonly handler?: string;
}

const nodeRuntimes = ['nodejs22.x', 'nodejs24.x'];
const defaultNode = 'nodejs24.x';
const defaultRuby = 'ruby3.4';
const nodeFile = /\.(mjs|cjs|js)$/;
export const typescriptFile = /\.(mts|cts|ts)$/;
const nodeStems = [
  'index',
  'handler',
  'app',
  'main',
  'lambda',
  'src/index',
  'src/handler',
  'src/app',
  'src/main',
  'dist/index',
];
/**
 * Finds runtime and handler from what lies in the folder: Node.js (JavaScript and TypeScript), Python, Ruby, Java, Go, or a `bootstrap`.
 * Throws `HandlerNotFound` where nothing fits, and `HandlerFileMissing` where the handler asked for is not there.
 */
export async function findRuntime(options: FindRuntimeOptions): Promise<FoundRuntime> {
  const { folder, handler, names } = options;
  const read = async (name: string): Promise<string> =>
    names.has(name) ? readFile(path.join(folder, name), 'utf8') : '';
  const isJava = options.runtime?.startsWith('java') ?? isJavaProject(names);
  if (isJava && handler && (options.runtime !== undefined || handler.includes('::')))
    return { runtime: options.runtime ?? (await javaRuntime(read)), handler };
  if (handler)
    return forHandler(handler, {
      ...options,
      nodeRuntime: await nodeRuntime(read),
      pythonRuntime: await pythonRuntime(read),
    });

  const custom = findCustomRuntime(folder, names, options.runtime);
  if (custom) return custom;
  const wants = (family: string): boolean => options.runtime?.startsWith(family) ?? true;
  if (!['nodejs', 'python', 'ruby', 'java'].some(wants)) {
    throw new Problem('HandlerNotFound', `For ${options.runtime} the handler has to be named: say it with --handler.`);
  }
  if (wants('nodejs')) {
    const found = await findNodeHandler(names, read);
    if (found) return { ...found, runtime: options.runtime ?? (await nodeRuntime(read)) };
  }
  if (wants('ruby')) {
    const found = await findRubyHandler(names, read);
    if (found) return { handler: found, runtime: options.runtime ?? defaultRuby };
  }
  if (wants('python')) {
    const found = await findPythonHandler(names, read);
    if (found) return { ...found, runtime: options.runtime ?? (await pythonRuntime(read)) };
  }
  if (isJava) {
    const found = await findJavaHandler(names, read);
    if (found) return { handler: found, runtime: options.runtime ?? (await javaRuntime(read)) };
  }
  throw new Problem(
    'HandlerNotFound',
    `No handler was found in ${path.basename(folder)}: neither a file such as index.mjs or index.ts that exports "handler", nor lambda_function.py or lambda_function.rb with "def lambda_handler", nor a Java class with a method handleRequest, nor a "bootstrap", go.mod or Cargo.toml. Name it with --handler FILE.FUNCTION and --runtime, or add one.`,
  );
}

/** A program that speaks the Runtime API itself: one that is there, or one that Go or Rust will make. */
function findCustomRuntime(
  folder: string,
  names: ReadonlySet<string>,
  runtime: string | undefined,
): FoundRuntime | undefined {
  if (runtime !== undefined && !runtime.startsWith('provided')) return undefined;
  return names.has('bootstrap') || names.has('Cargo.toml') || isGoProject(folder, names)
    ? { runtime: runtime ?? 'provided.al2023', handler: 'bootstrap' }
    : undefined;
}

async function findRubyHandler(
  names: ReadonlySet<string>,
  read: (name: string) => Promise<string>,
): Promise<string | undefined> {
  for (const stem of ['lambda_function', 'app', 'function', 'handler', 'main']) {
    const found = /^\s*def\s+(?:self\.)?(lambda_handler|handler)\b/m.exec(await read(`${stem}.rb`));
    if (found?.[1] && names.has(`${stem}.rb`)) return `${stem}.${found[1]}`;
  }
  return undefined;
}

function forHandler(
  handler: string,
  options: FindRuntimeOptions & { nodeRuntime: string; pythonRuntime: string },
): FoundRuntime {
  const dot = path.posix.basename(handler).indexOf('.');
  const stem = path.posix.join(path.posix.dirname(handler), path.posix.basename(handler).slice(0, Math.max(0, dot)));
  const candidates = [...options.names].filter((name) => name.replace(/\.[^./]+$/, '') === stem);
  const compiled = candidates.find((name) => nodeFile.test(name));
  const typescriptEntry = candidates.find((name) => typescriptFile.test(name) && !name.endsWith('.d.ts'));
  const python = pythonFile(handler, options.names);
  const family =
    options.runtime ?? (python && !compiled && !typescriptEntry ? options.pythonRuntime : options.nodeRuntime);
  const present = family.startsWith('python')
    ? python?.name
    : family.startsWith('nodejs')
      ? (compiled ?? typescriptEntry)
      : handler;
  if (!present) {
    const what = dot > 0 ? `: there is no ${stem} for ${family}` : '';
    throw new Problem(
      'HandlerFileMissing',
      `The handler ${handler} names no file of ${path.basename(options.folder)}${what}. A handler is FILE.FUNCTION, such as index.handler.`,
    );
  }
  return {
    runtime: family,
    handler,
    ...(family.startsWith('nodejs') && { nodeEntry: present }),
    ...(family.startsWith('python') && python?.codeFolder && { codeFolder: python.codeFolder }),
  };
}

async function findNodeHandler(
  names: ReadonlySet<string>,
  read: (name: string) => Promise<string>,
): Promise<Omit<FoundRuntime, 'runtime'> | undefined> {
  const main = parseManifest(await read('package.json'))['main'];
  const stated = typeof main === 'string' ? [path.posix.normalize(main)] : [];
  const extensions = ['.mjs', '.js', '.cjs', '.mts', '.ts', '.cts'];
  for (const name of [...stated, ...nodeStems.flatMap((stem) => extensions.map((extension) => stem + extension))]) {
    if (!names.has(name) || !(nodeFile.test(name) || typescriptFile.test(name))) continue;
    const exported = exportedHandler(await read(name));
    if (!exported) continue;
    const handler = `${name.replace(/\.[^./]+$/, '')}.${exported}`;
    return { handler, nodeEntry: name };
  }
  return undefined;
}

/** The name under which a module exports its handler, by the ways people write it. */
function exportedHandler(text: string): string | undefined {
  const source = text.replace(/^\s*(\/\/.*$|\/\*[\s\S]*?\*\/)/gm, ''); // no handler that is commented out
  for (const name of ['handler', 'lambdaHandler']) {
    const forms = [
      `export\\s+(async\\s+)?function\\s*\\*?\\s*${name}\\b`,
      `export\\s+(const|let|var)\\s+${name}\\b`,
      `export\\s*\\{[^}]*\\b${name}\\b[^}]*\\}`,
      `exports\\.${name}\\s*=`,
      `module\\.exports\\s*=\\s*\\{[^}]*\\b${name}\\b`,
    ];
    if (new RegExp(forms.join('|')).test(source)) return name;
  }
  return undefined;
}

async function nodeRuntime(read: (name: string) => Promise<string>): Promise<string> {
  const engines = parseManifest(await read('package.json'))['engines'];
  const node = typeof engines === 'object' && engines !== null && 'node' in engines ? String(engines.node) : '';
  return (
    nodeRuntimes.find(
      (runtime) => new RegExp(`(^|[^\\d.])${/\d+/.exec(runtime)?.[0]}(\\.|\\b)`).test(node) && !/>/.test(node),
    ) ?? defaultNode
  );
}

function parseManifest(text: string): Record<string, unknown> {
  if (!text) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch (error) {
    throw new Problem(
      'ManifestBroken',
      `package.json is not JSON: ${error instanceof Error ? error.message : String(error)}. Correct it and try again.`,
      { cause: error },
    );
  }
}
