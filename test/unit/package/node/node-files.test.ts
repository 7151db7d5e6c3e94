import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Problem } from '../../../../src/problem.ts';
import type { DeploymentPackage } from '../../../../src/package/deployment-package.ts';
import { folderWith, pack, scratch, unzip } from '../scratch.ts';

const manifest = (name: string, more: object = {}): string => JSON.stringify({ name, version: '1.0.0', ...more });
const saying = (word: string): string => `module.exports = ${JSON.stringify(word)};\n`;
const requiring = (...names: readonly string[]): string => `module.exports = [${names.map((name) => `require('${name}')`).join()}].join(' ');\n`; // prettier-ignore
const namesOf = ({ entries }: DeploymentPackage): string[] => entries.map((entry) => entry.path).filter((name) => !name.endsWith('/')); // prettier-ignore

/** What the handler of a package answers, away from the folder that it was made of. */
function answerOf(t: TestContext, built: DeploymentPackage): unknown {
  const task = scratch(t);
  unzip(built.file, task);
  const file = `${built.handler.slice(0, built.handler.lastIndexOf('.'))}.mjs`;
  const script = `console.log(JSON.stringify(await (await import(${JSON.stringify(pathToFileURL(path.join(task, file)).href)})).handler()))`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

function link(target: string, file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  symlinkSync(target, file);
}

/** As pnpm lays it out: `fn` needs `kept`, and was developed with `tool`, which needs `kept` and `only`. */
function pnpmTree(parent: string, lists: object): string {
  const folder = folderWith(parent, {
    'package.json': manifest('fn', lists),
    'index.mjs': "import kept from 'kept';\nexport const handler = async () => kept;\n",
    'node_modules/.modules.yaml': 'storeDir: of this machine',
    'node_modules/.pnpm/kept@1/node_modules/kept/package.json': manifest('kept'),
    'node_modules/.pnpm/kept@1/node_modules/kept/index.js': saying('kept'),
    'node_modules/.pnpm/tool@1/node_modules/tool/package.json': manifest('tool', { dependencies: { kept: '1', only: '1' } }),
    'node_modules/.pnpm/only@1/node_modules/only/package.json': manifest('only'),
  }); // prettier-ignore
  const modules = path.join(folder, 'node_modules');
  link('.pnpm/kept@1/node_modules/kept', path.join(modules, 'kept'));
  link('.pnpm/tool@1/node_modules/tool', path.join(modules, 'tool'));
  link('../../kept@1/node_modules/kept', path.join(modules, '.pnpm/tool@1/node_modules/kept'));
  link('../../only@1/node_modules/only', path.join(modules, '.pnpm/tool@1/node_modules/only'));
  return folder;
}

describe('what Node.js functions ship of packages', () => {
  it('that pnpm has installed is not what only development needs, nor what pnpm notes for itself', async (t) => {
    const parent = scratch(t);
    const folder = pnpmTree(parent, { dependencies: { kept: '1' }, devDependencies: { tool: '1' } });
    const built = await pack(parent, folder);
    assert.deepEqual(namesOf(built), [
      'index.mjs',
      'node_modules/.pnpm/kept@1/node_modules/kept/index.js',
      'node_modules/.pnpm/kept@1/node_modules/kept/package.json',
      'node_modules/kept',
      'package.json',
    ]);
    assert.ok(built.leftOut.some(({ name, why }) => name === 'node_modules/.pnpm/only@1/' && why === 'development'));
    assert.deepEqual(built.warnings, []);
    assert.equal(answerOf(t, built), 'kept');
  });

  it('that Yarn has installed is not what only development needs; peers that a package can do without do not count', async (t) => {
    const parent = scratch(t);
    const peers = { peerDependencies: { needed: '1', tool: '1' }, peerDependenciesMeta: { tool: { optional: true } } };
    const folder = folderWith(parent, {
      'package.json': manifest('fn', { dependencies: { kept: '1' }, devDependencies: { tool: '1', needed: '1' } }),
      'index.mjs': 'export const handler = async () => 1;',
      'node_modules/kept/package.json': manifest('kept', peers),
      'node_modules/needed/package.json': manifest('needed'),
      'node_modules/tool/package.json': manifest('tool', { dependencies: { only: '1' } }),
      'node_modules/tool/node_modules/only/package.json': manifest('only'),
      'node_modules/unknown/index.js': '',
    });
    const shipped = namesOf(await pack(parent, folder)).filter((name) => name.startsWith('node_modules/'));
    assert.deepEqual(shipped, ['kept/package.json', 'needed/package.json', 'unknown/index.js'].map((name) => `node_modules/${name}`)); // prettier-ignore
  });

  it('that a workspace has outside of the folder are laid out in it, each with the versions that it found', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'package.json': manifest('root', { private: true, workspaces: ['packages/*'] }),
      'node_modules/deep/package.json': manifest('deep'),
      'node_modules/deep/index.js': saying('deep 1'),
      'node_modules/far/package.json': manifest('far', { dependencies: { deep: '1' } }),
      'node_modules/far/index.js': requiring('deep'),
      'node_modules/unasked/index.js': '',
      'packages/shared/package.json': manifest('@acme/shared', { dependencies: { far: '1', deep: '2' } }),
      'packages/shared/index.js': requiring('far', 'deep'),
      'packages/shared/node_modules/deep/package.json': manifest('deep'),
      'packages/shared/node_modules/deep/index.js': saying('deep 2'),
      'packages/shared/.env': 'SECRET=1',
      'packages/fn/package.json': manifest('fn', { dependencies: { '@acme/shared': '1', deep: '1' } }),
      'packages/fn/index.mjs': "import shared from '@acme/shared';\nimport deep from 'deep';\nexport const handler = async () => [shared, deep];\n",
      'packages/fn/.lambdaignore': 'node_modules/far/README.md\n',
      'node_modules/far/README.md': '',
    }, '.'); // prettier-ignore
    link('../../packages/shared', path.join(folder, 'node_modules/@acme/shared'));
    const built = await pack(parent, path.join(folder, 'packages/fn'));
    assert.deepEqual(answerOf(t, built), ['deep 1 deep 2', 'deep 1']);
    assert.deepEqual(built.warnings, []);
    const names = namesOf(built);
    assert.ok(!names.some((name) => /unasked|README|\.env/.test(name)), names.join());
    assert.ok(names.includes('node_modules/@acme/shared/node_modules/deep/index.js'), names.join());
  });

  it('that only the code of one of several folders names are found where the folders share them', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'package.json': manifest('all', { dependencies: { far: '1', unused: '1' } }),
      'node_modules/far/package.json': manifest('far', { dependencies: { deep: '1' } }),
      'node_modules/far/index.js': requiring('deep'),
      'node_modules/deep/index.js': saying('deep'),
      'node_modules/unused/index.js': '',
      'node_modules/@aws-sdk/client-s3/index.js': '',
      'functions/hello/index.mjs': "import { word } from './lib/word.mjs';\nexport const handler = async () => word;\nexport const later = () => import('@aws-sdk/client-s3');\n",
      'functions/hello/lib/word.mjs': "import far from 'far';\nimport { sep } from 'node:path';\nexport const word = far + sep;\n",
    }, '.'); // prettier-ignore
    const hello = path.join(folder, 'functions/hello');
    const built = await pack(parent, hello);
    assert.equal(answerOf(t, built), `deep${path.sep}`);
    assert.ok(!namesOf(built).some((name) => /unused|aws-sdk/.test(name)));
    folderWith(hello, { 'index.mjs': 'export const handler = async () => (', 'lib/word.mjs': '' }, '.');
    assert.ok(!namesOf(await pack(parent, hello)).some((name) => name.startsWith('node_modules')));
  });

  it('take the place of others of the same name that lie in the folder and that it does not ask for', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'node_modules/far/package.json': manifest('far', { dependencies: { deep: '1' } }),
      'node_modules/far/index.js': requiring('deep'),
      'node_modules/deep/package.json': manifest('deep'),
      'node_modules/deep/index.js': saying('deep of far'),
      'fn/package.json': manifest('fn', { dependencies: { far: '1' } }),
      'fn/index.mjs': "import far from 'far';\nexport const handler = async () => far;\n",
      'fn/node_modules/deep/package.json': manifest('deep'),
      'fn/node_modules/deep/index.js': saying('deep of no one'),
    }, '.'); // prettier-ignore
    assert.equal(answerOf(t, await pack(parent, path.join(folder, 'fn'))), 'deep of far');
  });

  it('behind a link in place of node_modules ship as if they lay there', async (t) => {
    const parent = scratch(t);
    folderWith(parent, { 'node_modules/kept/package.json': manifest('kept'), 'node_modules/kept/index.js': saying('kept') }, 'elsewhere'); // prettier-ignore
    const folder = folderWith(parent, {
      'package.json': manifest('fn', { dependencies: { kept: '1' } }),
      'index.mjs': "import kept from 'kept';\nexport const handler = async () => kept;\n",
    });
    link('../elsewhere/node_modules', path.join(folder, 'node_modules'));
    assert.equal(answerOf(t, await pack(parent, folder)), 'kept');
  });

  it('in links that lead nowhere do not matter where the code is bundled, and are an error where they would ship', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': 'export const handler = async () => 1;' });
    link('../../gone', path.join(folder, 'node_modules/@acme/gone'));
    await assert.rejects(pack(parent, folder), (error: unknown) => error instanceof Problem && error.code === 'LinkDangles' && /node_modules\/@acme\/gone/.test(error.message)); // prettier-ignore
    folderWith(parent, { 'lambda.json': '{"bundle":true}' });
    assert.deepEqual(namesOf(await pack(parent, folder)), ['index.mjs', 'index.mjs.map']);
  });

  it('in links for shells, or for who imports what he does not declare, may lead anywhere, and then stay out', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'index.mjs': 'export const handler = async () => 1;' });
    const links = ['node_modules/.bin/tool', 'node_modules/.pnpm/node_modules/@acme/fn'];
    for (const name of links) link('/nowhere/at/all', path.join(folder, name));
    const built = await pack(parent, folder);
    assert.deepEqual(namesOf(built), ['index.mjs']);
    assert.deepEqual(
      built.leftOut,
      links.map((name) => ({ name, why: 'outside' })),
    );
  });

  it('with native parts stay out of a bundle, and ship with what they need and nothing else', async (t) => {
    const parent = scratch(t);
    const native = "module.exports = require('bindings')(require('fs').existsSync(__dirname + '/build/it.node'));\n";
    const folder = folderWith(parent, {
      'package.json': '{"type":"module"}',
      'index.ts': "import compiled from 'compiled';\nimport local from './lib/local.ts';\nimport plain from 'plain';\nexport const handler = async () => [compiled, local, plain];\n",
      'lib/local.ts': "import platform from 'platform';\nexport default platform as string;\n",
      'node_modules/compiled/package.json': manifest('compiled', { dependencies: { bindings: '1' } }),
      'node_modules/compiled/index.js': native,
      'node_modules/compiled/build/it.node': 'no program',
      'node_modules/bindings/package.json': manifest('bindings'),
      'node_modules/bindings/index.js': 'module.exports = (found) => `found ${found}`;',
      'node_modules/platform/package.json': manifest('platform', { optionalDependencies: { '@platform/linux-x64': '1', '@platform/other': '1' } }),
      'node_modules/platform/index.js': "module.exports = require('@platform/linux-x64') + (module.path.includes('node_modules') ? '' : ' in a bundle');",
      'node_modules/@platform/linux-x64/package.json': manifest('@platform/linux-x64', { os: ['linux'], cpu: ['x64'] }),
      'node_modules/@platform/linux-x64/index.js': saying('for linux'),
      'node_modules/plain/package.json': manifest('plain'),
      'node_modules/plain/index.js': saying('plain'),
      'node_modules/tool/package.json': manifest('tool'),
    }); // prettier-ignore
    const built = await pack(parent, folder, { runtime: 'nodejs24.x' });
    const packages = new Set(namesOf(built).flatMap((name) => /^node_modules\/((@\w+\/)?[^/]+)/.exec(name)?.[1] ?? []));
    assert.deepEqual([...packages], ['@platform/linux-x64', 'bindings', 'compiled', 'platform']);
    assert.deepEqual(answerOf(t, built), ['found true', 'for linux', 'plain']);
  });

  it('are kept out where a file of theirs is a native library, and by name', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'lambda.json': JSON.stringify({ bundle: { format: 'esm', external: ['named'] } }),
      'index.mjs': "import addon from 'addon';\nexport const handler = async () => addon;\n",
      'node_modules/addon/package.json': manifest('addon'),
      'node_modules/addon/index.js': "module.exports = process.env.NEVER ? require('./it.node') : 'the addon';",
      'node_modules/addon/it.node': '',
      'node_modules/named/package.json': manifest('named'),
      'node_modules/named/data.txt': '',
    });
    const built = await pack(parent, folder);
    assert.equal(answerOf(t, built), 'the addon');
    assert.ok(namesOf(built).includes('node_modules/named/data.txt'));
  });

  it('that the runtime has are not in a bundle: version 3 of the AWS SDK since nodejs18.x, version 2 before', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'lambda.json': '{"bundle":true}',
      'index.mjs': "import old from 'aws-sdk';\nimport s3 from '@aws-sdk/client-s3';\nexport const handler = async () => [old, s3];\n",
      'node_modules/aws-sdk/index.js': saying('version 2'),
      'node_modules/@aws-sdk/client-s3/index.js': saying('version 3'),
    }); // prettier-ignore
    for (const [runtime, held] of [
      ['nodejs24.x', 'version 2'],
      ['nodejs16.x', 'version 3'],
    ] as const) {
      const built = await pack(parent, folder, { runtime });
      const task = scratch(t);
      unzip(built.file, task);
      assert.deepEqual(readFileSync(path.join(task, 'index.mjs'), 'utf8').match(/version \d/g), [held], runtime);
      assert.ok(!namesOf(built).some((name) => name.startsWith('node_modules')), runtime);
    }
    folderWith(parent, { 'lambda.json': '{"bundle":{"awsSdk":true}}' });
    assert.deepEqual(answerOf(t, await pack(parent, folder)), ['version 2', 'version 3']);
  });
});
