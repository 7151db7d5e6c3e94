import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { packageLayer, type LayerOptions, type LayerPackage } from '../../../src/package/layer.ts';
import { Problem } from '../../../src/problem.ts';
import { zipOf } from '../../contract/zip-of.ts';
import { folderWith, listZip, scratch } from './scratch.ts';
import { wheel } from './wheel.ts';

const packLayer = async (parent: string, folder: string, options: Partial<LayerOptions> = {}): Promise<LayerPackage> =>
  packageLayer({
    folder,
    outFile: path.join(parent, 'layer.zip'),
    cacheFolder: path.join(parent, 'cache'),
    ...options,
  });

const filesIn = (built: LayerPackage): string[] =>
  built.entries.map((entry) => entry.path).filter((name) => !name.endsWith('/'));

async function filesOf(t: TestContext, files: Parameters<typeof folderWith>[1]): Promise<string[]> {
  const parent = scratch(t);
  return filesIn(await packLayer(parent, folderWith(parent, files)));
}

async function failsWith(t: TestContext, code: string, files: Parameters<typeof folderWith>[1]): Promise<void> {
  await assert.rejects(filesOf(t, files), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.code, code);
    return true;
  });
}

describe('a layer', () => {
  it('has Node.js packages in nodejs, without those for development, in a zip as reproducible as a function', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'package.json': '{"dependencies":{"kept":"1"},"devDependencies":{"dropped":"1"}}',
      'node_modules/.package-lock.json': JSON.stringify({
        lockfileVersion: 3,
        packages: { 'node_modules/kept': {}, 'node_modules/dropped': { dev: true } },
      }),
      'node_modules/kept/index.js': '',
      'node_modules/dropped/index.js': '',
      'lib/shared.js': '',
      '.env': 'SECRET=1',
    });
    const built = await packLayer(parent, folder);
    const expected = ['lib/shared.js', 'node_modules/kept/index.js', 'package.json'];
    assert.deepEqual(
      filesIn(built),
      expected.map((name) => `nodejs/${name}`),
    );
    for (const { mode, date } of listZip(built.file))
      assert.match(`${mode} ${date}`, /^[-d]rwxr-xr-x 19800101\.000000$/);
    const first = readFileSync(built.file);
    assert.deepEqual(readFileSync((await packLayer(parent, folder, { cacheFolder: path.join(parent, 'other') })).file), first); // prettier-ignore
    assert.equal((await packLayer(parent, folder)).codeSha256, built.codeSha256);
  });

  it('has the packages that a workspace keeps above its folder, and the sibling that it links to', async (t) => {
    const parent = scratch(t);
    const root = folderWith(parent, {
      'node_modules/kept/index.js': '',
      'shared/package.json': '{}',
      'shared/index.js': '',
      'layer/package.json': '{"dependencies":{"kept":"1","shared":"1"}}',
    });
    mkdirSync(path.join(root, 'layer/node_modules'));
    symlinkSync('../../shared', path.join(root, 'layer/node_modules/shared'));
    const expected = ['node_modules/kept/index.js', 'node_modules/shared/index.js', 'node_modules/shared/package.json', 'package.json']; // prettier-ignore
    assert.deepEqual(filesIn(await packLayer(parent, path.join(root, 'layer'))), expected.map((name) => `nodejs/${name}`)); // prettier-ignore
  });

  it('has Python modules and what their requirements name in python', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'shared.py': '',
      'requirements.txt': '--no-index\n--find-links ./wheels\ngreeting==1.0\n',
      '.lambdaignore': 'wheels\n',
    });
    await wheel(path.join(folder, 'wheels'), 'greeting', 'cp312-cp312-manylinux_2_28_x86_64', '');
    const built = await packLayer(parent, folder, { runtime: 'python3.12' });
    assert.deepEqual(built.builtFor, { runtime: 'python3.12', architecture: 'x86_64' });
    const files = filesIn(built).filter((name) => !name.includes('.dist-info/'));
    assert.deepEqual(files, ['python/greeting/__init__.py', 'python/requirements.txt', 'python/shared.py']);
  });

  it('has gems in ruby/gems and files of Ruby in ruby/lib', async (t) => {
    const files = await filesOf(t, {
      Gemfile: '',
      'shared.rb': '',
      'lib/other.rb': '',
      'vendor/bundle/ruby/3.4.0/gems/a-1.0/lib/a.rb': '',
      'vendor/bundle/ruby/3.4.0/specifications/a-1.0.gemspec': '',
    });
    assert.deepEqual(files, [
      'ruby/gems/3.4.0/gems/a-1.0/lib/a.rb',
      'ruby/gems/3.4.0/specifications/a-1.0.gemspec',
      'ruby/lib/other.rb',
      'ruby/lib/shared.rb',
    ]);
  });

  it('has jars in java/lib, and refuses two of one name', async (t) => {
    assert.deepEqual(await filesOf(t, { 'a.jar': 'a', 'lib/b.jar': 'b', 'src/C.java': '' }), ['java/lib/a.jar', 'java/lib/b.jar']); // prettier-ignore
    await failsWith(t, 'NamesCollide', { 'a.jar': 'a', 'lib/a.jar': 'b' });
  });

  it('is a folder as it is where that is laid out already', async (t) => {
    const files = {
      'bin/tool': '',
      'extensions/watcher': '',
      'nodejs/node_modules/a/index.js': '',
      'package.json': '{}',
    };
    assert.deepEqual(await filesOf(t, files), Object.keys(files));
    assert.deepEqual(await filesOf(t, { bootstrap: '', 'lib/x.so': '' }), ['bootstrap', 'lib/x.so']);
  });

  it('is a ready zip as it is', async (t) => {
    const parent = scratch(t);
    mkdirSync(parent, { recursive: true });
    const zip = await zipOf({ 'python/a.py': '' }, 0o644);
    writeFileSync(path.join(parent, 'ready.zip'), zip);
    const built = await packLayer(parent, path.join(parent, 'ready.zip'));
    assert.deepEqual(readFileSync(built.file), zip);
    assert.deepEqual(filesIn(built), ['python/a.py']);
  });

  it('is refused where nothing would find what is in it', async (t) => {
    await failsWith(t, 'LayerUnclear', { 'notes.txt': '' });
    await failsWith(t, 'NotInstalled', { 'package.json': '{"dependencies":{"a":"1"}}' });
  });
});
