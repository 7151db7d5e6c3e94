// Native code for another system than the function's is warned of before it fails there.
import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { folderWith, handlerFile, pack, scratch } from './scratch.ts';

/** What a program or library begins with. */
function program(system: 'x64' | 'arm64' | 'macOS' | 'Windows'): Buffer {
  const head = Buffer.alloc(64);
  head.write({ x64: '7f454c460201', arm64: '7f454c460201', macOS: 'cffaedfe', Windows: '4d5a' }[system], 'hex');
  if (system === 'x64' || system === 'arm64') head.writeUInt16LE(system === 'x64' ? 62 : 183, 18);
  return head;
}

async function warningsOf(
  t: TestContext,
  files: Parameters<typeof folderWith>[1],
  architecture?: string,
): Promise<readonly string[]> {
  // prettier-ignore
  const parent = scratch(t);
  const settings = architecture === undefined ? {} : { 'lambda.json': JSON.stringify({ architecture }) };
  return (await pack(parent, folderWith(parent, { ...files, ...settings }))).warnings;
}

describe('native code', () => {
  const node = { 'index.mjs': handlerFile };

  it('for another processor or system is named, with how to install what runs', async (t) => {
    const files = { ...node, 'node_modules/@img/sharp-linux-x64/lib/sharp.node': program('x64') };
    assert.deepEqual(await warningsOf(t, files), []);
    const [warning, ...others] = await warningsOf(t, files, 'arm64');
    assert.match(
      warning ?? '',
      /^node_modules\/@img\/sharp-linux-x64 is for Linux x64, and the function runs on Linux arm64\. .*npm install --os=linux --cpu=arm64/,
    );
    assert.deepEqual(others, []);
    const compiled = await warningsOf(t, { ...node, 'node_modules/addon/build/Release/a.node': program('macOS') });
    assert.match(compiled[0] ?? '', /^node_modules\/addon is for macOS, and the function runs on Linux x64/);
    const musl = await warningsOf(t, { ...node, 'node_modules/@img/sharp-linuxmusl-x64/a.node': program('x64') });
    assert.match(musl[0] ?? '', /is for Linux x64 with musl/);
  });

  it('for several systems is no matter where the right one is among them', async (t) => {
    const many = {
      ...node,
      'node_modules/a/prebuilds/darwin-arm64/a.node': program('macOS'),
      'node_modules/a/prebuilds/linux-arm64/a.node': program('arm64'),
      'node_modules/a/prebuilds/win32-x64/a.node': program('Windows'),
      'node_modules/@img/sharp-linux-x64/sharp.node': program('x64'),
      'node_modules/@img/sharp-linux-arm64/sharp.node': program('arm64'),
      'node_modules/.pnpm/@b+c-linux-x64@1.0.0/node_modules/@b/c-linux-x64/c.node': program('x64'),
      'node_modules/.pnpm/@b+c-linux-arm64@1.0.0/node_modules/@b/c-linux-arm64/c.node': program('arm64'),
    };
    assert.deepEqual(await warningsOf(t, many, 'arm64'), []);
  });

  it('that nobody has built is named', async (t) => {
    const recipe = { ...node, 'node_modules/better/package.json': '{}', 'node_modules/better/binding.gyp': '' };
    assert.match((await warningsOf(t, recipe))[0] ?? '', /^node_modules\/better has a native part that was not built/);
    assert.deepEqual(await warningsOf(t, { ...recipe, 'node_modules/better/build/b.node': program('x64') }), []);
  });

  it('of Python packages in the folder, and of a bootstrap, is looked at too', async (t) => {
    const python = { 'app.py': 'def handler(event, context): pass\n', 'numpy/core/_x.cpython-313-darwin.so': program('macOS') }; // prettier-ignore
    assert.match((await warningsOf(t, python))[0] ?? '', /^numpy is for macOS, .* requirements\.txt/);
    assert.match((await warningsOf(t, { bootstrap: program('x64') }, 'arm64'))[0] ?? '', /^bootstrap is for Linux x64, .*"architecture"/); // prettier-ignore
    assert.deepEqual(await warningsOf(t, { bootstrap: '#!/bin/sh\necho nothing to see here\n' }, 'arm64'), []);
  });
});
