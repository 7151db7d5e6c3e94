// Dependencies that would be missing without a word.
import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { folderWith, handlerFile, pack, scratch } from './scratch.ts';

async function warningsOf(t: TestContext, files: Parameters<typeof folderWith>[1]): Promise<readonly string[]> {
  const parent = scratch(t);
  return (await pack(parent, folderWith(parent, files))).warnings;
}

describe('packages that nobody installed', () => {
  const manifest = (...names: string[]): string =>
    JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1'])), devDependencies: { tool: '1' } }); // prettier-ignore
  const node = { 'index.mjs': handlerFile };

  it('are named, with npm install, where node_modules lacks them', async (t) => {
    const files = { ...node, 'package.json': manifest('here', '@a/b', '@aws-sdk/client-s3'), 'node_modules/here/x.js': '' }; // prettier-ignore
    const [warning, ...others] = await warningsOf(t, files);
    assert.match(warning ?? '', /not in node_modules: @a\/b\. Run "npm install"/);
    assert.deepEqual(others, []);
  });

  it('are no matter where all are there, the runtime or a layer has them, or Node.js is told where Yarn keeps them', async (t) => {
    const installed = { 'package.json': manifest('here'), 'node_modules/here/x.js': '' };
    assert.deepEqual(await warningsOf(t, { ...node, ...installed }), []);
    assert.deepEqual(await warningsOf(t, { ...node, ...installed, '.lambdaignore': 'node_modules\n' }), []);
    assert.deepEqual(await warningsOf(t, { ...node, 'package.json': manifest('@aws-sdk/client-s3') }), []);
    const zipped = { ...node, 'package.json': manifest('gone'), '.pnp.cjs': '' };
    assert.match((await warningsOf(t, zipped))[0] ?? '', /Yarn keeps the packages in zip files.*"bundle": true/);
    const told = { environment: { NODE_OPTIONS: '--require ./.pnp.cjs' } };
    assert.deepEqual(await warningsOf(t, { ...zipped, 'lambda.json': JSON.stringify(told) }), []);
    const layered = { 'lambda.json': '{ "layers": ["arn:aws:lambda:us-east-1:000000000000:layer:shared:1"] }' };
    assert.deepEqual(await warningsOf(t, { ...node, 'package.json': manifest('gone'), ...layered }), []);
    assert.deepEqual(await warningsOf(t, { 'index.ts': 'export const handler = async () => 1;', 'package.json': manifest('gone') }), []); // prettier-ignore
  });

  it('are named where package.json or its lock changed after npm installed, and not where no byte of it did', async (t) => {
    const parent = scratch(t);
    const lock = (asked: string, version: string): string =>
      JSON.stringify({ packages: { '': { dependencies: { here: asked } }, 'node_modules/here': { version } } });
    const folder = folderWith(parent, {
      ...node,
      'package.json': manifest('here'),
      'package-lock.json': lock('1', '1.0.0'),
      'node_modules/here/x.js': '',
      'node_modules/.package-lock.json': lock('1', '1.0.0'),
    });
    const warnings = async (): Promise<readonly string[]> => (await pack(parent, folder)).warnings;
    const later = new Date(Date.now() + 10_000);
    const change = (file: string, content: string): void => {
      writeFileSync(path.join(folder, file), content);
      utimesSync(path.join(folder, file), later, later);
    };
    assert.deepEqual(await warnings(), []);
    change('package-lock.json', lock('1', '1.0.0'));
    assert.deepEqual(await warnings(), []);
    change('package-lock.json', lock('1', '1.2.0'));
    assert.match((await warnings())[0] ?? '', /package-lock\.json says: here \(1\.0\.0, not 1\.2\.0\)\. Run "npm ci"/);
    change('package.json', JSON.stringify({ dependencies: { here: '^1.2' } }));
    assert.match(
      (await warnings())[0] ?? '',
      /package\.json has changed since npm installed: here\. Run "npm install"/,
    );
  });

  it('are named, with ways to lock them, where pyproject.toml declares them alone', async (t) => {
    const app = { 'app.py': 'def handler(event, context): pass\n' };
    const standard = '[project]\nname = "fn"\ndependencies = ["requests>=2", "boto3", "my.lib[x]==1", "here"]\n';
    const [warning, ...others] = await warningsOf(t, { ...app, 'pyproject.toml': standard, 'here/__init__.py': '' });
    assert.match(warning ?? '', /for lack of a lock: requests, my-lib\. Run "uv lock" or "poetry lock"/);
    assert.deepEqual(others, []);
    const poetry = '[tool.poetry.dependencies]\npython = "^3.9"\nrequests = "*"\n';
    assert.match((await warningsOf(t, { ...app, 'pyproject.toml': poetry }))[0] ?? '', /: requests\. Run/);
    const installed = { 'Requests-2.0.dist-info/METADATA': '' };
    assert.deepEqual(await warningsOf(t, { ...app, 'pyproject.toml': poetry, ...installed }), []);
    assert.deepEqual(await warningsOf(t, { ...app, 'pyproject.toml': '[tool.black]\nline-length = 100\n' }), []);
    assert.deepEqual(await warningsOf(t, { ...app, 'pyproject.toml': 'not = = TOML' }), []);
  });
});
