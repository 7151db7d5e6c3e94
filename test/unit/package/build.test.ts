// What is built or installed for a package: with the real tools, and with wheels made here.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { runTool } from '../../../src/package/build/run-tool.ts';
import { findRuntime } from '../../../src/package/find-runtime.ts';
import { Problem } from '../../../src/problem.ts';
import { fakeTool } from './fake-tool.ts';
import { folderWith, pack, scratch, unzip } from './scratch.ts';
import { wheel } from './wheel.ts';

const handler = 'import greeting\ndef lambda_handler(event, context):\n    return greeting.hello()\n';
const requirements = '# what it needs\n--no-index\n--find-links ./wheels\ngreeting==1.0\n';
const names = (built: { entries: readonly { path: string }[] }): string[] => built.entries.map((entry) => entry.path);

describe('Python dependencies', () => {
  it('are installed for Lambda, without tests, programs and records, and run', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'lambda_function.py': handler,
      'requirements.txt': requirements,
      '.lambdaignore': 'wheels\n',
    });
    await wheel(
      path.join(folder, 'wheels'),
      'greeting',
      'cp313-cp313-manylinux_2_28_x86_64',
      "def hello(): return 'hi'",
    );
    const built = await pack(parent, folder);
    assert.equal(built.runtime, 'python3.13');
    const expected = ['greeting-1.0.dist-info/', 'greeting-1.0.dist-info/METADATA', 'greeting-1.0.dist-info/WHEEL', 'greeting-1.0.dist-info/entry_points.txt', 'greeting/', 'greeting/__init__.py', 'lambda_function.py', 'requirements.txt']; // prettier-ignore
    assert.deepEqual(names(built), expected);
    unzip(built.file, path.join(parent, 'out'));
    const code = 'import lambda_function; print(lambda_function.lambda_handler({}, None))';
    const said = execFileSync('python3', ['-c', code], { cwd: path.join(parent, 'out'), encoding: 'utf8' });
    assert.equal(said, 'hi\n');
    assert.equal((await pack(parent, folder)).codeSha256, built.codeSha256);
  });

  it('that have no wheel for Lambda are named, and nothing is made', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'lambda_function.py': handler, 'requirements.txt': requirements });
    await wheel(path.join(folder, 'wheels'), 'greeting', 'cp313-cp313-macosx_11_0_arm64', '');
    await assert.rejects(pack(parent, folder), (error) => {
      assert.ok(error instanceof Problem && error.code === 'PythonDependencies', String(error));
      assert.match(
        error.message,
        /^greeting==1\.0 has no wheel for python3\.13 on Linux x86_64, or there is no such package/,
      );
      return true;
    });
    assert.ok(!readdirSync(parent).includes('out.zip'));
  });

  it('are none where requirements.txt only has comments', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'lambda_function.py': handler, 'requirements.txt': '# nothing\n\n' });
    assert.deepEqual(names(await pack(parent, folder)), ['lambda_function.py', 'requirements.txt']);
  });
});

describe('a poetry.lock', () => {
  const lock = '[[package]]\nname = "greeting"\nversion = "1.0"\n[package.source]\ntype = "file"\nurl = "wheels/greeting-1.0-py3-none-any.whl"\n'; // prettier-ignore
  const files = {
    'lambda_function.py': handler,
    'pyproject.toml': '[tool.poetry.dependencies]\ngreeting = "*"\n',
    'poetry.lock': lock,
    '.lambdaignore': 'wheels\n',
  };
  const isIn = (built: { entries: readonly { path: string }[] }, name: string): boolean => names(built).includes(name);

  it('is exported by Poetry where that can, and read where it cannot', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, files);
    for (const name of ['greeting', 'exported']) await wheel(path.join(folder, 'wheels'), name, 'py3-none-any', '');
    const called = fakeTool(t, parent, 'poetry', `echo "exported @ file://${folder}/wheels/exported-1.0-py3-none-any.whl"`); // prettier-ignore
    const exported = await pack(parent, folder);
    assert.deepEqual(called(), ['export', '--format', 'requirements.txt', '--without-hashes', '--only', 'main']);
    assert.ok(isIn(exported, 'exported/__init__.py') && !isIn(exported, 'greeting/__init__.py'));
    for (const says of ['The command "export" does not exist.', 'The requested command export does not exist.']) {
      fakeTool(t, parent, 'poetry', `echo '${says}' >&2; exit 1`);
      assert.ok(isIn(await pack(parent, folder), 'greeting/__init__.py'));
    }
    fakeTool(t, parent, 'poetry', 'echo "pyproject.toml changed significantly since poetry.lock was last generated" >&2; exit 1'); // prettier-ignore
    await assert.rejects(pack(parent, folder), {
      code: 'ToolFailed',
      message: /poetry export .*\npyproject\.toml changed/,
    });
  });
});

