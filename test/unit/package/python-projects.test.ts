// Python projects as people keep them: requirements in several files, conditions, code in src.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { previewPackage } from '../../../src/package/explain.ts';
import { packageFolder } from '../../../src/package/package-folder.ts';
import { Problem } from '../../../src/problem.ts';
import { folderWith, pack, scratch, unzip } from './scratch.ts';
import { wheel } from './wheel.ts';

const app = { 'app.py': 'def handler(event, context): pass\n', '.lambdaignore': 'wheels\n' };
const fromWheels = '--no-index\n-f wheels\n';

/** The modules at the root of a package, of those that a test makes. */
const modulesIn = ({ entries }: { entries: readonly { path: string }[] }): string[] =>
  entries.flatMap(({ path: name }) => /^(\w+)\/__init__\.py$/.exec(name)?.[1] ?? []);

/** A folder with wheels of these names in it. */
async function projectWith(
  t: TestContext,
  files: Record<string, string>,
  ...wheels: string[]
): Promise<{ parent: string; folder: string }> {
  // prettier-ignore
  const parent = scratch(t);
  const folder = folderWith(parent, files);
  for (const name of wheels) await wheel(path.join(folder, 'wheels'), name, 'py3-none-any', '');
  return { parent, folder };
}

describe('requirements', () => {
  it('of included files count, from wherever those lie, and what they hold is installed anew when it changes', async (t) => {
    const files = {
      ...app,
      'requirements.txt': '-r requirements/base.txt\n',
      'requirements/base.txt': `--no-index\n--find-links ../wheels\n-c limits.txt\none\n--requirement=more.txt\n`,
      'requirements/more.txt': 'two',
      'requirements/limits.txt': 'one==1.0\n',
    };
    const { parent, folder } = await projectWith(t, files, 'one', 'two', 'three');
    assert.deepEqual(modulesIn(await pack(parent, folder)), ['one', 'two']);
    folderWith(parent, { 'requirements/more.txt': 'three' });
    assert.deepEqual(modulesIn(await pack(parent, folder)), ['one', 'three']);
    folderWith(parent, { 'requirements/more.txt': '-r gone.txt' });
    await assert.rejects(pack(parent, folder), (error: unknown) => {
      assert.ok(error instanceof Problem && error.code === 'PythonDependencies', String(error));
      assert.match(error.message, /^gone\.txt, which more\.txt includes, cannot be read/);
      return true;
    });
  });

  it('with conditions are held against Lambda, not against the Python of this machine', async (t) => {
    const conditions = [
      'one ; python_version == "3.14" and sys_platform == "linux"',
      'two ; platform_machine == "aarch64"',
      'three ; python_version < "3.14"',
      'four ; sys_platform == "win32" or sys_platform == "darwin" or platform_machine == "x86_64"',
    ];
    const files = { ...app, 'lambda.json': '{"architecture":"arm64"}', 'requirements.txt': `${fromWheels}${conditions.join('\n')}\n` }; // prettier-ignore
    const { parent, folder } = await projectWith(t, files, 'one', 'two', 'three', 'four');
    assert.deepEqual(modulesIn(await pack(parent, folder, { runtime: 'python3.14' })), ['one', 'two']);
  });

  it('of the project itself are what it declares, with the extras asked for; its folder stays as it is', async (t) => {
    const files = {
      'pyproject.toml': '[project]\nname = "mine"\nversion = "1"\ndependencies = ["one"]\n[project.optional-dependencies]\nfast = ["two"]\n',
      'requirements.txt': `${fromWheels}-e .[fast]\n`,
      'src/mine/__init__.py': '',
      'src/mine/greet.py': 'hello = "hi"\n',
      'src/mine/app.py': 'import one, two\nfrom mine.greet import hello\ndef handler(event, context): return hello\n',
      '.lambdaignore': 'wheels\n',
    }; // prettier-ignore
    const { parent, folder } = await projectWith(t, files, 'one', 'two');
    const built = await pack(parent, folder);
    assert.equal(built.handler, 'mine/app.handler');
    assert.deepEqual(modulesIn(built), ['mine', 'one', 'two']);
    assert.ok(!built.entries.some(({ path: name }) => name.startsWith('src')));
    const task = path.join(parent, 'task');
    unzip(built.file, task);
    const said = execFileSync('python3', ['-c', 'import mine.app; print(mine.app.handler({}, None))'], { cwd: task, encoding: 'utf8' }); // prettier-ignore
    assert.equal(said, 'hi\n');
    assert.deepEqual(readdirSync(folder).toSorted(), ['.lambdaignore', 'pyproject.toml', 'requirements.txt', 'src', 'wheels']); // prettier-ignore
  });
});

describe('a Python handler', () => {
  const project = { 'pyproject.toml': '[tool.black]\n', 'src/mine/__init__.py': '', 'src/mine/api.py': '' };

  it('is found where it is written with dots, as Lambda takes it, also in the src of a project', async (t) => {
    const { parent, folder } = await projectWith(t, { ...project, 'lib/other.py': '' });
    const handlers = ['mine.api.run', 'mine/api.run', 'src.mine.api.run', 'lib.other.run'];
    const files = await Promise.all(
      handlers.map(async (handler) => {
        const built = await pack(path.join(parent, handler.replace('/', '-')), folder, { handler, cacheFolder: path.join(parent, 'cache', handler) }); // prettier-ignore
        assert.deepEqual([built.runtime, built.handler], ['python3.13', handler]);
        return built.entries.find(({ path: name }) => name.endsWith('mine/api.py'))?.path;
      }),
    );
    assert.deepEqual(files, ['mine/api.py', 'mine/api.py', 'src/mine/api.py', 'src/mine/api.py']);
  });

  it('without a function is told what a handler is', async (t) => {
    const { parent, folder } = await projectWith(t, project);
    await assert.rejects(pack(parent, folder, { handler: 'x' }), /The handler x names no file of fn\. A handler is FILE\.FUNCTION/); // prettier-ignore
  });
});

it('a preview says which Python package brought another', async (t) => {
  const { parent, folder } = await projectWith(t, { ...app, 'requirements.txt': `${fromWheels}one\n` });
  await wheel(path.join(folder, 'wheels'), 'one', 'py3-none-any', '', ['two>=1 ; python_version >= "3.9"', 'three ; extra == "fast"']); // prettier-ignore
  await wheel(path.join(folder, 'wheels'), 'two', 'py3-none-any', 'text = """' + 'long '.repeat(1000) + '"""');
  const { parts, text } = await previewPackage({ folder, cacheFolder: path.join(parent, 'cache') }, packageFolder);
  assert.deepEqual([parts[0]?.name, parts[0]?.because], ['two/', ['one', 'two']]);
  assert.match(text, /^two\/ .* through one$/m);
});
