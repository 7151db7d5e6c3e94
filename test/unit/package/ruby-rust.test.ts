// Gems and Rust programs: what Bundler and Cargo are asked to do, and what becomes of what they make or say.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fakeTool, withoutTools } from './fake-tool.ts';
import { folderWith, pack, scratch, unzip } from './scratch.ts';

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
    const expected = [
      '.bundle/config',
      'Gemfile',
      'Gemfile.lock',
      'app.rb',
      'vendor/bundle/ruby/3.4.0/gems/tea-1.0/lib/tea.rb',
    ];
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

  it('that come from a folder elsewhere would not ship, and are refused', async (t) => {
    const parent = scratch(t);
    const path = (place: string): Record<string, string> => ({
      ...ruby,
      Gemfile: `gem "greet", path: "${place}"\n`,
      'Gemfile.lock': `PATH\n  remote: ${place}\n  specs:\n    greet (1.0.0)\n`,
    });
    fakeTool(t, parent, 'bundle', 'exit 0');
    const outside = { code: 'RubyDependencies', message: /takes a gem from \.\.\/greet, outside of the folder/ };
    await assert.rejects(pack(parent, folderWith(parent, path('../greet'))), outside);
    assert.ok(names(await pack(parent, folderWith(parent, path('greet'), 'inside'))).includes('app.rb'));
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
    JSON.stringify({ target_directory: 'TARGET', workspace_root: 'FOLDER', packages: [{ manifest_path: 'FOLDER/Cargo.toml', targets: bins.map((name) => ({ name, kind: ['bin'] })) }] }); // prettier-ignore
  const plain = (json: string, build: string): string => `case "$1" in
lambda) echo "error: no such command: lambda" >&2; exit 101;;
metadata) echo '${json}' | sed "s|TARGET|$PWD/target|; s|FOLDER|$PWD|g";;
-vV) echo "host: sparc64-unknown-linux-gnu";;
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

  it('is built for musl by cargo alone where its standard library is installed', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { ...crate, 'lambda.json': '{ "architecture": "arm64" }' });
    const build = 'mkdir -p "target/$4/release"; echo x > "target/$4/release/$6"';
    const called = fakeTool(t, parent, 'cargo', plain(metadata('till'), build));
    fakeTool(t, parent, 'rustc', '[ "$2 $4" = "target-libdir aarch64-unknown-linux-musl" ] && echo "$PWD"');
    assert.deepEqual(names(await pack(parent, folder)), ['bootstrap', 'data.json']);
    assert.deepEqual(called(), ['build', '--release', '--target', 'aarch64-unknown-linux-musl', '--bin', 'till']);
    fakeTool(t, parent, 'cargo', plain(metadata('till'), 'echo "error: linker \'musl-gcc\' not found" >&2; exit 101'));
    await assert.rejects(pack(parent, folder), { code: 'RustTarget', message: /lacks a linker.*musl-gcc/s });
  });

  it('says what is missing, or what to choose', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, crate);
    fakeTool(t, parent, 'cargo', plain(metadata('till'), 'exit 9'));
    fakeTool(t, parent, 'rustc', 'echo "$PWD/nowhere"');
    await assert.rejects(pack(parent, folder), {
      code: 'RustTarget',
      message: /Rust \(sparc64.*cannot build for.*rustup target add x86_64-unknown-linux-musl/,
    });
    fakeTool(t, parent, 'cargo', plain(metadata('till', 'shop'), ''));
    await assert.rejects(pack(parent, folder), { code: 'RustProgram', message: /several programs: till, shop\./ });
    const member = (name: string): object => ({ manifest_path: `FOLDER/crates/${name}/Cargo.toml`, targets: [{ name, kind: ['bin'] }] }); // prettier-ignore
    const workspace = { target_directory: 'TARGET', workspace_root: 'FOLDER', packages: ['till', 'shop'].map(member) };
    fakeTool(t, parent, 'cargo', plain(JSON.stringify(workspace), ''));
    await assert.rejects(pack(parent, folder), { code: 'RustProgram', message: /several programs: till in crates\/till, shop in crates\/shop\. Choose/ }); // prettier-ignore
    withoutTools(t);
    await assert.rejects(pack(parent, folder), { code: 'ToolMissing', message: /^cargo is needed.*rustup\.rs/ });
  });
});

describe('the real Cargo', () => {
  const manifest = '[package]\nname = "till"\nversion = "0.1.0"\nedition = "2021"\n';
  const files = {
    'Cargo.toml': manifest,
    'src/main.rs': 'fn main() { println!("{}", include_str!("../data.txt")) }',
    'data.txt': 'x',
  };

  it('makes the same bootstrap in each folder, beside what it left there before', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, files);
    const first = await pack(parent, folder);
    assert.deepEqual(names(first), ['bootstrap', 'data.txt']);
    assert.ok(existsSync(path.join(folder, 'target')));
    // Cargo writes to files that were found before it began, and nothing remembers them.
    writeFileSync(path.join(folder, 'src/main.rs'), 'fn main() { println!("something else") }');
    await pack(parent, folder, { cacheFolder: path.join(parent, 'no-cache') });
    writeFileSync(path.join(folder, 'src/main.rs'), files['src/main.rs']);
    const again = await pack(parent, folder, { cacheFolder: path.join(parent, 'another-cache') });
    assert.equal(again.codeSha256, first.codeSha256);
    const elsewhere = await pack(parent, folderWith(parent, files, 'elsewhere'));
    assert.equal(elsewhere.codeSha256, first.codeSha256);
    unzip(first.file, path.join(parent, 'out'));
    if (onLambdasSystem) assert.equal(execFileSync(path.join(parent, 'out', 'bootstrap'), { encoding: 'utf8' }), 'x\n');
  });

  it('says where a program is wrong, and nothing is made', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { ...files, 'src/main.rs': 'fn main() { nonsense() }' });
    await assert.rejects(pack(parent, folder), { code: 'ToolFailed', message: /cannot find function `nonsense`.*src\/main\.rs:1:13/s }); // prettier-ignore
    assert.ok(!existsSync(path.join(parent, 'out.zip')));
  });

  it(
    'for a system older than its own is refused by name',
    { skip: !onLambdasSystem && 'only Linux builds for itself' },
    async (t) => {
      const parent = scratch(t);
      const folder = folderWith(parent, files);
      // A toolchain without musl, as Debian's, however many targets this machine has.
      const rustc = execFileSync('sh', ['-c', 'command -v rustc'], { encoding: 'utf8' }).trim();
      fakeTool(t, parent, 'rustc', `case "$2 $4" in "target-libdir x86_64-unknown-linux-musl") echo /nowhere;; *) exec ${rustc} "$@";; esac`); // prettier-ignore
      const own = { runtime: 'provided.al2', handler: 'bootstrap' };
      const built = pack(parent, folder, own);
      await assert.rejects(built, { code: 'RustTarget', message: /^till was built for glibc 2\.\d+, as on this machine, and provided\.al2 has 2\.26\. Run "rustup target add/ }); // prettier-ignore
    },
  );
});
