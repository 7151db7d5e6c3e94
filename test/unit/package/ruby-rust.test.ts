// Gems and Rust programs: what Bundler and Cargo are asked to do, and what becomes of what they make or say.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fakeTool, withoutTools } from './fake-tool.ts';
import { folderWith, pack, scratch } from './scratch.ts';

const names = (built: { entries: readonly { path: string }[] }): string[] =>
  built.entries.map((entry) => entry.path).filter((name) => !name.endsWith('/'));
const ruby = { 'app.rb': 'def handler(event:, context:)\nend\n', Gemfile: 'source "https://rubygems.org"\n' };
const onLambdasSystem = process.platform === 'linux' && process.arch === 'x64';

describe('gems', () => {
  const install = `[ "$BUNDLE_WITHOUT" = development:test ] && [ "$BUNDLE_DEPLOYMENT" = "$WANTED_DEPLOYMENT" ] || exit 9
gems="$BUNDLE_PATH/ruby/3.1.0"; mkdir -p "$gems/gems/tea-1.0/lib" "$gems/cache"; echo x > "$gems/gems/tea-1.0/lib/tea.rb"; echo y > "$gems/cache/tea.gem"`;
  const locked = { ...ruby, 'Gemfile.lock': 'GEM\n' };

  it('of a lock are installed beside the folder, for the Ruby of the runtime, once', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, locked);
    const called = fakeTool(t, parent, 'bundle', `WANTED_DEPLOYMENT=true; [ "$BUNDLE_GEMFILE" = "$PWD/Gemfile" ] || exit 8; ${install}`); // prettier-ignore
    const expected = ['Gemfile', 'Gemfile.lock', 'app.rb', 'vendor/bundle/ruby/3.4.0/gems/tea-1.0/lib/tea.rb'];
    assert.deepEqual(names(await pack(parent, folder)), expected);
    assert.deepEqual(called(), ['install', '--quiet']);
    fakeTool(t, parent, 'bundle', 'exit 7');
    assert.deepEqual(names(await pack(parent, folder)), expected);
    assert.deepEqual(readdirSync(folder).sort(), ['Gemfile', 'Gemfile.lock', 'app.rb']);
  });

  it('without a lock are installed without leaving one, and those in vendor/bundle are taken', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, ruby);
    fakeTool(t, parent, 'bundle', `WANTED_DEPLOYMENT=; touch "$BUNDLE_GEMFILE.lock"; ${install}`);
    assert.ok(names(await pack(parent, folder)).some((name) => name.endsWith('/tea.rb')));
    assert.ok(!existsSync(path.join(folder, 'Gemfile.lock')));
    fakeTool(t, parent, 'bundle', 'exit 7');
    const own = folderWith(parent, { ...locked, 'vendor/bundle/ruby/3.4.0/gems/mine.rb': '' }, 'own');
    assert.ok(names(await pack(parent, own)).includes('vendor/bundle/ruby/3.4.0/gems/mine.rb'));
  });

  it('that are native are refused unless they were built for the runtime', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, locked);
    fakeTool(t, parent, 'bundle', 'e="$BUNDLE_PATH/ruby/3.4.0/extensions/here/3.4.0/fast-1.0"; mkdir -p "$e"; echo x > "$e/fast.so"'); // prettier-ignore
    const other = {
      code: 'RubyDependencies',
      message: /^The gem fast-1\.0 has a native part.* not for ruby3\.3 on Linux/,
    };
    await assert.rejects(pack(parent, folder, { runtime: 'ruby3.3' }), other);
    if (onLambdasSystem) assert.ok(names(await pack(parent, folder)).some((name) => name.endsWith('/fast.so')));
  });

  it('that cannot be installed say why', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, locked);
    fakeTool(
      t,
      parent,
      'bundle',
      'echo "Could not reach host rubygems.org. Check your network connection" >&2; exit 17',
    );
    await assert.rejects(pack(parent, folder), { code: 'RubyDependencies', message: /cannot be reached. Check the network\.\nbundle install/ }); // prettier-ignore
    withoutTools(t);
    await assert.rejects(pack(parent, folder), {
      code: 'ToolMissing',
      message: /^bundle is needed.*gem install bundler/,
    });
  });
});

describe('a Rust program', () => {
  const crate = { 'Cargo.toml': '[package]\nname = "till"\n', 'src/main.rs': 'fn main() {}', 'data.json': '{}' };
  const metadata = (...bins: string[]): string =>
    JSON.stringify({ target_directory: 'TARGET', packages: [{ manifest_path: 'FOLDER/Cargo.toml', targets: bins.map((name) => ({ name, kind: ['bin'] })) }] }); // prettier-ignore
  const plain = (json: string, build: string): string => `case "$1" in
lambda) echo "error: no such command: lambda" >&2; exit 101;;
metadata) echo '${json}' | sed "s|TARGET|$PWD/target|; s|FOLDER|$PWD|";;
build) ${build};;
esac`;

  it('is built with cargo-lambda where it is there', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, crate);
    const called = fakeTool(t, parent, 'cargo', '[ "$2" = build ] || exit 0; shift 7; mkdir -p "$1/till"; echo x > "$1/till/bootstrap"'); // prettier-ignore
    const built = await pack(parent, folder);
    assert.deepEqual([built.runtime, built.handler], ['provided.al2023', 'bootstrap']);
    assert.deepEqual(names(built), ['bootstrap', 'data.json']);
    assert.deepEqual(called().slice(0, 7), ['lambda', 'build', '--release', '--x86-64', '--output-format', 'binary', '--lambda-dir']); // prettier-ignore
  });

  it('is built for musl by cargo alone', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { ...crate, 'lambda.json': '{ "architecture": "arm64" }' });
    const build = 'mkdir -p "target/$4/release"; echo x > "target/$4/release/$6"';
    const called = fakeTool(t, parent, 'cargo', plain(metadata('till'), build));
    assert.deepEqual(names(await pack(parent, folder)), ['bootstrap', 'data.json']);
    assert.deepEqual(called(), ['build', '--release', '--target', 'aarch64-unknown-linux-musl', '--bin', 'till']);
  });

  it('says what is missing, or what to choose', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, crate);
    const missing = 'echo "= note: the x86_64-unknown-linux-musl target may not be installed" >&2; exit 101';
    fakeTool(t, parent, 'cargo', plain(metadata('till'), missing));
    await assert.rejects(pack(parent, folder), {
      code: 'RustTarget',
      message: /rustup target add x86_64-unknown-linux-musl/,
    });
    fakeTool(t, parent, 'cargo', plain(metadata('till', 'shop'), ''));
    await assert.rejects(pack(parent, folder), { code: 'RustProgram', message: /several programs: till, shop\./ });
    withoutTools(t);
    await assert.rejects(pack(parent, folder), { code: 'ToolMissing', message: /^cargo is needed.*rustup\.rs/ });
  });
});
