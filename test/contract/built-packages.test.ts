// Projects of each build tool with a dependency of their own, built by the real tool without a network, deployed and invoked.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { wheel } from '../unit/package/wheel.ts';
import { Terminal } from './deployed-folder.ts';
import { temporaryFolder } from './engine-process.ts';
import { gradleProject, mavenModules, mavenProject, mavenRepository, shadePlugin } from './java-projects.ts';

const scratch = temporaryFolder();
let terminal: Terminal;

before(async () => {
  terminal = await Terminal.open(scratch.path);
});
after(async () => {
  await terminal[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

function folderOf(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = path.join(scratch.path, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return folder;
}

/** Deploys a folder twice: what is built from the same files is the same, and nothing is uploaded again. Gives the answer to Ada. */
async function answerOf(folder: string, name: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  assert.equal((await terminal.deploy(folder, name, env))['action'], 'created');
  assert.equal((await terminal.deploy(folder, name, env))['action'], 'unchanged');
  const { payload, functionError } = await terminal.invoke(name, '{"name":"Ada"}');
  assert.equal(functionError, undefined, JSON.stringify(payload));
  return payload;
}

describe('a project of', () => {
  it('Gradle, with a library and a resource, runs; also when its daemon goes on from an earlier build', async (t) => {
    t.after(() => terminal.run('gradle', '--stop'));
    const folder = folderOf("gradle's", await gradleProject());
    assert.equal(await answerOf(folder, 'with-gradle'), 'Hello, Ada!!!');
  });

  describe('Maven, from the plugins of Debian', () => {
    const places = { repository: path.join(scratch.path, 'repository'), local: path.join(scratch.path, 'local') };
    // Debian's Maven, whatever other one comes first: it takes the versions that Debian has.
    const env = { PATH: `/usr/bin${path.delimiter}${process.env['PATH']}` };
    before(async () => {
      folderOf('repository', await mavenRepository());
    });

    it('with a library that Maven resolves, runs', async () => {
      const folder = folderOf('maven', mavenProject(places));
      assert.equal(await answerOf(folder, 'with-maven', env), 'Hello, Ada!!!');
    });

    it('with a library that another module of the build is, runs', async () => {
      const root = folderOf('modules', mavenModules(places));
      assert.equal(await answerOf(path.join(root, 'orders'), 'with-modules', env), 'Hello, Ada!!!');
    });

    it('with a shaded jar, runs', async () => {
      const folder = folderOf('shaded', mavenProject(places, shadePlugin()));
      assert.equal(await answerOf(folder, 'with-shade', env), 'Hello, Ada!!!');
    });
  });

  describe('Bundler', () => {
    const gem = {
      'greet.gemspec': "Gem::Specification.new { |s| s.name = 'greet'; s.version = '1.0.0'; s.summary = 'Greets'; s.authors = ['A']; s.files = ['lib/greet.rb'] }", // prettier-ignore
      'lib/greet.rb': 'module Greet; def self.of(name) = "Hello, #{name}!"; end\n',
    };
    const app = { 'app.rb': 'require "greet"\ndef handler(event:, context:) = Greet.of(event["name"])\n' };
    const quiet = { stdio: 'ignore' } as const;

    for (const isLocked of [true, false])
      it(`${isLocked ? 'with' : 'without'} a lock, and a gem from a server, runs, also as Bundler sets it up`, async () => {
        const name = isLocked ? 'locked-gem' : 'gem';
        const source = folderOf(`${name}-source`, gem);
        const server = folderOf(`${name}-server`, { 'gems/.keep': '' });
        const tool = folderOf(`${name}-tool`, { 'tool.gemspec': gem['greet.gemspec'].replaceAll('greet', 'tool'), 'lib/tool.rb': '' }); // prettier-ignore
        for (const [each, place] of [['greet', source], ['tool', tool]] as const)
          execFileSync('gem', ['build', `${each}.gemspec`, '-o', path.join(server, 'gems', `${each}-1.0.0.gem`)], { cwd: place, ...quiet }); // prettier-ignore
        execFileSync('gem', ['generate_index'], { cwd: server, ...quiet });
        const Gemfile = `source "file://${server}"\ngem "greet"\ngroup(:test) { gem "tool" }\n`;
        const folder = folderOf(name, { 'app.rb': `require "bundler/setup"\n${app['app.rb']}`, Gemfile });
        if (isLocked) execFileSync('bundle', ['lock'], { cwd: folder, ...quiet });
        assert.equal(await answerOf(folder, name), 'Hello, Ada!');
      });

    it('with a gem in a folder of its own, which Bundler sets up, runs', async () => {
      const inFolder = Object.fromEntries(Object.entries(gem).map(([name, text]) => [`greet/${name}`, text]));
      const Gemfile = 'source "https://rubygems.org"\ngem "greet", path: "greet"\n';
      const folder = folderOf('path-gem', { ...app, ...inFolder, Gemfile });
      writeFileSync(path.join(folder, 'app.rb'), `require "bundler/setup"\n${app['app.rb']}`);
      assert.equal(await answerOf(folder, 'path-gem'), 'Hello, Ada!');
      execFileSync('bundle', ['lock', '--local'], { cwd: folder, ...quiet });
      assert.equal(await answerOf(folder, 'locked-path-gem'), 'Hello, Ada!');
    });
  });

  it('Poetry, with what its lock says of a wheel and what that needs, runs', async () => {
    const folder = folderOf('poetry', {
      'app.py': 'import greeting\n\ndef handler(event, context):\n    return greeting.of(event["name"])\n',
      'pyproject.toml': `[tool.poetry]
name = "fn"
version = "0.1.0"
description = ""
authors = ["A <a@example.com>"]

[tool.poetry.dependencies]
python = "^3.9"
greeting = { path = "wheels/greeting-1.0-py3-none-any.whl" }
words = { path = "wheels/words-1.0-py3-none-any.whl" }

[tool.poetry.group.dev.dependencies]
checks = { path = "wheels/checks-1.0-py3-none-any.whl" }
`,
      '.lambdaignore': 'wheels\n',
    });
    const into = path.join(folder, 'wheels');
    await wheel(into, 'words', 'py3-none-any', 'hello = "Hello"\n');
    await wheel(into, 'greeting', 'py3-none-any', 'import words\ndef of(name): return f"{words.hello}, {name}!"\n');
    await wheel(into, 'checks', 'py3-none-any', '');
    execFileSync('poetry', ['lock', '--no-interaction'], { cwd: folder, stdio: 'ignore' });
    assert.equal(await answerOf(folder, 'with-poetry'), 'Hello, Ada!');
  });

  it('Go, with a module in vendor/, runs', async () => {
    const program = `package main

import (
	"io"
	"net/http"
	"os"
	"strings"

	"example.com/tea"
)

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		next, _ := http.Get(api + "next")
		io.Copy(io.Discard, next.Body)
		id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")
		http.Post(api+id+"/response", "application/json", strings.NewReader(tea.Greeting))
	}
}
`;
    const folder = folderOf('go', {
      'go.mod': 'module example.com/fn\n\ngo 1.19\n\nrequire example.com/tea v1.0.0\n',
      'main.go': program,
      'vendor/modules.txt': '# example.com/tea v1.0.0\n## explicit\nexample.com/tea\n',
      'vendor/example.com/tea/tea.go': 'package tea\n\nconst Greeting = `"Hello, Ada!"`\n',
    });
    assert.equal(await answerOf(folder, 'with-go'), 'Hello, Ada!');
  });
});
