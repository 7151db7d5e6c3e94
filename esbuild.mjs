// Bundles the extension, the command line, the engine and the panel into dist/. `--watch` rebuilds, `--production` minifies.
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
import * as esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

/**
 * TypeScript functions are bundled with esbuild on the user's machine, so esbuild itself ships: its library and the
 * executable of the platform this build runs on, in dist/esbuild (a .vsix carries no node_modules).
 * @type {esbuild.Plugin}
 */
const shipEsbuild = {
  name: 'ship-esbuild',
  setup(build) {
    build.onResolve({ filter: /^esbuild$/ }, () => ({ path: './esbuild/load.mjs', external: true }));
  },
};

/** Those that take a millisecond or more to load: when the first function of them is called, and not where a file is that might. */
const onCall = new Set(['crypto', 'fs/promises', 'v8', 'zlib']);
/** Where that would cost: packages may use what takes longer to load, and the engine calls them for each invocation. */
const atOnce = /\bnode_modules\b|\bsrc[\\/]engine\b/;
/** Those that nearly every file needs, or that load nothing yet. */
const together = new Set(['events', 'fs', 'os', 'path', 'url', 'util', ...onCall]);

/**
 * Modules of Node.js come from process.getBuiltinModule(). An `import` of one reads all that it exports, and so loads what hardly
 * anybody uses of it, as streams with node:fs; and an ES module has no require() for what is CommonJS in the bundle. Some come
 * together, in one chunk, as each file takes a quarter of a millisecond: whoever reaches one of them reaches them all.
 * @type {esbuild.Plugin}
 */
const builtins = {
  name: 'builtins',
  setup(build) {
    const names = builtinModules.filter((name) => !/^_|:/.test(name));
    build.onResolve({ filter: new RegExp(`^(node:)?(${names.join('|')})$`) }, ({ path, kind, importer }) => ({
      path: path.replace(/^node:/, ''),
      namespace: kind === 'require-call' ? 'builtin-required' : atOnce.test(importer) ? 'builtin-at-once' : 'builtin',
    }));
    build.onResolve({ filter: /^builtins$/ }, ({ path }) => ({ path, namespace: 'builtins' }));
    const inAll = [...together].map((name) => `import 'node:${name}';`).join('\n');
    build.onLoad({ filter: /.*/, namespace: 'builtins' }, () => ({ contents: inAll }));
    build.onLoad({ filter: /.*/, namespace: 'builtin-required' }, ({ path }) => ({
      contents: `module.exports = ${moduleOf(path)};`,
    }));
    build.onLoad({ filter: /.*/, namespace: 'builtin-at-once' }, ({ path }) => ({ contents: imported(path, false) }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: (together.has(path) ? "import 'builtins';" : '') + imported(path, onCall.has(path)),
    }));
  },
};

const moduleOf = (/** @type {string} */ name) => `Object(process.getBuiltinModule?.('node:${name}'))`;

/**
 * An ES module that has what one of Node.js's exports; what nobody imports is not read.
 * @param {string} name
 * @param {boolean} isOnCall
 */
function imported(name, isOnCall) {
  const module = process.getBuiltinModule(name) ?? {};
  const isFunction = (/** @type {string} */ key) =>
    typeof Reflect.get(module, key) === 'function' && /^[a-z]/.test(key);
  const lines = Object.keys(module).map((key) =>
    isOnCall && isFunction(key)
      ? `export const ${key} = (...args) => $module().${key}(...args);`
      : `export const ${key} = /* @__PURE__ */ $read('${key}');`,
  );
  return `let $loaded;
const $module = () => ($loaded ??= ${moduleOf(name)});
const $read = (key) => $module()[key];
export default /* @__PURE__ */ $module();
${lines.join('\n')}`;
}

async function copyEsbuild() {
  const require = createRequire(import.meta.url);
  const executable = process.platform === 'win32' ? 'esbuild.exe' : 'esbuild';
  const platformPackage = `@esbuild/${process.platform}-${process.arch}`;
  const binary = require.resolve(`${platformPackage}/${process.platform === 'win32' ? '' : 'bin/'}${executable}`, {
    paths: [require.resolve('esbuild')],
  });
  await mkdir('dist/esbuild/lib', { recursive: true });
  await mkdir('dist/esbuild/bin', { recursive: true });
  await cp(require.resolve('esbuild'), 'dist/esbuild/lib/main.cjs');
  await cp(binary, `dist/esbuild/bin/${executable}`);
  await chmod(`dist/esbuild/bin/${executable}`, 0o755);
  await writeFile(
    'dist/esbuild/load.mjs',
    `import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
process.env.ESBUILD_BINARY_PATH ??= fileURLToPath(new URL('./bin/${executable}', import.meta.url));
export const { build, context, transform, stop, version } = createRequire(import.meta.url)('./lib/main.cjs');
`,
  );
}

/** @type {esbuild.BuildOptions} */
const shared = {
  bundle: true,
  format: 'esm',
  sourcemap: !production,
  minify: production,
  target: 'es2024',
  logLevel: 'warning',
  legalComments: 'linked',
};

/** @type {esbuild.BuildOptions[]} */
const builds = [
  {
    ...shared,
    platform: 'node',
    // One graph with splitting: SDK clients and archiver become chunks that are loaded on first use.
    entryPoints: {
      extension: 'src/extension.ts',
      cli: 'src/cli/main.ts',
      engine: 'src/engine/main.ts',
      'package-worker': 'src/package/package-worker.ts',
      'compress-worker': 'src/package/zip/compress-worker.ts',
    },
    splitting: true,
    outdir: 'dist',
    external: ['vscode'],
    // The SDK's ES modules: smaller, and a dynamic import of them has their names.
    mainFields: ['module', 'main'],
    plugins: [shipEsbuild, builtins],
  },
  {
    ...shared,
    platform: 'browser',
    entryPoints: {
      panel: 'webview/panel.ts',
      query: 'webview/query.ts',
      tuning: 'webview/tuning.ts',
      preview: 'webview/preview.css',
    },
    outdir: 'dist/webview',
    tsconfig: 'webview/tsconfig.json',
  },
];

await rm('dist', { recursive: true, force: true });
await cp('src/engine/runtimes', 'dist/runtimes', { recursive: true });
await copyEsbuild();

if (watch) {
  const contexts = await Promise.all(builds.map((build) => esbuild.context(build)));
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  await Promise.all(builds.map((build) => esbuild.build(build)));
}