describe('a custom runtime', () => {
  it('is a bootstrap in the folder', async (t) => {
    const parent = scratch(t);
    const built = await pack(
      parent,
      folderWith(parent, { bootstrap: '#!/bin/sh\n', 'index.js': 'exports.handler = 1' }),
    );
    assert.deepEqual([built.runtime, built.handler], ['provided.al2023', 'bootstrap']);
  });

  it('is what Go builds, or Go says why not', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {
      'go.mod': 'module example.com/fn\n\ngo 1.19\n',
      'main.go': 'package main\n\nfunc main() { println("started") }\n',
      'data.json': '{}',
    });
    const built = await pack(parent, folder);
    assert.deepEqual(names(built), ['bootstrap', 'data.json']);
    unzip(built.file, path.join(parent, 'out'));
    assert.equal(spawnSync(path.join(parent, 'out', 'bootstrap'), { encoding: 'utf8' }).stderr, 'started\n');
    writeFileSync(path.join(folder, 'main.go'), 'package main\nfunc main() { nonsense }\n');
    await assert.rejects(pack(parent, folder), { code: 'ToolFailed', message: /main\.go:2.*undefined: nonsense/s });
  });

  it('is what Go builds of a package of a module above, or of the only program below', async (t) => {
    const parent = scratch(t);
    const says = (word: string): string =>
      `package main\n\nimport "example.com/all/lib"\n\nfunc main() { println(lib.Of("${word}")) }\n`;
    const folder = folderWith(parent, {
      'go.mod': 'module example.com/all\n\ngo 1.19\n',
      'lib/lib.go': 'package lib\n\nfunc Of(name string) string { return "from " + name }\n',
      'cmd/one/main.go': says('one'),
    }); // prettier-ignore
    const said = async (place: string): Promise<string> => {
      const built = await pack(parent, path.join(folder, place), { outFile: path.join(parent, place, 'out.zip') });
      assert.deepEqual([built.runtime, built.handler], ['provided.al2023', 'bootstrap']);
      unzip(built.file, path.join(parent, place, 'out'));
      return spawnSync(path.join(parent, place, 'out', 'bootstrap'), { encoding: 'utf8' }).stderr;
    };
    assert.equal(await said('.'), 'from one\n');
    folderWith(parent, { 'cmd/two/main.go': says('two') });
    assert.equal(await said('cmd/two'), 'from two\n');
    await assert.rejects(pack(parent, folder), { code: 'GoProgram', message: /several programs: cmd\/one, cmd\/two\. Choose the folder of one\./ }); // prettier-ignore
    rmSync(path.join(folder, 'cmd'), { recursive: true });
    await assert.rejects(pack(parent, folder), { code: 'GoProgram', message: /no program/ });
  });

  it('and Ruby are found by their files', async (t) => {
    const folder = folderWith(scratch(t), { 'lambda_function.rb': 'def lambda_handler(event:, context:)\nend\n' });
    const found = findRuntime({ folder, names: new Set(['lambda_function.rb']) });
    assert.deepEqual(found, { runtime: 'ruby3.4', handler: 'lambda_function.lambda_handler' });
  });
});

describe('a build tool', () => {
  it('that is missing, fails or hangs says what to do, or what it said itself', async (t) => {
    const cwd = scratch(t);
    mkdirSync(cwd, { recursive: true });
    const tool = path.join(path.dirname(cwd), path.basename(cwd), '..', `${path.basename(cwd)}-tool`);
    t.after(() => spawnSync('rm', ['-f', tool]));
    writeFileSync(tool, '#!/bin/sh\necho "$1 is wrong" >&2\n[ "$1" = hang ] && exec tail -f /dev/null\nexit 3\n');
    chmodSync(tool, 0o755);
    const run = (command: string, arg: string, limitMs = 60_000): Promise<string> =>
      runTool({ command, args: [arg], cwd, install: 'Install it from its site.', limitMs });
    await assert.rejects(run('no-such-tool', 'x'), { code: 'ToolMissing', message: /no-such-tool.*Install it/ });
    await assert.rejects(run(tool, 'this'), { code: 'ToolFailed', message: /failed \(3\):\nthis is wrong/ });
    await assert.rejects(run(tool, 'hang', 500), {
      code: 'ToolHangs',
      message: /did not end within 0\.5 s.*\nhang is wrong/,
    });
  });

  it('that says much is quoted from its beginning and its end, without colours', async (t) => {
    const cwd = scratch(t);
    const script = `printf '\\033[31mfirst\\033[0m\\n'; seq 2 99; echo last; exit 1`;
    await assert.rejects(runTool({ command: 'sh', args: ['-c', script], cwd, install: '' }), {
      code: 'ToolFailed',
      message: /failed \(1\):\nfirst\n2\n.*\n20\n… 60 lines more …\n81\n.*\n99\nlast$/s,
    });
  });

  it('ends with all its children when it is cancelled', async (t) => {
    const cwd = scratch(t);
    const abort = new AbortController();
    const script = 'sleep 600 & echo $! > child; wait';
    const ended = runTool({ command: 'sh', args: ['-c', script], cwd, install: '', signal: abort.signal });
    const child = path.join(cwd, 'child');
    while (spawnSync('test', ['-s', child]).status !== 0);
    abort.abort();
    await assert.rejects(ended, { name: 'AbortError' });
    const pid = execFileSync('cat', [child], { encoding: 'utf8' }).trim();
    // Gone, or dead and not yet collected by its new parent.
    const state = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.[0] : 'gone';
    assert.ok(state === 'gone' || state === 'Z' || state === 'X', state);
  });
});
