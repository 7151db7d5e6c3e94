import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { zipOf } from '../../contract/zip-of.ts';
import { folderWith, handlerFile, pack, scratch } from './scratch.ts';

describe('a ready package', () => {
  it('is taken byte for byte, with runtime and handler as said', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, {});
    const file = path.join(folder, 'ready.zip');
    writeFileSync(file, await zipOf({ 'index.mjs': handlerFile }));
    const built = await pack(parent, file, { handler: 'index.handler' });
    assert.deepEqual([built.runtime, built.handler], ['nodejs24.x', 'index.handler']);
    assert.ok(readFileSync(built.file).equals(readFileSync(file)));
    writeFileSync(path.join(folder, 'lambda.json'), '{"runtime":"nodejs22.x","handler":"index.handler"}');
    assert.equal((await pack(parent, file)).runtime, 'nodejs22.x');
    await assert.rejects(pack(parent, file, { handler: 'other.handler' }), { code: 'HandlerFileMissing' });
  });

  it('that Lambda could not use is refused, or warned of', async (t) => {
    const parent = scratch(t);
    const file = path.join(folderWith(parent, {}), 'ready.zip');
    const options = { handler: 'index.handler', runtime: 'nodejs24.x' };
    const refused = async (content: Buffer | string, code: string, message: RegExp): Promise<void> => {
      writeFileSync(file, content);
      await assert.rejects(pack(parent, file, options), { code, message });
    };
    await refused('no zip', 'PackageDamaged', /ready\.zip is no zip/);
    await refused(await zipOf({ 'fn/index.mjs': handlerFile }), 'PackageNotFlat', /inside the folder fn/);
    writeFileSync(file, await zipOf({ 'index.mjs': handlerFile }));
    await assert.rejects(pack(parent, file), {
      code: 'HandlerNotFound',
      message: /--handler FILE\.FUNCTION and --runtime/,
    });
    const closed = folderWith(parent, { 'index.mjs': handlerFile }, 'closed');
    chmodSync(path.join(closed, 'index.mjs'), 0o600);
    execFileSync('python3', ['-m', 'zipfile', '-c', path.join(parent, 'closed.zip'), path.join(closed, 'index.mjs')]);
    const { warnings } = await pack(parent, path.join(parent, 'closed.zip'), options);
    assert.match(warnings.join(), /^index\.mjs cannot be read by others \(mode 600\)/);
  });

  it('may be a jar, whose handler has to be named', async (t) => {
    const parent = scratch(t);
    const file = path.join(folderWith(parent, {}), 'fn.jar');
    writeFileSync(file, await zipOf({ 'com/example/Fn.class': 'x' }));
    const built = await pack(parent, file, { handler: 'com.example.Fn::handle' });
    assert.deepEqual([built.runtime, built.handler], ['java21', 'com.example.Fn::handle']);
    await assert.rejects(pack(parent, file), { code: 'HandlerNotFound', message: /PACKAGE\.CLASS::METHOD/ });
  });
});
