import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { resolveEnvironment } from '../../../src/deploy/variables.ts';
import { findSettings } from '../../../src/package/function-settings.ts';
import { Problem } from '../../../src/problem.ts';
import { folderWith, handlerFile, pack, scratch, unzip } from './scratch.ts';

const files = (built: { entries: readonly { path: string }[] }): string[] => built.entries.map((entry) => entry.path);

describe('lambda.json', () => {
  it('says runtime and handler, and what ships, and does not ship itself', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'lambda.json': JSON.stringify({
        runtime: 'nodejs22.x',
        handler: 'src/main.run',
        memorySize: 512,
        exclude: ['*.md'],
        include: ['src/**', 'data/*.json'],
      }),
      'src/main.mjs': 'export const run = async () => 1;',
      'src/notes.md': '',
      'data/a.json': '{}',
      'data/b.csv': '',
      'other/c.txt': '',
    });
    const built = await pack(parent, folder);
    assert.deepEqual(files(built), ['data/', 'data/a.json', 'src/', 'src/main.mjs']);
    assert.deepEqual([built.runtime, built.handler, built.settings.memorySize], ['nodejs22.x', 'src/main.run', 512]);
    assert.equal((await pack(parent, folder, { runtime: 'nodejs24.x' })).runtime, 'nodejs24.x');
  });

  it('bundles JavaScript where it says so, and ships what stays out of the bundle', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'lambda.json': JSON.stringify({ bundle: { minify: true, sourcemap: false } }),
      'index.js':
        "const { twice } = require('./lib'); exports.handler = async () => twice(require('dep').value); exports.handler().then(console.log);",
      'lib.js': 'exports.twice = (n) => n * 2;',
      'data.json': '{}',
      'node_modules/dep/index.js': 'exports.value = 21;',
    });
    const built = await pack(parent, folder);
    assert.deepEqual(files(built), ['data.json', 'index.js', 'lib.js']);
    unzip(built.file, path.join(parent, 'out'));
    const run = (): string => execFileSync(process.execPath, [path.join(parent, 'out/index.js')], { encoding: 'utf8' });
    assert.equal(run(), '42\n');
    folderWith(parent, { 'lambda.json': JSON.stringify({ bundle: { external: ['dep'] } }) });
    const external = files(await pack(parent, folder));
    assert.ok(external.includes('node_modules/dep/index.js') && external.includes('index.js.map'), external.join());
  });

  it('names each thing that is wrong, and where', async (t) => {
    const parent = scratch(t);
    const wrong: [text: string, says: RegExp][] = [
      ['{', /not JSON/],
      ['{"memorySize":64}', /memorySize must be >= 128/],
      ['{"timeout":"3"}', /timeout must be integer/],
      [
        '{"memory":128,"architecture":"x64"}',
        /no setting "memory", but "memorySize".*architecture is one of x86_64, arm64/,
      ],
      [
        '{"environment":{"A-B":"1"}}',
        /wrong: environment\.A-B cannot be as it is: The name of a variable begins with a letter[^;]*\. Correct/,
      ],
      ['{"layers":["shared"]}', /layers\.0 cannot be as it is: .*arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION/],
      ['{"runtime":"nodejs"}', /runtime cannot be as it is: .*such as nodejs24\.x/],
    ];
    for (const [text, says] of wrong) {
      const folder = folderWith(parent, { 'index.mjs': handlerFile, 'lambda.json': text });
      await assert.rejects(pack(parent, folder), (error) => {
        assert.ok(error instanceof Problem && error.code === 'SettingsBroken');
        assert.match(error.message, says);
        return true;
      });
    }
    assert.equal(existsSync(path.join(parent, 'out.zip')), false);
    for (const runtime of ['nodejs18.x', 'python3.9', 'java8.al2', 'ruby3.4', 'dotnet8', 'dotnetcore3.1', 'provided', 'provided.al2023', 'go1.x'])
      assert.equal((await findSettings(folderWith(parent, { 'lambda.json': JSON.stringify({ runtime }) }))).settings.runtime, runtime); // prettier-ignore
    assert.deepEqual((await findSettings(path.join(parent, 'nowhere'))).settings, {});
  });

  it('takes variables from the environment of whoever deploys, and misses none of them silently', () => {
    const variables = { TABLE: 'table-${env:STAGE}', PLAIN: '$HOME {x}' };
    assert.deepEqual(resolveEnvironment(variables, { STAGE: 'dev' }), { TABLE: 'table-dev', PLAIN: '$HOME {x}' });
    assert.throws(() => resolveEnvironment(variables, {}), /takes TABLE from the environment variable STAGE/);
  });
});

describe('dependencies for development', () => {
  it('do not ship where npm has recorded them, nor the links to their programs', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'index.js': 'exports.handler = 1;',
      'node_modules/.package-lock.json': JSON.stringify({
        packages: {
          'node_modules/tool': { dev: true },
          'node_modules/dep': {},
          'node_modules/dep/node_modules/t2': { dev: true },
        },
      }),
      'node_modules/tool/cli.js': '',
      'node_modules/dep/index.js': '',
      'node_modules/dep/node_modules/t2/x.js': '',
      'node_modules/toolbox/index.js': '',
    });
    execFileSync('sh', ['-c', 'mkdir node_modules/.bin && ln -s ../tool/cli.js node_modules/.bin/tool'], {
      cwd: folder,
    });
    const built = await pack(parent, folder);
    const shipped = files(built).filter((name) => name.endsWith('.js'));
    assert.deepEqual(shipped, ['index.js', 'node_modules/dep/index.js', 'node_modules/toolbox/index.js']);
    assert.ok(!files(built).includes('node_modules/.bin/tool'));
    assert.deepEqual(built.warnings, []);
    assert.ok(built.leftOut.some(({ name, why }) => name === 'node_modules/tool/' && why === 'development'));
  });
});

it('lambda.json is described in the schema field by field, each with what it is for, and with words for what does not fit', () => {
  const described = (schema: unknown, place: string): string[] => {
    if (typeof schema !== 'object' || schema === null) return [];
    const missing: string[] = [];
    const all: Readonly<Record<string, unknown>> = { ...schema };
    if ('pattern' in all && !('patternErrorMessage' in all)) missing.push(`${place}: patternErrorMessage`);
    for (const [name, value] of Object.entries(Object(all['properties'])))
      if (typeof value === 'object' && value !== null && !('description' in value)) missing.push(`${place}.${name}: description`); // prettier-ignore
    return [...missing, ...Object.entries(all).flatMap(([name, value]) => described(value, `${place}.${name}`))];
  };
  const file = path.resolve(import.meta.dirname, '../../../media/lambda.schema.json');
  assert.deepEqual(described(JSON.parse(readFileSync(file, 'utf8')), ''), []);
});
