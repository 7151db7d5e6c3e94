// Bundles the extension, the command line, the engine and the panel into dist/. `--watch` rebuilds, `--production` minifies.
import { chmod, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

// archiver and yauzl are partly CommonJS: inside an ESM bundle their require() of Node's own modules needs a real one.
const requireForCommonJs =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

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

const lazyBuiltins = ['child_process', 'crypto', 'fs/promises', 'worker_threads', 'zlib'];

/**
 * Modules of Node.js that take a millisecond or more to load are loaded where something of them is first used, and not, as ES modules
 * have it, where a file is that might. node:crypto reads all that it exports then, and so loads WebCrypto as well, which nobody here uses.
 * @type {esbuild.Plugin}
 */
const builtinsOnDemand = {
  name: 'builtins-on-demand',
  setup(build) {
    const filter = new RegExp(`^(node:)?(${lazyBuiltins.join('|')})$`);
    build.onResolve({ filter }, ({ path }) => ({
      path: path.replace(/^node:/, ''),
      namespace: 'on-demand',
      sideEffects: false,
    }));
    build.onLoad({ filter: /.*/, namespace: 'on-demand' }, ({ path }) => ({
      contents: `let loaded;
for (const name of ${JSON.stringify(Object.keys(process.getBuiltinModule(path) ?? {}))})
  Object.defineProperty(exports, name, { enumerable: true, get: () => (loaded ??= process.getBuiltinModule('node:${path}'))[name] });`,
    }));
  },
};

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
    plugins: [shipEsbuild, builtinsOnDemand],
    banner: { js: requireForCommonJs },
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
