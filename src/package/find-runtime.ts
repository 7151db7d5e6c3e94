import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '../problem.ts';
import { isGoProject } from './find-go.ts';
import { findJavaHandler, isJavaProject, javaRuntime } from './find-java.ts';
import { findPythonHandler, pythonFile, pythonRuntime } from './find-python.ts';
import { findRubyHandler } from './find-ruby.ts';
import type { Names } from './names.ts';

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
  readonly names: Names;
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
export function findRuntime(options: FindRuntimeOptions): FoundRuntime {
  const { folder, handler, names } = options;
  const read = (name: string): string => (names.has(name) ? readFileSync(path.join(folder, name), 'utf8') : '');
  const isJava = (): boolean => options.runtime?.startsWith('java') ?? isJavaProject(names);
  if (handler && (options.runtime !== undefined || handler.includes('::')) && isJava())
    return { runtime: options.runtime ?? javaRuntime(read), handler };
  if (handler)
    return forHandler(handler, {
      ...options,
      nodeRuntime: nodeRuntime(read),
      pythonRuntime: pythonRuntime(read),
    });

  const custom = findCustomRuntime(folder, names, options.runtime);
  if (custom) return custom;
  const wants = (family: string): boolean => options.runtime?.startsWith(family) ?? true;
  if (!['nodejs', 'python', 'ruby', 'java'].some(wants)) {
    throw new Problem('HandlerNotFound', `For ${options.runtime} the handler has to be named: say it with --handler.`);
  }
  if (wants('nodejs')) {
    const found = findNodeHandler(names, read);
    if (found) return { ...found, runtime: options.runtime ?? nodeRuntime(read) };
  }
  if (wants('ruby')) {
    const found = findRubyHandler(names, read);
    if (found) return { handler: found, runtime: options.runtime ?? defaultRuby };
  }
  if (wants('python')) {
    const found = findPythonHandler(names, read);
    if (found) return { ...found, runtime: options.runtime ?? pythonRuntime(read) };
  }
  if (isJava()) {
    const found = findJavaHandler(names, read);
    if (found) return { handler: found, runtime: options.runtime ?? javaRuntime(read) };
  }
  throw new Problem(
    'HandlerNotFound',
    `No handler was found in ${path.basename(folder)}: neither a file such as index.mjs or index.ts that exports "handler", nor lambda_function.py or lambda_function.rb with "def lambda_handler", nor a Java class with a method handleRequest, nor a "bootstrap", go.mod or Cargo.toml. Name it with --handler FILE.FUNCTION and --runtime, or add one.`,
  );
}

/** A program that speaks the Runtime API itself: one that is there, or one that Go or Rust will make. */
function findCustomRuntime(folder: string, names: Names, runtime: string | undefined): FoundRuntime | undefined {
  if (runtime !== undefined && !runtime.startsWith('provided')) return undefined;
  return names.has('bootstrap') || names.has('Cargo.toml') || isGoProject(folder, names)
    ? { runtime: runtime ?? 'provided.al2023', handler: 'bootstrap' }
    : undefined;
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

function findNodeHandler(names: Names, read: (name: string) => string): Omit<FoundRuntime, 'runtime'> | undefined {
  const main = parseManifest(read('package.json'))['main'];
  const stated = typeof main === 'string' ? [path.posix.normalize(main)] : [];
  const extensions = ['.mjs', '.js', '.cjs', '.mts', '.ts', '.cts'];
  for (const name of [...stated, ...nodeStems.flatMap((stem) => extensions.map((extension) => stem + extension))]) {
    if (!names.has(name) || !(nodeFile.test(name) || typescriptFile.test(name))) continue;
    const exported = exportedHandler(read(name));
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

function nodeRuntime(read: (name: string) => string): string {
  const engines = parseManifest(read('package.json'))['engines'];
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
